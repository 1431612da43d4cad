"""Large pictures come reduced: never below what is asked for, and with the same look."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.data.images import load_image
from course_utils.data.reduced import reduced
from picture_files import save


def waves(width: int, height: int) -> Image.Image:
    """A picture with coarse waves, which any fair reduction keeps."""
    across, down = np.meshgrid(np.linspace(0, 6, width), np.linspace(0, 4, height))
    planes = [np.sin(across), np.cos(down), np.sin(across + down)]
    return Image.fromarray((127 + 100 * np.stack(planes, axis=-1)).astype(np.uint8))


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((800, 600), (200, 150)),
        ((801, 603), (201, 151)),
        ((600, 1299), (150, 325)),
        ((280, 199), (280, 199)),
        ((60, 90), (60, 90)),
    ],
)
def test_a_picture_is_reduced_to_less_than_twice_what_is_enough(
    tmp_path: Path, suffix: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    whole = waves(*size)
    path = save(tmp_path / f"a{suffix}", whole)
    found = load_image(path, shorter_side=140)
    assert found.size == expected
    same = whole.resize(found.size, Image.Resampling.BOX)
    difference = np.abs(np.asarray(found, float) - np.asarray(same, float))
    assert difference.mean() < 4


@given(st.integers(1, 900), st.integers(1, 900), st.integers(1, 300))
def test_no_side_is_shorter_than_was_asked_for(width: int, height: int, enough: int) -> None:
    found = reduced(Image.new("RGB", (width, height)), enough)
    assert min(found.size) >= min(width, height, enough)
    assert min(found.size) < 2 * enough + 2


def test_a_jpeg_is_decoded_smaller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "a.jpg", waves(1600, 1200))
    monkeypatch.delattr(Image.Image, "reduce")  # the decoder does it all
    sizes = [load_image(path, enough).size for enough in (96, 150, 151, 400, 601)]
    assert sizes == [(200, 150), (200, 150), (400, 300), (800, 600), (1600, 1200)]


def test_a_turned_picture_is_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    waves(800, 600).save(path, exif=exif)
    assert load_image(path, 150).size == (150, 200)
