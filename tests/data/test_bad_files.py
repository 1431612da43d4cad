"""What cannot be read is taken out of a set before a training, unless there is too much of it."""

import pickle
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from course_utils.data.bad_files import GoodPictures, drop_bad_pairs, require_few_files
from course_utils.data.folders import evaluation_folder
from course_utils.data.loading import PicturesOfSet
from course_utils.data.masks import VOID, save_mask
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import DataError
from picture_files import noise, picture_set, save
from voc_files import SIZE, blocks, voc_set


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten pictures of each of two classes."""
    return picture_set(tmp_path, train=10, val=1) / "train"


def spoil(path: Path) -> None:
    path.write_bytes(b"no picture")


def read(folder: Path, *, stand_in: bool = False) -> GoodPictures:
    """A set after all that is in it has been read."""
    pictures = GoodPictures(evaluation_folder(folder), require_few_files, stand_in=stand_in)
    for position in range(len(pictures)):
        pictures.read_at(position)
    return pictures


def test_bad_pictures_are_left_out_and_named(folder: Path) -> None:
    spoil(folder / "ants" / "3.png")
    spoil(folder / "bees" / "5.png")
    pictures = read(folder)
    bad = [folder / "ants" / "3.png", folder / "bees" / "5.png"]
    assert [error.path for error in pictures.left_out] == bad
    assert [i for i in range(20) if pictures[i] is None] == [3, 15]
    loader = PicturesOfSet(pictures, 2, batch_size=4)
    assert [len(labels) for _, labels in loader] == [3, 4, 4, 3, 4]
    assert loader.positions == [16, 17, 18, 19]


def test_a_batch_of_bad_pictures_alone_does_not_come(folder: Path) -> None:
    spoil(folder / "bees" / "5.png")
    loader = PicturesOfSet(GoodPictures(evaluation_folder(folder), require_few_files), 1)
    found = [loader.positions[0] for _ in loader]
    assert found == [n for n in range(20) if n != 15]


def test_the_next_good_picture_stands_in(folder: Path) -> None:
    for name in ("ants/9.png", "bees/9.png"):
        spoil(folder / name)
    pictures = read(folder, stand_in=True)
    whole = evaluation_folder(folder)
    for position, other in ((9, 10), (19, 0), (4, 4)):
        picture, label = pictures[position]
        assert torch.equal(picture, whole[other][0])
        assert label == whole[other][1]
    assert [len(labels) for _, labels in PicturesOfSet(pictures, 2, batch_size=8)] == [8, 8, 4]
    assert [error.path.name for error in pictures.left_out] == ["9.png", "9.png"]


def test_a_bad_file_is_tried_once(folder: Path) -> None:
    spoil(folder / "ants" / "3.png")
    pictures = read(folder)
    save(folder / "ants" / "3.png", noise(0, (40, 40)))
    assert pictures.read_at(3) is None
    assert len(pictures.left_out) == 1


def test_pictures_of_another_kind_are_named_first(folder: Path) -> None:
    (folder / "ants" / "a.psd").write_bytes(b"8BPS" + bytes(60))
    spoil(folder / "bees" / "5.png")
    assert [error.path.name for error in read(folder).left_out] == ["ants", "5.png"]


def test_more_than_a_tenth_is_a_mistake_of_the_set(folder: Path) -> None:
    for number in range(2):
        spoil(folder / "ants" / f"{number}.png")
    assert len(read(folder).left_out) == 2
    spoil(folder / "bees" / "7.png")
    with pytest.raises(
        DataError, match=r"train: at least 3 of 20 files are no pictures; the first is .*0\.p"
    ):
        read(folder)


def test_a_class_without_a_picture_is_a_mistake_of_the_set(folder: Path) -> None:
    (folder / "wasps").mkdir()
    spoil(folder / "wasps" / "0.png")
    with pytest.raises(DataError, match="wasps: none of its files is a picture"):
        read(folder)


@pytest.mark.parametrize("room", [0, 20 * 3 * 224**2, 5 * 3 * 224**2])
def test_what_stays_in_memory_is_read_early_and_no_more(folder: Path, room: int) -> None:
    pictures = GoodPictures(evaluation_folder(folder, keep_bytes=room), require_few_files)
    spoil(folder / "ants" / "1.png")
    pictures.read_early(range(20), readers=1)
    assert len(pictures.kept) == {0: 0, 20: 19, 5: 5}[room // (3 * 224**2)]
    assert pictures.kept.nbytes == len(pictures.kept) * 3 * 224**2 <= room


def test_too_many_bad_files_are_found_early(folder: Path) -> None:
    for path in (folder / "bees").iterdir():
        spoil(path)
    pictures = GoodPictures(evaluation_folder(folder, keep_bytes=1 << 30), require_few_files)
    with pytest.raises(DataError, match="3 of 20 files"):
        pictures.read_early(range(20), readers=1)


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


def test_what_other_processes_found_counts_too(folder: Path) -> None:
    """Half of the set each: two bad files of ten are few, four of twenty are not."""
    for name in ("ants/0.png", "ants/1.png", "bees/0.png", "bees/1.png"):
        spoil(folder / name)
    halves = [GoodPictures(evaluation_folder(folder), require_few_files) for _ in range(2)]
    for position in range(20):
        halves[position // 10].read_at(position)
    found = pickle.loads(pickle.dumps([dict(half.bad) for half in halves]))
    assert [len(bad) for bad in found] == [2, 2]
    with pytest.raises(DataError, match="at least 4 of 20 files"):
        halves[0].learn_of(found)


def test_very_many_bad_files_take_no_long_time(folder: Path) -> None:
    pictures = evaluation_folder(folder)
    pictures.samples = [(folder / "ants" / f"{i}.png", i % 2) for i in range(60_000)]
    good = GoodPictures(pictures, require_few_files)
    start = time.thread_time()
    for position in range(10, 1010):
        assert good.read_at(position) is None
    assert time.thread_time() - start < 10


def test_what_is_kept_stays_as_it_is(folder: Path) -> None:
    pictures = evaluation_folder(folder, keep_bytes=1 << 20)
    first = pictures[0][0].clone()
    pictures[0][0].zero_()
    assert torch.equal(pictures[0][0], first)
