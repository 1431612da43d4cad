"""Of several pages the picture is shown, not its preview; a mask must be the only one."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import AppendingTiffWriter

from course_utils.data.images import load_image
from course_utils.data.masks import load_mask
from course_utils.errors import ImageError

PREVIEW, TRANSPARENCY, OLD_PREVIEW = (254, 1), (254, 4), (255, 2)


def pages(path: Path, *marks: tuple[int, int] | None) -> Path:
    """A TIFF of pages of 1, 2, 3, ..., each with this tag."""
    with AppendingTiffWriter(str(path), new=True) as file:
        for number, mark in enumerate(marks, 1):
            image = Image.fromarray(np.full((4, 5), number, np.uint8))
            image.encoderinfo = {}
            image.save(file, "TIFF", tiffinfo=dict([mark] if mark else []))
            file.newFrame()
    return path


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        ([PREVIEW, None], 2),
        ([OLD_PREVIEW, PREVIEW, (254, 0)], 3),
        ([None, PREVIEW, PREVIEW], 1),
        ([None, TRANSPARENCY], 1),
        ([PREVIEW, PREVIEW], 1),
        ([PREVIEW], 1),
    ],
)
def test_a_preview_is_no_page(
    marks: list[tuple[int, int] | None], shown: int, tmp_path: Path
) -> None:
    path = pages(tmp_path / "a.tif", *marks)
    assert load_mask(path).tolist() == [[shown] * 5] * 4
    assert np.unique(np.asarray(load_image(path))).tolist() == [shown]


def test_a_mask_of_several_pages_is_refused(tmp_path: Path) -> None:
    for marks in ([None, None], [PREVIEW, None, PREVIEW, None]):
        path = pages(tmp_path / "a.tif", *marks)
        with pytest.raises(ImageError, match=r"a\.tif: has several pages or frames; save the one"):
            load_mask(path)
        assert load_image(path).size == (5, 4)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_a_mask_of_several_frames_is_refused(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), (color, 0, 0)) for color in (0, 128)]
    frames[0].save(tmp_path / "a", kind, lossless=True)
    assert load_mask(tmp_path / "a").tolist() == [[0] * 4] * 4
    frames[0].save(tmp_path / "a", kind, save_all=True, append_images=frames[1:], lossless=True)
    with pytest.raises(ImageError, match="has several pages or frames"):
        load_mask(tmp_path / "a")
    assert load_image(tmp_path / "a").size == (4, 4)
