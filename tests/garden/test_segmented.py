"""The set ``scenes``: rendered again, and laid out as PASCAL VOC is."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from garden.scenes.truth import VOID
from garden.sets import segmented
from rendered_files import assert_same_files, assert_same_picture


@pytest.mark.parametrize("split", segmented.COUNTS)
def test_a_scene_is_rendered_again(split: str, data: Path) -> None:
    rendered = segmented.render(split, 0)
    assert len(rendered) == 2
    assert_same_files(rendered, data)


def test_the_comparison_notices_another_mask(data: Path) -> None:
    first, second = sorted((data / "scenes" / "SegmentationClass").iterdir())[2:4]
    with pytest.raises(AssertionError):
        assert_same_picture(first.read_bytes(), second)


def test_the_lists_are_written_again(data: Path) -> None:
    lists = segmented.lists()
    assert len(lists) == 4
    assert_same_files(lists, data)


def test_there_is_a_job_for_each_scene_and_for_the_lists() -> None:
    assert len(list(segmented.jobs())) == 1 + 240 + 80


def scene_names(data: Path, split: str) -> list[str]:
    return (data / "scenes" / "ImageSets" / "Segmentation" / f"{split}.txt").read_text().split()


def test_the_lists_of_scenes_share_nothing_and_are_complete(data: Path) -> None:
    train, val, both = (scene_names(data, split) for split in ("train", "val", "trainval"))
    assert (len(train), len(val)) == (240, 80)
    assert not set(train) & set(val)
    assert sorted(train + val) == sorted(both)
    for folder, ending in (("JPEGImages", ".jpg"), ("SegmentationClass", ".png")):
        names = {path.name for path in (data / "scenes" / folder).iterdir()}
        assert names == {f"{name}{ending}" for name in both}


@pytest.fixture(scope="module")
def masks(data: Path) -> dict[str, Image.Image]:
    """All masks by their names."""
    found = {}
    for name in scene_names(data, "trainval"):
        with Image.open(data / "scenes" / "SegmentationClass" / f"{name}.png") as mask:
            mask.load()
            found[name] = mask
    return found


def test_every_scene_has_a_palette_mask_of_its_size(
    masks: dict[str, Image.Image], data: Path
) -> None:
    for name, mask in masks.items():
        with Image.open(data / "scenes" / "JPEGImages" / f"{name}.jpg") as picture:
            assert (picture.format, picture.mode) == ("JPEG", "RGB"), name
            assert (mask.format, mask.mode, mask.size) == ("PNG", "P", picture.size), name
        assert mask.getpalette() == segmented.voc_palette(), name


def test_the_palette_is_that_of_voc() -> None:
    colors = np.reshape(segmented.voc_palette(), (256, 3)).tolist()
    assert colors[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert colors[8] == [64, 0, 0]
    assert colors[VOID] == [224, 224, 192]


def test_the_classes_are_named_and_all_occur(masks: dict[str, Image.Image], data: Path) -> None:
    names = (data / "scenes" / "classes.txt").read_text().split()
    assert names == ["background", "ant", "bee", "daisy", "dandelion", "rose", "sunflower", "tulip"]
    for split in segmented.COUNTS:
        of_split = (np.unique(np.asarray(masks[name])) for name in scene_names(data, split))
        assert set().union(*(found.tolist() for found in of_split)) == {*range(len(names)), VOID}


def touching(mask: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """All pairs of neighbors: to the right, below, and along both diagonals."""
    return [
        (mask[:, :-1], mask[:, 1:]),
        (mask[:-1], mask[1:]),
        (mask[:-1, :-1], mask[1:, 1:]),
        (mask[:-1, 1:], mask[1:, :-1]),
    ]


def test_void_lies_between_any_two_classes(masks: dict[str, Image.Image]) -> None:
    for name, image in masks.items():
        mask = np.asarray(image)
        assert (mask == VOID).any(), name
        for first, second in touching(mask):
            assert ((first == second) | (first == VOID) | (second == VOID)).all(), name


def test_some_scenes_are_smaller_than_a_crop(masks: dict[str, Image.Image]) -> None:
    small = sum(mask.width < 256 or mask.height < 160 for mask in masks.values())
    assert 0.05 <= small / len(masks) <= 0.15
