"""Numbers of 16 and 32 bits: scaled where it is plain which is white, refused elsewhere."""

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from course_utils.data.images import load_image
from course_utils.errors import ImageError
from picture_files import color_tiff, deep_png, gray_tiff, png, save

RAMP = np.linspace(0, 1, 64 * 64).reshape(64, 64)
BYTES = np.round(RAMP * 255)

Numbers = npt.NDArray[np.generic]

PLAIN: dict[str, tuple[str, Numbers]] = {
    "float 0 to 1, TIFF": ("a.tif", RAMP.astype(np.float32)),
    "float 0 to 1, PFM": ("a.pfm", RAMP.astype(np.float32)),
    "float 0 to 255": ("a.tif", BYTES.astype(np.float32)),
    "float just over, as after resizing": ("a.tif", (RAMP * 1.002 - 0.001).astype(np.float32)),
    "int32 0 to 255": ("a.tif", BYTES.astype(np.int32)),
    "int32 0 to 65535": ("a.tif", (BYTES * 257).astype(np.int32)),
    "uint16 0 to 65535, TIFF": ("a.tif", (BYTES * 257).astype(np.uint16)),
    "uint16 0 to 65535, PNG": ("a.png", (BYTES * 257).astype(np.uint16)),
    "uint16 0 to 65535, PGM": ("a.pgm", (BYTES * 257).astype(np.uint16)),
    "uint16 0 to 255": ("a.png", BYTES.astype(np.uint16)),
}

