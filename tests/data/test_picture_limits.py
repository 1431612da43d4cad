"""Sizes are looked at before memory is taken; whole pictures never become 64-bit numbers."""

import io
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils.data.depth import gray_bytes
from course_utils.data.formats import readable_formats
from course_utils.data.images import load_image
from course_utils.data.masks import class_counts, is_turned, load_mask, palette_image
from course_utils.data.picture_limits import (
    ALWAYS,
    MAX_PIXELS,
    MAX_SIDE,
    MOST_AT_ONCE,
    require_reasonable_head,
    require_reasonable_size,
    strips,
)
from course_utils.data.voc_classes import SetClasses
from course_utils.data.voc_layout import load_set_mask
from course_utils.data.void_areas import is_thing_as_void
from course_utils.errors import ImageError
from picture_files import bomb_bmp, bomb_gif, bomb_png, noise

ANY = Path("a.png")


@pytest.mark.parametrize(
    ("size", "length", "reason"),
    [
        ((MAX_SIDE + 1, 1), 10**9, r"measures 200001×1 pixels \(the limit is 200,000 a side\)"),
        ((8, 16_777_216), 148, "cut it into pieces"),
        ((13_400, 13_400), 10**9, "too many pixels"),
        ((13_300, 13_300), 344_000, "in only 344,000 bytes: is damaged, or empty"),
        ((8192, 8193), 100, "make it smaller first"),
    ],
)
def test_what_would_cost_too_much_is_refused(
    size: tuple[int, int], length: int, reason: str
) -> None:
    with pytest.raises(ImageError, match=reason):
        require_reasonable_size(ANY, size, length)


def test_what_people_have_is_not() -> None:
    for size, length in (((MAX_SIDE, 1), 100), ((8192, 8192), 100), ((13_300, 13_300), 3_000_000)):
        require_reasonable_size(ANY, size, length)
    assert ALWAYS < MAX_PIXELS


def webp(kind: bytes, body: bytes) -> bytes:
    return b"RIFF\x94\0\0\0WEBP" + kind + struct.pack("<I", len(body)) + body


HEADS = {
    "16777216×8": webp(b"VP8X", b"\x12\0\0\0\xff\xff\xff\x07\0\0" + bytes(20)),
    "8×16777216": webp(b"VP8X", b"\x12\0\0\0\x07\0\0\xff\xff\xff" + bytes(20)),
    "16384×16384": webp(b"VP8L", b"\x2f\xff\xff\xff\x0f" + bytes(20)),
    "16383×16383": webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(20)),
    "8192×4097": webp(b"VP8L", b"\x2f\xff\x1f\0\x04" + bytes(20)),
    "13000×13000": webp(b"VP8X", b"\x12\0\0\0\xc7\x32\0\xc7\x32\0" + bytes(20)),
}


@pytest.mark.parametrize("size", HEADS)
def test_a_webp_is_refused_before_its_decoder_takes_memory(
    size: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "open", lambda *_, **__: pytest.fail("was opened"))
    (tmp_path / "a.webp").write_bytes(HEADS[size])
    with pytest.raises(ImageError, match=size):
        load_image(tmp_path / "a.webp")


def test_a_huge_file_that_would_be_read_as_a_whole_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.webp").open("wb") as file:
        file.write(b"RIFF\0\0\0\0WEBPVP8X")
        file.truncate(MOST_AT_ONCE * 4)  # holds nothing on the disk
    with pytest.raises(ImageError, match="has 1024 MiB, and such a file is read as a whole"):
        load_image(tmp_path / "a.webp")
    with pytest.raises(ImageError, match="has 257 MiB"):
        require_reasonable_head(ANY, b"\0\0\0\x1cftypavif", 257 << 20)


@pytest.mark.parametrize(
    "content",
    [
        bomb_png(12_000, 12_000),
        bomb_png(190_000, 900),
        bomb_bmp(11_000, 13_000),
        bomb_gif(13_000, 13_000),
        bomb_png(1, 2**31 - 1),
    ],
    ids=["PNG", "wide PNG", "BMP", "GIF", "tall PNG"],
)
def test_a_small_file_of_many_pixels_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ImageError, match=r"in only|the limit is"):
        load_image(tmp_path / "a")


def encoded(size: tuple[int, int], kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, kind, **options)
    return stream.getvalue()


