"""What cannot be read is taken out of a set before a training, unless there is too much of it."""

from pathlib import Path

import numpy as np
import pytest

from course_utils.data.bad_files import drop_bad_pairs, drop_bad_pictures
from course_utils.data.folders import ImageFolder
from course_utils.data.masks import VOID, save_mask
from course_utils.data.transforms import cut_transform
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import DataError
from picture_files import picture_set
from voc_files import SIZE, blocks, voc_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten pictures of each of two classes."""
    return picture_set(tmp_path, train=10, val=1) / "train"


def spoil(path: Path) -> None:
    path.write_bytes(b"no picture")


def test_bad_pictures_are_taken_out_and_named(folder: Path) -> None:
    spoil(folder / "ants" / "3.png")
    spoil(folder / "bees" / "5.png")
    pictures = ImageFolder(folder, cut_transform())
    bad = drop_bad_pictures(pictures)
    assert [error.path for error in bad] == [folder / "ants" / "3.png", folder / "bees" / "5.png"]
    assert len(pictures) == 18
    assert not {error.path for error in bad} & {path for path, _ in pictures.samples}
    assert drop_bad_pictures(pictures) == []
    assert len(pictures) == 18


def test_more_than_a_tenth_is_a_mistake_of_the_set(folder: Path) -> None:
    for number in range(3):
        spoil(folder / "ants" / f"{number}.png")
    with pytest.raises(
        DataError, match=r"train: 3 of 20 files are no pictures; the first is .*0\.p"
    ):
        drop_bad_pictures(ImageFolder(folder, cut_transform()))


def test_a_class_without_a_picture_is_a_mistake_of_the_set(folder: Path) -> None:
    (folder / "wasps").mkdir()
    spoil(folder / "wasps" / "0.png")
    with pytest.raises(DataError, match="wasps: none of its files is a picture"):
        drop_bad_pictures(ImageFolder(folder, cut_transform()))


def test_bad_pairs_are_taken_out_and_named(tmp_path: Path) -> None:
    root = voc_set(tmp_path, train=20)
    spoil(root / "JPEGImages" / "train_4.jpg")
    (root / "SegmentationClass" / "train_7.png").unlink()
    pictures = VOCSegmentation(root, "train")
    bad = drop_bad_pairs(pictures)
    assert [error.path.name for error in bad] == ["train_4.jpg", "train_7.png"]
    assert len(pictures) == 18
    assert not {"train_4", "train_7"} & set(pictures.names)


def test_more_than_a_tenth_of_bad_pairs_is_a_mistake_of_the_set(tmp_path: Path) -> None:
    root = voc_set(tmp_path, train=20)
    for number in range(3):
        spoil(root / "JPEGImages" / f"train_{number}.jpg")
    with pytest.raises(DataError, match="3 of 20 pictures of train or their masks cannot be used"):
        drop_bad_pairs(VOCSegmentation(root, "train"))


def test_a_split_that_labels_nothing_is_a_mistake_of_the_set(tmp_path: Path) -> None:
    root = voc_set(tmp_path)
    for path in (root / "SegmentationClass").glob("val_*"):
        save_mask(path, np.full(SIZE, VOID, np.uint8))
    assert drop_bad_pairs(VOCSegmentation(root, "train")) == []
    with pytest.raises(DataError, match="no pixel of val is labeled: its masks hold nothing but"):
        drop_bad_pairs(VOCSegmentation(root, "val"))


def test_masks_of_other_sizes_are_named_before_the_crop_is(tmp_path: Path) -> None:
    root = voc_set(tmp_path, train=20)
    save_mask(root / "SegmentationClass" / "train_3.png", blocks(3, (35, 45)))
    pictures = VOCSegmentation(root, "train", (60, 80))
    assert (len(pictures), pictures.dropped) == (20, ())
    (bad,) = drop_bad_pairs(pictures)
    assert bad.reason == "the mask measures 45×35, its picture 90×70; both must be of one size"
    for path in (root / "SegmentationClass").glob("train_*"):
        save_mask(path, blocks(3, (35, 45)))
    with pytest.raises(DataError, match="the mask measures 45×35, its picture 90×70"):
        drop_bad_pairs(VOCSegmentation(root, "train", (60, 80)))