REFUSED: dict[str, tuple[str, Numbers, str]] = {
    "float 0 to 1.5": ("a.tif", (RAMP * 1.5).astype(np.float32), "from 0 to 1.5, and nothing"),
    "float 0 to 65535": ("a.tif", (RAMP * 65535).astype(np.float32), "from 0 to 65535, and"),
    "float below 0": ("a.tif", (RAMP - 0.5).astype(np.float32), "negative numbers (from -0.5"),
    "int32 below 0": ("a.tif", (BYTES - 50).astype(np.int32), "negative numbers (from -50"),
    "int32 0 to 4080": ("a.tif", (BYTES * 16).astype(np.int32), "from 0 to 4080, and nothing"),
    "int32 0 to 1": ("a.tif", RAMP.round().astype(np.int32), "from 0 to 1, and nothing"),
    "int32 0 to 2 billion": ("a.tif", (RAMP * 2e9).astype(np.int32), "from 0 to 2e+09, and"),
    "12 bits in 16, TIFF": ("a.tif", (BYTES * 16).astype(np.uint16), "from 0 to 4080, and"),
    "12 bits in 16, PNG": ("a.png", (BYTES * 16).astype(np.uint16), "from 0 to 4080, and"),
    "NaN": ("a.tif", np.where(RAMP > 0.9, np.nan, RAMP).astype(np.float32), "not finite"),
    "infinity": ("a.tif", np.where(RAMP > 0.9, np.inf, RAMP).astype(np.float32), "not finite"),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_range_gives_its_shades(kind: str, tmp_path: Path) -> None:
    name, values = PLAIN[kind]
    loaded = np.asarray(load_image(save(tmp_path / name, Image.fromarray(values))))
    assert np.abs(loaded[..., 1].astype(int) - BYTES).max() <= 1


@pytest.mark.parametrize("kind", REFUSED)
def test_a_range_that_says_nothing_is_refused(kind: str, tmp_path: Path) -> None:
    name, values, reason = REFUSED[kind]
    path = save(tmp_path / name, Image.fromarray(values))
    with pytest.raises(ImageError) as caught:
        load_image(path)
    assert reason in caught.value.reason
    assert "8 bits a channel" in caught.value.reason


@pytest.mark.parametrize("dtype", [np.float32, np.int32, np.uint16])
def test_zeros_are_black(dtype: type, tmp_path: Path) -> None:
    image = load_image(save(tmp_path / "a.tif", Image.fromarray(np.zeros((4, 4), dtype))))
    assert image.getextrema() == ((0, 0),) * 3


def test_signed_numbers_of_sixteen_bits(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(gray_tiff(BYTES.astype("<i2")))
    assert np.array_equal(np.asarray(load_image(path))[..., 0], BYTES)
    path.write_bytes(gray_tiff((RAMP * 32767).astype("<i2")))
    with pytest.raises(ImageError, match="from 0 to 32767, and nothing says which is white"):
        load_image(path)


def test_unsigned_numbers_of_32_bits(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(gray_tiff((BYTES * 257).astype("<u4")))
    assert np.array_equal(np.asarray(load_image(path))[..., 0], BYTES)


def test_colors_of_sixteen_bits_that_have_twelve(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(deep_png(2, 4000, 300, 0))
    with pytest.raises(ImageError, match="holds numbers from 0 to 4095, and nothing"):
        load_image(path)
    path.write_bytes(deep_png(2, 200, 90, 0))
    with pytest.raises(ImageError, match="holds numbers from 0 to 200, and nothing"):
        load_image(path)
    for black in (0, 1, 15):
        path.write_bytes(deep_png(2, black, black, 0))
        assert load_image(path).getpixel((0, 0)) == (0, 0, 0)
    path.write_bytes(deep_png(2, 4096, 300, 0))
    assert load_image(path).getpixel((0, 0)) == (16, 1, 0)


@pytest.mark.parametrize("dtype", ["u1", "<u2"])
def test_where_white_is_zero(dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    values = BYTES.astype(dtype) * np.dtype(dtype).type(1 if dtype == "u1" else 257)
    path.write_bytes(gray_tiff(values, white=0))
    assert np.array_equal(np.asarray(load_image(path))[..., 0], 255 - BYTES)
    path.write_bytes(gray_tiff((BYTES * 8).astype("<u2"), white=0))
    with pytest.raises(ImageError, match="nothing says which is white"):
        load_image(path)


def test_signed_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(gray_tiff((BYTES - 128).astype("i1")))
    with pytest.raises(ImageError, match="holds signed numbers of 8 bits; save it with 8 bits"):
        load_image(tmp_path / "a.tif")


COLORS = np.random.default_rng(0).integers(0, 256, (20, 30, 4), np.uint8)


def test_planes_of_colors(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(color_tiff(COLORS[..., :3], planar=True))
    assert np.array_equal(np.asarray(load_image(path)), COLORS[..., :3])
    deep = COLORS[..., :3] * np.uint16(257)
    path.write_bytes(color_tiff(deep))
    assert np.array_equal(np.asarray(load_image(path)), COLORS[..., :3])
    path.write_bytes(color_tiff(deep, planar=True))
    with pytest.raises(ImageError, match="each channel for itself with 16 bits"):
        load_image(path)


def test_a_fourth_channel(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(color_tiff(COLORS))
    with pytest.raises(ImageError, match="nothing says what the fourth is; save it as RGB"):
        load_image(path)
    path.write_bytes(color_tiff(COLORS, extra=0))
    assert np.array_equal(np.asarray(load_image(path)), COLORS[..., :3])


CLEAR: dict[str, tuple[bytes, list[int]]] = {
    "1 bit": (png(4, 1, 1, 0, b"\0\x50", b"\0\0"), [255, 255, 255, 255]),
    "2 bits": (png(4, 1, 2, 0, b"\0\x1b", b"\0\1"), [0, 255, 170, 255]),
    "4 bits": (png(4, 1, 4, 0, b"\0\x01\x2f", b"\0\2"), [0, 17, 255, 255]),
    "8 bits": (png(4, 1, 8, 0, b"\0\0\2\3\xf0", b"\0\2"), [0, 255, 3, 240]),
    "16 bits": (png(3, 1, 16, 0, b"\0\2\0\2\1\xf0\0", b"\2\0"), [255, 2, 239]),
    "8 bits of color": (png(2, 1, 8, 2, b"\0\1\1\1\2\2\2", b"\0\1\0\1\0\1"), [255, 2]),
    "16 bits of color": (
        png(3, 1, 16, 2, b"\0" + b"\2\0" * 3 + b"\2\1" * 3 + b"\xf0\0" * 3, b"\2\1" * 3),
        [2, 255, 240],
    ),
}
"""Gray numbers of so many bits, one of them seen through, and the shades on white."""


@pytest.mark.parametrize("kind", CLEAR)
def test_what_is_seen_through_lies_on_white(kind: str, tmp_path: Path) -> None:
    content, shades = CLEAR[kind]
    (tmp_path / "a.png").write_bytes(content)
    assert np.asarray(load_image(tmp_path / "a.png")).tolist() == [[[gray] * 3 for gray in shades]]


def test_a_bmp_of_few_grays(tmp_path: Path) -> None:
    """Of its palette Pillow takes the grays, and forgets how many bits a pixel has."""
    path, grays = tmp_path / "a.bmp", Image.new("P", (40, 9), 1)
    for palette in ([0, 0, 0, 255, 255, 255], [0, 0, 0, 1, 1, 1, 2, 2, 2]):
        grays.putpalette(palette)
        save(path, grays)
        if len(palette) == 6:
            with pytest.raises(ImageError, match="a gray BMP of 8 bits a pixel"):
                load_image(path)
        else:
            assert load_image(path).getextrema() == ((1, 1),) * 3
    content = bytearray(path.read_bytes())
    content[28] = 4
    path.write_bytes(content)
    with pytest.raises(ImageError, match="a gray BMP of 4 bits a pixel"):
        load_image(path)
    assert load_image(save(path, Image.new("1", (40, 9), 1))).getextrema() == ((255, 255),) * 3


def test_a_tiff_with_a_palette_of_bytes(tmp_path: Path) -> None:
    """Some programs write the shades as they are, and not times 257 as the format has it."""
    image = Image.new("P", (4, 4))
    image.putpalette([200, 100, 50])
    image.save(tmp_path / "a.tif")
    content = (tmp_path / "a.tif").read_bytes()
    for shade in (200, 100, 50):
        for wide in (shade * 256, shade * 257):
            content = content.replace(wide.to_bytes(2, "little"), shade.to_bytes(2, "little"))
    (tmp_path / "b.tif").write_bytes(content)
    assert content != (tmp_path / "a.tif").read_bytes()
    assert load_image(tmp_path / "b.tif").getpixel((1, 1)) == (200, 100, 50)
    assert load_image(tmp_path / "a.tif").getpixel((1, 1)) == (200, 100, 50)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_everywhere_is_refused(mode: str, tmp_path: Path) -> None:
    image = Image.new(mode, (40, 40))
    image.save(tmp_path / "a.png")
    with pytest.raises(ImageError, match="is transparent everywhere"):
        load_image(tmp_path / "a.png")
    image.putpixel((39, 39), (9,) * (len(mode) - 1) + (1,))
    image.save(tmp_path / "b.png")
    assert load_image(tmp_path / "b.png").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(("bits", "said"), [(16, "pixels in only"), (8, "is damaged or cut off")])
def test_colors_of_sixteen_bits_cost_twice(bits: int, said: str, tmp_path: Path) -> None:
    """So half as many are taken; there are no pixels here, but the size is looked at first."""
    head = struct.pack(">IIBBBBB", 8192, 8192, bits, 2, 0, 0, 0)
    chunks = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(9))), (b"IEND", b""))
    ]
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    with pytest.raises(ImageError, match=said):
        load_image(tmp_path / "a.png")