def with_scans(count: int, *, progressive: bool) -> bytes:
    """A JPEG with so many scans of nothing, of ten bytes each, in the place of its own ones."""
    content = encoded((2000, 2000), "JPEG", progressive=progressive)
    scan = bytes.fromhex("ffda0008010100" + ("000000" if progressive else "003f00"))
    return content[: content.index(b"\xff\xda")] + scan * count + content[-2:]


def in_tiff(strip: bytes, count: int) -> bytes:
    """A TIFF of 2000×2000 pixels whose strips all lie in one place."""
    height = 2000 // count
    body = io.BytesIO()
    tags = [(256, 2000), (257, 2000), (258, 8), (259, 7), (262, 6)]
    place = 8 + 2 + 12 * 9 + 4
    tags += [(273, place), (277, 3), (278, height), (279, place + 4 * count)]
    body.write(struct.pack("<2sHIH", b"II", 42, 8, len(tags)))
    for tag, value in tags:
        body.write(struct.pack("<HHII", tag, 4, count if tag in (273, 279) else 1, value))
    start = place + 8 * count
    body.write(struct.pack(f"<I{2 * count}I", 0, *[start] * count, *[len(strip)] * count))
    return body.getvalue() + strip


@pytest.mark.parametrize("progressive", [True, False])
@pytest.mark.parametrize("form", ["JPEG", "MPO", "TIFF"])
def test_a_jpeg_of_many_passes_is_refused(form: str, progressive: bool, tmp_path: Path) -> None:
    """Each pass costs some bytes in the file, and time for all pixels."""

    def content(count: int) -> bytes:
        jpeg = with_scans(count, progressive=progressive)
        if form == "MPO":
            whole = encoded(
                (2000, 2000), "MPO", save_all=True, append_images=[Image.new("L", (8, 8))]
            )
            return whole[: whole.index(b"\xff\xdb")] + jpeg[jpeg.index(b"\xff\xdb") :]
        if form == "TIFF":
            return in_tiff(jpeg.replace(struct.pack(">HH", 2000, 2000), b"\0\x64\x07\xd0"), 20)
        return jpeg

    (tmp_path / "a").write_bytes(content(60))
    assert load_image(tmp_path / "a").size == (2000, 2000)
    (tmp_path / "a").write_bytes(content(600))
    with pytest.raises(ImageError, match=r"is a JPEG of [56].. or more passes over 2000×2000"):
        load_image(tmp_path / "a")


def test_what_only_looks_like_passes_is_not_counted(tmp_path: Path) -> None:
    """In a comment, behind the end, as a phone stores a film there, and in files of other kinds."""
    looks = b"\xff\xda" * 2000
    path = tmp_path / "a"
    for content in (
        encoded((2000, 2000), "JPEG", comment=looks) + looks,
        encoded((2000, 2000), "PNG") + looks,
        encoded((2000, 2000), "TIFF") + looks,
        encoded((2000, 2000), "TIFF", compression="jpeg", strip_size=8 * 2000 * 3) + looks,
    ):
        path.write_bytes(content)
        assert load_image(path).size == (2000, 2000)


@pytest.mark.parametrize("kind", ["JPEG2000", "WEBP"])
def test_formats_that_cost_more_have_fewer_pixels_to_a_byte(kind: str, tmp_path: Path) -> None:
    if kind not in readable_formats():
        pytest.skip("cannot be read here")
    options = {"lossless": True} if kind == "WEBP" else {}
    (tmp_path / "a").write_bytes(encoded((6000, 6000), kind, **options))
    with pytest.raises(ImageError, match=r"claims 6000×6000 pixels in only"):
        load_image(tmp_path / "a")
    for size, length in (((5700, 5700), 100), ((8192, 8192), 1 << 21), ((13_300, 13_300), 6 << 20)):
        require_reasonable_size(ANY, size, length, kind)


@pytest.mark.parametrize(
    ("name", "how"),
    [("a.png", {}), ("a.tif", {"compression": "tiff_lzw"}), ("a.gif", {})],
)
def test_a_large_mask_may_be_empty(name: str, how: dict[str, str], tmp_path: Path) -> None:
    empty = palette_image(np.zeros((8400, 8200), np.uint8))
    empty.save(tmp_path / name, **how)
    mask = load_set_mask(tmp_path / name, SetClasses(("background", "cat")))
    assert mask.shape == (8400, 8200)
    assert not is_turned(tmp_path / name)
    assert class_counts(mask)[0] == 8400 * 8200
    with pytest.raises(ImageError, match="or empty; make it smaller first, or a mask a palette"):
        load_image(tmp_path / name)
    with pytest.raises(ImageError, match="too many pixels"):
        require_reasonable_size(ANY, (13_400, 13_400), 100, MAX_PIXELS)


