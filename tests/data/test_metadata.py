"""A picture is turned by its orientation alone, whatever else is broken."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from course_utils.data.images import load_image
from course_utils.data.metadata import ORIENTATION, without_metadata
from course_utils.errors import ImageError
from picture_files import noise

Tag = tuple[int, int, int, bytes]

BROKEN: dict[str, Tag] = {
    "a maker that is a fraction": (0x10F, 5, 1, struct.pack("<I", 9999)),
    "a fraction over nothing": (0x11A, 5, 1, b"\0\0\0\0"),
    "a directory within itself": (0x8769, 4, 1, struct.pack("<I", 8)),
    "a directory that is text": (0x8769, 2, 2, b"a\0\0\0"),
    "GPS far outside": (0x8825, 4, 1, struct.pack("<I", 99_999)),
    "a date of a million bytes": (0x9003, 2, 1_000_000, b"\1\0\0\0"),
    "a type that is none": (0x10F, 99, 3, b"abcd"),
    "a note of the maker's cut off": (0x927C, 7, 99_999, b"\0\0\0\0"),
}


def exif(orientation: int, other: Tag, order: str = "<") -> bytes:
    """EXIF data of two tags."""
    tags = sorted([(ORIENTATION, 3, 1, struct.pack(f"{order}HH", orientation, 0)), other])
    entries = b"".join(struct.pack(f"{order}HHI", *tag[:3]) + tag[3] for tag in tags)
    mark = b"II" if order == "<" else b"MM"
    return mark + struct.pack(f"{order}HIH", 42, 8, len(tags)) + entries + b"\0" * 4


def written(kind: str, data: bytes) -> bytes:
    stream = io.BytesIO()
    noise(1, (30, 20)).save(stream, kind, exif=data)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("tag", BROKEN)
def test_a_broken_tag_does_not_keep_a_picture_from_being_turned(
    kind: str, tag: str, tmp_path: Path
) -> None:
    start = b"" if kind == "PNG" else b"Exif\0\0"
    for orientation in range(1, 9):
        for order in "<>":
            data = start + exif(orientation, BROKEN[tag], order)
            (tmp_path / "a").write_bytes(written(kind, data))
            size = (20, 30) if orientation >= 5 else (30, 20)
            assert load_image(tmp_path / "a").size == size


def test_a_count_of_tags_that_is_too_high(tmp_path: Path) -> None:
    data = bytearray(b"Exif\0\0" + exif(6, BROKEN["a type that is none"]))
    data[14:16] = struct.pack("<H", 999)
    (tmp_path / "a").write_bytes(written("JPEG", bytes(data)))
    assert load_image(tmp_path / "a").size == (20, 30)


def chunk(kind: bytes, content: bytes, check: int = 0) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content) ^ check)
    )


@pytest.mark.parametrize(
    "broken",
    [
        chunk(b"pHYs", b"\0"),
        chunk(b"tEXt", b"a\0b", check=1),
        chunk(b"gAMA", b""),
        chunk(b"cHRM", b""),
    ],
)
def test_a_png_with_a_broken_block_beside_its_pixels(broken: bytes, tmp_path: Path) -> None:
    content = written("PNG", exif(6, BROKEN["a type that is none"]))
    (tmp_path / "a").write_bytes(content[:33] + broken + content[33:])
    assert load_image(tmp_path / "a").size == (20, 30)


@pytest.mark.parametrize(
    "segment", [b"\xff\xe2\0\x10MPF\0II*\0\xff\xff\xff\xff", b"\xff\xed\0\x12Photoshop 3.0\0\x38"]
)
def test_a_jpeg_with_a_broken_block_beside_its_pixels(segment: bytes, tmp_path: Path) -> None:
    content = written("JPEG", b"Exif\0\0" + exif(6, BROKEN["a type that is none"]))
    (tmp_path / "a").write_bytes(content[:2] + segment + content[2:])
    assert load_image(tmp_path / "a").size == (20, 30)


def test_without_metadata_the_orientation_stays() -> None:
    for kind, start in (("JPEG", b"Exif\0\0"), ("PNG", b"")):
        plain = without_metadata(written(kind, start + exif(8, BROKEN["GPS far outside"])))
        assert plain is not None
        with Image.open(io.BytesIO(plain)) as image:
            assert dict(image.getexif()) == {ORIENTATION: 8}
            assert image.convert("RGB").size == (30, 20)


def test_other_files_have_no_such_form() -> None:
    assert without_metadata(b"GIF89a") is None
    assert without_metadata(b"\xff\xd8\xff") is None
    assert without_metadata(b"\xff\xd8\xff\xe0\0") is None


@pytest.mark.parametrize("error", [struct.error, KeyError, TypeError, AssertionError, SyntaxError])
def test_whatever_a_decoder_raises_is_an_image_error(
    error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    (tmp_path / "a.png").write_bytes(written("PNG", b""))
    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)  # which Pillow calls
    with pytest.raises(ImageError, match=rf"a\.png: is damaged or cut off \({error.__name__}"):
        load_image(tmp_path / "a.png")
