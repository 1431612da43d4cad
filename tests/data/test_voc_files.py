"""Pictures and masks are found by their names, whatever their endings."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.data.voc_files import Folder, mask_path, picture_path
from course_utils.errors import DataError
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
    with pytest.raises(DataError, match=r"the mask of a could be a\.png and a\.npy in .*; remove"):
        mask_path(tmp_path, "a")
    array.unlink()
    assert mask_path(tmp_path, "a") == usual


@pytest.mark.parametrize("others", [("a.bmp", "a.tif"), ("a.bmp", "a.npy")])
def test_two_masks_of_one_name(others: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "SegmentationClass").mkdir()
    for name in others:
        if name.endswith(".npy"):
            np.save(tmp_path / "SegmentationClass" / name, np.zeros((4, 4), np.int32))
        else:
            save(tmp_path / "SegmentationClass" / name, noise(1, (4, 4)))
    with pytest.raises(DataError, match=f"could be {others[0]} and {others[1]}"):
        mask_path(tmp_path, "a")


def test_a_name_that_no_disk_can_hold(tmp_path: Path) -> None:
    assert picture_path(tmp_path, "a" * 300).name == "a" * 300 + ".jpg"


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.find("a") == []
    save(tmp_path / "a.png", noise(1, (4, 4)))
    assert folder.find("a") == []
    assert Folder(tmp_path).find("a") == [tmp_path / "a.png"]
