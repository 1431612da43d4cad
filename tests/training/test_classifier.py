"""What a training of a classifier begins with."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torchvision.transforms import v2

from course_utils.data.bad_files import GoodPictures
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, cut_transform
from course_utils.errors import DataError, TrainingError
from course_utils.training import TrainingConfig
from course_utils.training.classifier import ClassifierRun
from picture_files import picture_set

CONFIG = TrainingConfig(epochs=2)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return picture_set(tmp_path / "set", train=12, val=6)


def run_on(data: Path) -> ClassifierRun:
    return ClassifierRun(str(data), "resnet10", stem_width=4, image_size=64)


def test_pictures_are_bytes_and_the_weights_will_say_how_to_normalize(data: Path) -> None:
    task = run_on(data).open(CONFIG)
    for pictures, count in ((task.training_set, 24), (task.validation_set, 12)):
        assert isinstance(pictures, GoodPictures)
        assert len(pictures) == count
        picture, label = pictures[0]
        assert (picture.dtype, picture.shape, label) == (torch.uint8, (3, 64, 64), 0)
    assert task.info.preprocessing == Preprocessing(73, 64)
    assert (task.info.architecture, task.info.stem_width) == ("resnet10", 4)
    assert (task.info.class_names, task.info.data) == (("ants", "bees"), "set")
    assert (task.config, task.left_out(), task.notes) == (CONFIG, (), ())


def test_training_pictures_change_and_validation_pictures_do_not(data: Path) -> None:
    task = run_on(data).open(CONFIG)
    assert not torch.equal(task.training_set[0][0], task.training_set[0][0])
    assert torch.equal(task.validation_set[0][0], task.validation_set[0][0])


def test_the_training_pictures_change_as_it_is_asked_for(data: Path) -> None:
    """So do the settings that a resumed training must have in common."""
    seen = {}
    for augment in ("none", "standard", "trivial"):
        task = replace(run_on(data), augment=augment).open(CONFIG)
        assert task.settings["augment"] == augment
        torch.manual_seed(0)
        seen[augment] = torch.stack([task.training_set[0][0] for _ in range(6)])
    assert all(torch.equal(picture, seen["none"][0]) for picture in seen["none"])
    assert not torch.equal(seen["standard"], seen["trivial"])
    plain = ImageFolder(data / "train", cut_transform(Preprocessing(73, 64)))[0][0]
    assert torch.equal(seen["none"][0], plain)
    with pytest.raises(TrainingError, match="augment='mixup': choose one of none, standard, tri"):
        replace(run_on(data), augment="mixup")


@pytest.mark.parametrize(
    ("name", "asked", "flips"),
    [("flowers", False, 1), ("flowers", True, 1), ("", False, 0), ("", True, 1)],
)
def test_named_sets_that_are_seen_from_above_are_turned_and_folders_where_it_is_asked_for(
    name: str, asked: bool, flips: int, data: Path
) -> None:
    run = ClassifierRun(name or str(data), "resnet10", 4, image_size=64, vertical_flip=asked)
    task = run.open(CONFIG)
    assert isinstance(task.training_set, GoodPictures)
    change = task.training_set.pictures.transform
    assert sum(isinstance(step, v2.RandomVerticalFlip) for step in change.transforms) == flips
    assert task.settings["vertical_flip"] == asked
    assert ("--vertical-flip" in task.info.command) == asked


def test_what_is_no_picture_is_left_out_of_both_sets(data: Path) -> None:
    for split in ("train", "val"):
        (data / split / "ants" / "bad.jpg").write_bytes(b"no picture")
    task = run_on(data).open(CONFIG)
    learnt = list(task.training_set)  # type: ignore[call-overload]
    measured = [one for one in task.validation_set if one is not None]  # type: ignore[attr-defined]
    assert [error.path.parent.parent.name for error in task.left_out()] == ["train", "val"]
    assert (len(learnt), len(measured)) == (25, 12)  # another one stands in for the training's


def test_too_many_bad_files_are_a_mistake_of_the_data(data: Path) -> None:
    for number in range(2):
        (data / "val" / "bees" / f"{number}.png").write_bytes(b"no picture")
    task = run_on(data).open(CONFIG)
    with pytest.raises(DataError, match="val: at least 2 of 12 files are no pictures"):
        list(task.validation_set)  # type: ignore[call-overload]


def test_both_splits_need_the_same_classes_and_two_of_them(data: Path) -> None:
    (data / "val" / "bees").rename(data / "val" / "wasps")
    with pytest.raises(TrainingError, match=r"train has the classes ants, bees, but .*ants, wasps"):
        run_on(data).open(CONFIG)
    shutil.rmtree(data / "val" / "wasps")
    shutil.rmtree(data / "train" / "bees")
    with pytest.raises(TrainingError, match="holds only the class ants"):
        run_on(data).open(CONFIG)


def test_without_a_name_it_is_a_resnet18(data: Path) -> None:
    run = ClassifierRun(str(data), stem_width=4, image_size=64)
    assert run.open(CONFIG).info.architecture == "resnet18"
