"""What a training of a network for pixels begins with."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from course_utils.data.masks import VOID
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import DataError, TrainingError
from course_utils.models import FCN
from course_utils.models.weights import PixelInfo
from course_utils.training import TrainingConfig
from course_utils.training.segmenter import SegmenterRun, for_pixels
from voc_files import NAMES, SIZE, add_pair, blocks, list_names, voc_set
from weight_files import INSECTS, SEGMENTER, write_segmenter, write_small_weights

CONFIG = TrainingConfig(epochs=2, batch_size=3)
CLASSES = "3 classes: background, red, blue (from classes.txt)"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return voc_set(tmp_path / "set")


def run_on(data: Path, **more: object) -> SegmenterRun:
    run = SegmenterRun(str(data), "fcn16s-resnet10", stem_width=4, crop_size=(40, 60))
    return replace(run, **more)


def test_crops_to_learn_from_and_whole_pictures_to_measure_on(data: Path) -> None:
    task = run_on(data).open(CONFIG)
    for pictures, size in ((task.training_set, (40, 60)), (task.validation_set, SIZE)):
        assert isinstance(pictures, VOCSegmentation)
        picture, mask = pictures[0]
        assert (picture.dtype, picture.shape, mask.shape) == (torch.uint8, (3, *size), size)
    assert isinstance(task.model, FCN)
    info = task.info
    assert (info.architecture, info.class_names) == ("fcn16s-resnet10", NAMES)
    assert (info.preprocessing, info.pixels) == (IMAGENET_PREPROCESSING, PixelInfo((40, 60), True))
    assert task.settings["crop_size"] == [40, 60]
    assert (task.left_out(), task.notes) == ((), (CLASSES,))


@pytest.mark.parametrize("kind", ["classifier", "segmenter"])
def test_the_mean_and_the_deviation_of_the_weights_go_with_them(
    kind: str, data: Path, tmp_path: Path
) -> None:
    other = Preprocessing(80, 56, (0.3, 0.6, 0.2), (0.5, 0.1, 0.4), "bicubic")
    path = tmp_path / "other.safetensors"
    if kind == "segmenter":
        write_segmenter(path, replace(SEGMENTER, preprocessing=other))
    else:
        write_small_weights(path, replace(INSECTS, preprocessing=other))
    task = SegmenterRun(str(data), pretrained=str(path), crop_size=(40, 60)).open(CONFIG)
    found = task.info.preprocessing
    assert found == replace(IMAGENET_PREPROCESSING, mean=other.mean, std=other.std)


@pytest.mark.parametrize("augment", ["standard", "none"])
def test_without_augmentation_nothing_but_the_crop_is_random(augment: str, data: Path) -> None:
    """A crop of the whole picture has one place."""
    task = run_on(data, crop_size=SIZE, augment=augment).open(CONFIG)
    pictures = [task.training_set[0][0] for _ in range(4)]
    same = all(torch.equal(picture, pictures[0]) for picture in pictures)
    assert (same, task.settings["augment"]) == (augment == "none", augment)


def test_a_random_scale_without_augmentation_is_refused(data: Path) -> None:
    with pytest.raises(TrainingError, match="--scale resizes at random: leave it or --augment"):
        run_on(data, augment="none", scale=(0.5, 2.0))
    with pytest.raises(TrainingError, match="augment='trivial': choose one of none, standard"):
        run_on(data, augment="trivial")


def test_void_is_ignored_and_the_mean_iou_watched(data: Path) -> None:
    config = run_on(data).open(CONFIG).config
    assert config == for_pixels(CONFIG)
    found = (config.ignore_index, config.monitor, config.evaluation_batch_size)
    assert found == (VOID, "mean_iou", 1)
    assert for_pixels(config) == config


@pytest.mark.parametrize(("small", "treated"), [("drop", "are left out"), ("pad", "are padded")])
def test_a_note_counts_the_small_pictures(small: str, treated: str, data: Path) -> None:
    add_pair(data, "low", blocks(0, (36, 90)))
    list_names(data, "train", ["low", *(f"train_{number}" for number in range(6))])
    task = run_on(data, small=small).open(CONFIG)
    note = f"1 of 7 training pictures are smaller than the crop and {treated}"
    assert task.notes == (note, CLASSES)


def test_a_scale_changes_the_pictures_and_is_kept_for_resuming(data: Path) -> None:
    plain, scaled = run_on(data), run_on(data, scale=(0.5, 2.0))
    assert plain.open(CONFIG).settings.get("scale") is None  # as in checkpoints of before
    assert "scale" not in plain.open(CONFIG).settings
    task = scaled.open(CONFIG)
    assert task.settings["scale"] == [0.5, 2.0]
    assert task.training_set[0][0].shape == (3, 40, 60)
    assert task.validation_set[0][0].shape == (3, *SIZE)
    with pytest.raises(DataError, match=r"two factors from 0\.1 to 10, the lower one first"):
        run_on(data, scale=(2.0, 0.5)).open(CONFIG)


def test_what_cannot_be_used_is_left_out(tmp_path: Path) -> None:
    data = voc_set(tmp_path, train=20)
    (data / "JPEGImages" / "train_4.jpg").write_bytes(b"no picture")
    task = run_on(data).open(CONFIG)
    assert [error.path.name for error in task.left_out()] == ["train_4.jpg"]
    (data / "JPEGImages" / "val_1.jpg").write_bytes(b"no picture")
    with pytest.raises(DataError, match="1 of 3 pictures of val or their masks cannot be used"):
        run_on(data).open(CONFIG)


def test_without_a_name_it_is_an_fcn8s_on_a_resnet18(data: Path) -> None:
    info = run_on(data, architecture=None).open(CONFIG).info
    assert info.architecture == "fcn8s-resnet18"


def test_palettes_of_the_two_splits_must_agree(data: Path) -> None:
    for split, count, colors in (("train", 6, (9, 0, 0, 0, 9, 0)), ("val", 3, (0, 9, 0, 9, 0, 0))):
        for number in range(count):
            image = Image.fromarray(blocks(number))
            image.putpalette([0, 0, 0, *colors] + [7] * 759)
            image.save(data / "SegmentationClass" / f"{split}_{number}.png")
    with pytest.raises(DataError, match=r"palettes of train_\d\.png and val_\d\.png contradict"):
        run_on(data).open(CONFIG)


def test_turned_pictures_of_both_splits_are_counted(data: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    for name in ("train_0", "val_1"):
        path = data / "JPEGImages" / f"{name}.jpg"
        Image.open(path).save(path, exif=exif)
    notes = run_on(data).open(CONFIG).notes
    assert [note.split("; ")[0] for note in notes[1:]] == [
        f"pictures of {split} that the camera's mark turns, but not their masks: 1 ({name})"
        for split, name in (("train", "train_0"), ("val", "val_1"))
    ]