def test_a_large_empty_mask_in_colors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(bomb_png(8400, 8200))
    with pytest.raises(ImageError, match="or a mask a palette PNG"):
        load_mask(tmp_path / "a")


def in_tiles(width: int, height: int, side: int) -> bytes:
    """A gray TIFF whose tiles are all one."""
    count = -(-width // side) * -(-height // side)
    table = 8 + 2 + 12 * 10 + 4
    tags = [(256, 1, width), (257, 1, height), (258, 1, 8), (259, 1, 1), (262, 1, 1), (277, 1, 1)]
    tags += [(322, 1, side), (323, 1, side), (324, count, table), (325, 1, side * side)]
    entries = b"".join(struct.pack("<HHII", tag, 4, *rest) for tag, *rest in tags)
    offsets = struct.pack("<I", 8) * count
    return b"II*\0\x08\0\0\0\x0a\0" + entries + bytes(4) + offsets + bytes(side * side)


def test_a_tiff_of_very_many_pieces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(in_tiles(1600, 1600, 16))
    assert load_image(tmp_path / "a.tif").size == (1600, 1600)
    for width, height, side, count in ((8192, 8000, 16, "256,000"), (512, 500, 1, "256,000")):
        (tmp_path / "a.tif").write_bytes(in_tiles(width, height, side))
        with pytest.raises(ImageError, match=f"is stored in {count} pieces of .*, in larger ones"):
            load_image(tmp_path / "a.tif")


def test_a_tall_tiff_in_strips_of_a_row_is_read(tmp_path: Path) -> None:
    image = noise(1, (80, 70_000))
    image.save(tmp_path / "a.tif", tiffinfo={278: 1})
    assert load_image(tmp_path / "a.tif").size == (80, 70_000)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1000), (1, 5000), (1_100_000, 3)])
def test_strips_together_are_the_picture(size: tuple[int, int]) -> None:
    parts = list(strips(Image.new("L", size)))
    assert all(part.size == (box[2] - box[0], box[3] - box[1]) for box, part in parts)
    assert sum(part.height for _, part in parts) == size[1]
    assert max(part.width * part.height for _, part in parts) <= max(1 << 20, size[0])


SIDES = 4096, 2048
PIXELS = SIDES[0] * SIDES[1]


def sparse(kind: type) -> np.ndarray:
    values = np.zeros(SIDES[::-1], kind)
    values[0, :2] = 255, 255
    return values


def saved(folder: Path, image: Image.Image) -> Path:
    image.save(folder / "a.png")
    return folder / "a.png"


def gray(folder: Path) -> Callable[[], object]:
    image = Image.fromarray(sparse(np.uint16))
    return lambda: gray_bytes(ANY, image)


def colors(folder: Path) -> Callable[[], object]:
    path = saved(folder, palette_image(sparse(np.uint8)).convert("RGB"))
    return lambda: load_mask(path)


def deep(folder: Path) -> Callable[[], object]:
    path = saved(folder, Image.fromarray(sparse(np.uint16)))
    return lambda: load_mask(path)


def array(folder: Path) -> Callable[[], object]:
    np.save(folder / "a.npy", sparse(np.int16))
    return lambda: load_mask(folder / "a.npy")


def counting(folder: Path) -> Callable[[], object]:
    mask = sparse(np.uint8)
    return lambda: class_counts(mask)


def void(folder: Path) -> Callable[[], object]:
    mask = sparse(np.uint8)
    return lambda: is_thing_as_void(mask, frozenset((0, 255)))


WORK = {work.__name__: work for work in (gray, colors, deep, array, counting, void)}


@pytest.mark.parametrize("kind", WORK)
def test_no_whole_picture_becomes_64_bit_numbers(kind: str, tmp_path: Path) -> None:
    work = WORK[kind](tmp_path)
    tracemalloc.start()
    try:
        work()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * PIXELS
