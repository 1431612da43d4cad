"""What decoders and the system raise names the file; a bug of ours stays a bug."""

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from course_utils.data.images import decode, load_image
from course_utils.data.metadata import upright_turn
from course_utils.errors import ImageError
from picture_files import save

LONG_PART = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000001700007f11100000000059a814e0ffffff284944415478e3"
)
"""A PNG of 43 bytes, of which one part claims 4 GiB."""


def gray(path: Path) -> Path:
    return save(path, Image.new("L", (16, 16), 1))


def bug() -> object:
    return {}["a bug of ours"]


@pytest.mark.parametrize("take", [lambda image: bug(), lambda image: image.load() and [][1]])
def test_a_bug_of_ours_is_seen_as_one(
    take: Callable[[Image.Image], object], tmp_path: Path
) -> None:
    """The boundary covers decoders and the system, and nothing else."""
    with pytest.raises(LookupError):
        decode(gray(tmp_path / "a.png"), take)


@pytest.mark.parametrize(
    "raised",
    [
        KeyError(1),
        struct.error("x"),
        TypeError(),
        AssertionError(),
        RecursionError(),
        SystemError(),
    ],
    ids=repr,
)
def test_whatever_a_decoder_raises_is_an_image_error(
    raised: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(image: object) -> None:
        raise raised  # called by Pillow's ``convert``

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(ImageError, match="is damaged or cut off"):
        load_image(gray(tmp_path / "a.png"))
    gray(tmp_path / "a.tif")
    with pytest.raises(ImageError, match="is damaged or cut off"):
        load_image(tmp_path / "a.tif")


def test_a_bug_of_ours_that_a_decoder_called_is_seen_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: upright_turn(3))  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        load_image(gray(tmp_path / "a.png"))


def test_an_error_of_the_disk_is_told_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(image: object) -> None:
        raise OSError(5, "Input/output error")

    path = gray(tmp_path / "a.png")
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    with pytest.raises(ImageError, match=r"a.png: cannot be read \(Input/output error\)"):
        load_image(path)


def test_a_part_longer_than_the_file_takes_no_memory(tmp_path: Path) -> None:
    """Pillow asks for as many bytes as a chunk claims, and Python takes the memory for them."""
    (tmp_path / "a.png").write_bytes(LONG_PART)
    tracemalloc.start()
    with pytest.raises(ImageError, match="is damaged or cut off"):
        load_image(tmp_path / "a.png")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 24
