"""The embedded data: what the renderer draws again, how it is laid out, and how hard it is."""

import hashlib
import io
import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import safetensors
import torch
from PIL import Image

from course_utils.data import evaluation_transform
from course_utils.data.folders import ImageFolder
from course_utils.data.manifest import MANIFEST, verify_manifest
from course_utils.models.pretrained import load_classifier
from course_utils.models.weights import read_weights
from course_utils.training.loop import evaluate
from garden import __main__ as command
from garden import sets
from linear_baselines import best_accuracy, histogram, pixels

VOID = 255
SPLITS = ("train", "val")
LABELED = [
    (name, split, class_name, 3)
    for name in ("insects", "flowers")
    for class_name in sets.CLASSES[name]
    for split in SPLITS
]
SAMPLE = [*LABELED, ("scenes", "train", "", 0), ("scenes", "val", "", 0)]
SAMPLE.append(("panorama", "train", "", 0))


@pytest.fixture(scope="module")
def data(root: Path) -> Path:
    return root / "data"


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in files_below(folder)) / 1e6


# The renderer


def assert_same_picture(rendered: bytes, committed: Path) -> None:
    with Image.open(io.BytesIO(rendered)) as first, Image.open(committed) as second:
        assert (first.mode, first.size) == (second.mode, second.size)
        difference = np.abs(np.asarray(first, np.int16) - np.asarray(second, np.int16))
    if difference.ndim == 2:  # a mask holds indices, which have no distance
        assert (difference > 0).mean() <= 0.01
    else:
        assert difference.mean() <= 1
        assert (difference.max(axis=-1) > 8).mean() <= 0.01


def assert_same_truth(rendered: bytes, committed: Path) -> None:
    first, second = json.loads(rendered), json.loads(committed.read_text())
    assert first["label"] == second["label"]
    assert np.abs(np.subtract(first["box"], second["box"])).max() <= 2


@pytest.mark.parametrize("job", SAMPLE, ids=lambda job: "-".join(map(str, job)))
def test_a_picture_is_rendered_again(job: tuple[str, str, str, int], data: Path) -> None:
    for name, content in sets.render_one(*job).items():
        compare = assert_same_truth if name.endswith(".json") else assert_same_picture
        compare(content, data / name)


def test_the_comparison_notices_another_picture(data: Path) -> None:
    first, second = sorted((data / "scenes" / "SegmentationClass").iterdir())[2:4]
    with pytest.raises(AssertionError):
        assert_same_picture(first.read_bytes(), second)


def test_the_lists_are_written_again(data: Path) -> None:
    for name, content in sets.lists("scenes").items():
        assert (data / name).read_bytes() == content


def test_the_command_renders_and_writes_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.setitem(sets.COUNTS, "insects", {"train": 1, "val": 1})
    monkeypatch.setattr(command, "ProcessPoolExecutor", ThreadPoolExecutor)
    words = ["garden", "--out", str(tmp_path), "--only", "insects"]
    monkeypatch.setattr(sys, "argv", words)
    (tmp_path / "README.md").write_text("what lies here")
    command.main()
    assert verify_manifest(tmp_path) == []
    listed = json.loads((tmp_path / MANIFEST).read_text())
    assert len(listed) == 5
    assert (data / next(name for name in listed if "bees_val" in name)).is_file()


# The layout


@pytest.mark.parametrize("name", ["insects", "flowers"])
def test_every_class_has_its_pictures(name: str, data: Path) -> None:
    for split, count in sets.COUNTS[name].items():
        folders = {
            folder.name: len(files_below(folder)) for folder in (data / name / split).iterdir()
        }
        assert folders == dict.fromkeys(sets.CLASSES[name], count)


@pytest.mark.parametrize("name", ["insects", "flowers"])
def test_pictures_are_jpeg_of_several_shapes(name: str, data: Path) -> None:
    shapes: Counter[tuple[int, int]] = Counter()
    for file in files_below(data / name):
        with Image.open(file) as image:
            image.load()
            assert (image.format, image.mode, min(image.size)) == ("JPEG", "RGB", 128), file
            shapes[image.size] += 1
    assert len(shapes) >= 5
    assert max(shapes.values()) < 0.5 * shapes.total()
    assert max(max(shape) for shape in shapes) <= 2 * 128


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


def scene(data: Path, name: str) -> tuple[Image.Image, Image.Image]:
    picture = Image.open(data / "scenes" / "JPEGImages" / f"{name}.jpg")
    mask = Image.open(data / "scenes" / "SegmentationClass" / f"{name}.png")
    picture.load()
    mask.load()
    return picture, mask


