"""Pictures and masks are found by their names, whatever their endings."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.data.voc_files import Folder, mask_path, picture_path
from picture_files import noise, save


@pytest.mark.parametrize("suffix", ["jpg", "JPG", "jpeg", "JPEG", "png", "tiff", "webp", "bmp"])
def test_a_picture_of_any_ending(suffix: str, tmp_path: Path) -> None:
    path = save(tmp_path / "JPEGImages" / f"a.b.{suffix}", noise(1, (4, 4)))
    assert picture_path(tmp_path, "a.b") == path
    assert picture_path(tmp_path, "a").name == "a.jpg"


def test_masks_of_labelme(tmp_path: Path) -> None:
    assert mask_path(tmp_path, "a") == tmp_path / "SegmentationClass" / "a.png"
    (tmp_path / "SegmentationClass").mkdir()
    array = tmp_path / "SegmentationClass" / "a.npy"
    np.save(array, np.zeros((4, 4), np.int32))
    assert mask_path(tmp_path, "a") == array
    png = save(tmp_path / "SegmentationClassPNG" / "a.png", noise(1, (4, 4)))
    assert mask_path(tmp_path, "a") == png
    usual = save(tmp_path / "SegmentationClass" / "a.png", noise(1, (4, 4)))
    assert mask_path(tmp_path, "a") == usual


def test_a_name_that_no_disk_can_hold(tmp_path: Path) -> None:
    assert picture_path(tmp_path, "a" * 300).name == "a" * 300 + ".jpg"


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.find("a") == []
    save(tmp_path / "a.png", noise(1, (4, 4)))
    assert folder.find("a") == []
    assert Folder(tmp_path).find("a") == [tmp_path / "a.png"]
