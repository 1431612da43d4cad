"""What can be read goes by the names that Pillow knows, and the rest is called what it is."""

from pathlib import Path

import pytest
from PIL import Image

from course_utils.data import formats
from course_utils.data.formats import (
    LOOKS,
    loses_detail,
    readable_formats,
    readable_suffixes,
    what_it_is,
)
from course_utils.data.images import load_image
from course_utils.errors import ImageError
from picture_files import RED, save


def test_every_ending_that_pillow_gives_these_formats_is_known() -> None:
    Image.init()
    known = {s for s, name in Image.registered_extensions().items() if name in readable_formats()}
    assert known <= readable_suffixes() <= LOOKS
    assert {".jfif", ".jpe", ".tif", ".webp"} <= known


@pytest.mark.parametrize("suffix", ["jfif", "jpe", "JPG", "mpo", "dib", "apng", "ppm", "jp2"])
def test_a_picture_of_each_ending_is_read(suffix: str, tmp_path: Path) -> None:
    kind = {"mpo": "JPEG", "dib": "BMP", "apng": "PNG", "jp2": "JPEG2000", "ppm": "PPM"}
    path = save(
        tmp_path / f"a.{suffix}", Image.new("RGB", (8, 8), RED), format=kind.get(suffix, "JPEG")
    )
    red, green, blue = load_image(path).getpixel((4, 4))
    assert red > 250 and green < 5 and blue < 5


@pytest.mark.skipif("AVIF" not in readable_formats(), reason="this Pillow has no AVIF")
def test_avif_is_read_where_pillow_can(tmp_path: Path) -> None:
    path = save(tmp_path / "a.avif", Image.new("RGB", (8, 8), RED))
    assert load_image(path).getpixel((4, 4))[0] > 245


def test_heif_is_read_where_pillow_heif_is(tmp_path: Path) -> None:
    heif = pytest.importorskip("pillow_heif")
    heif.from_pillow(Image.new("RGB", (64, 64), RED)).save(str(tmp_path / "a.heic"))
    assert load_image(tmp_path / "a.heic").getpixel((9, 9))[0] > 245


def without(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    kept = tuple(name for name in formats.SUFFIXES if name not in names)
    monkeypatch.setattr(formats, "readable_formats", lambda: kept)


def test_heif_and_avif_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    without(monkeypatch, "HEIF", "AVIF")
    assert "pip install pillow-heif" in what_it_is(b"\0\0\0\x18ftypheic\0\0")
    assert "install Pillow 11.3" in what_it_is(b"\0\0\0\x18ftypavif\0\0")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"8BPS\0\1", "is a Photoshop file"),
        (b"\xff\x0a\0", "is a JPEG XL picture"),
        (b"%PDF-1.7", "is a PDF"),
        (b"PK\x03\x04", "is a zip archive"),
        (b"version https://git-lfs.github.com/spec/v1\n", "is a Git LFS pointer"),
        (b"\n <!DOCTYPE html><html>", "is a web page"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "is an SVG drawing"),
        (b"II*\0\x08\0\0\0\0\0", "or a TIFF of a kind that cannot be read"),
        (b"nothing", "is not a picture in a known format"),
    ],
)
def test_what_is_no_picture_is_called_what_it_is(
    content: bytes, words: str, tmp_path: Path
) -> None:
    (tmp_path / "a.jpg").write_bytes(content)
    with pytest.raises(ImageError, match=words):
        load_image(tmp_path / "a.jpg")


def test_formats_that_change_pixels() -> None:
    assert loses_detail(b"", "MPO") == loses_detail(b"", "TIFF", "tiff_jpeg") == "JPEG"
    assert loses_detail(b"", "AVIF") == "AVIF"
    assert loses_detail(b"", "PNG") == loses_detail(b"RIFF", "WEBP") == ""
    head = b"RIFF\0\0\0\0WEBP"
    frame = head + b"ANMF" + bytes(20)
    assert loses_detail(frame + b"VP8 " + bytes(4), "WEBP") == "lossy WebP"
    assert loses_detail(frame + b"VP8L" + bytes(4), "WEBP") == ""