def test_every_scene_has_a_palette_mask_of_its_size(data: Path) -> None:
    for name in scene_names(data, "trainval"):
        picture, mask = scene(data, name)
        assert (picture.format, picture.mode) == ("JPEG", "RGB"), name
        assert (mask.format, mask.mode, mask.size) == ("PNG", "P", picture.size), name
        assert mask.getpalette() == sets.voc_palette(), name


def test_the_palette_is_that_of_voc() -> None:
    colors = np.reshape(sets.voc_palette(), (256, 3)).tolist()
    assert colors[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert colors[8] == [64, 0, 0]
    assert colors[VOID] == [224, 224, 192]


def test_the_classes_of_the_scenes_are_named_and_all_occur(data: Path) -> None:
    names = (data / "scenes" / "classes.txt").read_text().split()
    assert names == ["background", "ant", "bee", "daisy", "dandelion", "rose", "sunflower", "tulip"]
    for split in SPLITS:
        masks = [scene(data, name)[1] for name in scene_names(data, split)]
        found = set().union(*(np.unique(np.asarray(mask)).tolist() for mask in masks))
        assert found == {*range(len(names)), VOID}


def touching(mask: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """All pairs of neighbors: to the right, below, and along both diagonals."""
    return [
        (mask[:, :-1], mask[:, 1:]),
        (mask[:-1], mask[1:]),
        (mask[:-1, :-1], mask[1:, 1:]),
        (mask[:-1, 1:], mask[1:, :-1]),
    ]


def test_void_lies_between_any_two_classes(data: Path) -> None:
    for name in scene_names(data, "trainval"):
        mask = np.asarray(scene(data, name)[1])
        assert (mask == VOID).any(), name
        for first, second in touching(mask):
            assert ((first == second) | (first == VOID) | (second == VOID)).all(), name


def test_some_scenes_are_smaller_than_a_crop(data: Path) -> None:
    sizes = [scene(data, name)[0].size for name in scene_names(data, "trainval")]
    small = sum(width < 256 or height < 160 for width, height in sizes)
    assert 0.05 <= small / len(sizes) <= 0.15


def test_the_bee_is_at_the_lower_right_of_the_panorama(data: Path) -> None:
    with Image.open(data / "panorama" / "panorama.jpg") as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1024, 387))
    truth = json.loads((data / "panorama" / "panorama.json").read_text())
    left, top, right, bottom = truth["box"]
    assert truth["label"] == "bee"
    assert 512 <= left < right <= 1024
    assert 387 / 2 <= top < bottom <= 387


def test_the_pictures_are_small_files(data: Path) -> None:
    assert sum(megabytes(data / name) for name in sets.COUNTS) <= 14
    insects = files_below(data / "insects")
    assert 4_000 <= 1e6 * megabytes(data / "insects") / len(insects) <= 8_000


def test_no_two_files_are_the_same(data: Path) -> None:
    files = [path for path in files_below(data) if path.name != MANIFEST]
    digests = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    assert digests.most_common(1)[0][1] == 1


def test_the_manifest_is_up_to_date(data: Path) -> None:
    assert verify_manifest(data) == []


# How hard it is


def test_pixels_alone_do_not_tell_the_insects_apart(data: Path) -> None:
    assert best_accuracy(data / "insects", pixels) < 0.75


def test_colors_alone_do_not_tell_the_insects_apart(data: Path) -> None:
    assert best_accuracy(data / "insects", histogram) < 0.80


# The weights


@pytest.fixture(scope="module")
def weights(data: Path) -> Path:
    return data / "weights" / "insects-resnet18.safetensors"


def test_the_weights_have_the_accuracy_that_they_claim(weights: Path, data: Path) -> None:
    model, info = load_classifier(weights)
    pictures = ImageFolder(data / "insects" / "val", evaluation_transform(info.preprocessing))
    assert pictures.class_names == info.class_names
    assert info.accuracy is not None
    assert 0.90 <= info.accuracy <= 0.97
    right = len(pictures) * evaluate(model, pictures).accuracy
    assert abs(right - len(pictures) * info.accuracy) < 1.5


def test_the_weights_are_small_and_of_half_precision(weights: Path) -> None:
    assert weights.stat().st_size <= 1_600_000
    with safetensors.safe_open(weights, framework="pt") as file:
        types = {name: file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118
    counters = {name for name in types if name.endswith("num_batches_tracked")}
    assert {types[name] for name in types.keys() - counters} == {torch.float16}


def test_the_weights_say_how_they_were_trained(weights: Path) -> None:
    _, info = read_weights(weights)
    assert info is not None
    assert info.command.startswith("course-utils train classifier --data insects ")
    assert f"--seed {info.seed}" in info.command
    assert (info.data, info.architecture, info.stem_width) == ("insects", "resnet18", 16)
