"""``course-utils train segmenter`` on a set made here."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from commands import Outcome, run_command
from course_utils.data import VOCSegmentation
from course_utils.data.masks import save_mask
from course_utils.models.pretrained import load_segmenter
from course_utils.models.weights import BESIDE, WEIGHTS, read_weights
from course_utils.training import evaluate, loop
from picture_files import save
from voc_files import NAMES, SIZE, add_pair, blocks, list_names, picture_of, voc_set

OPTIONS = ("--epochs", "2", "--crop-size", "40x60", "--batch-size", "2")
NETWORK = ("--model", "fcn8s-resnet10", "--stem-width", "4")
FILES = sorted([WEIGHTS, *BESIDE])


def train(data: Path | str, out: Path, *more: str | Path) -> Outcome:
    return run_command("train", "segmenter", "--data", data, "--output", out, *OPTIONS, *more)


def from_scratch(data: Path | str, out: Path, *more: str | Path) -> Outcome:
    return train(data, out, *NETWORK, *more)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return voc_set(tmp_path_factory.mktemp("set"))


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """The folder that a training wrote, and what it said."""
    out = tmp_path_factory.mktemp("runs") / "made" / "by" / "train"
    return out, from_scratch(data, out)


def test_five_files_are_written(trained: tuple[Path, Outcome]) -> None:
    out, outcome = trained
    assert (outcome.status, outcome.err) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == FILES
    history = [json.loads(line) for line in (out / "history.jsonl").read_text().splitlines()]
    assert len(history) == 2
    assert outcome.lines[0] == "3 classes: background, red, blue (from classes.txt)"
    for epoch, line in zip(history, outcome.lines[1:], strict=False):
        assert line.startswith(f"epoch {epoch['number']}: training loss")
        assert line.endswith(f"mean IoU {epoch['mean_iou']:.3f}")
    last = f"written: {out} (course-utils segment --weights {out} --output DIR PICTURE...)"
    assert outcome.lines[-1] == last


def test_the_weights_describe_themselves(trained: tuple[Path, Outcome], data: Path) -> None:
    _, info = load_segmenter(trained[0])
    assert (info.architecture, info.stem_width, info.seed) == ("fcn8s-resnet10", 4, 0)
    assert info.class_names == NAMES
    assert info.data == data.name
    assert info.pixels is not None
    assert (info.pixels.crop_size, info.pixels.depthwise) == ((40, 60), True)
    command = f"course-utils train segmenter --data {data} --model fcn8s-resnet10 --stem-width 4"
    assert info.command.startswith(f"{command} --crop-size 40x60 --small drop --epochs 2")
    assert set(info.versions) == {"python", "torch", "torchvision", "course-utils"}


def test_what_they_say_of_themselves_is_measured_on_the_stored_file(
    trained: tuple[Path, Outcome], data: Path
) -> None:
    model, info = load_segmenter(trained[0])
    pictures = VOCSegmentation(data, "val")
    found = evaluate(model, pictures, "cpu", 1, 255, info.preprocessing)
    assert info.pixels is not None
    assert (found.accuracy, found.mean_iou) == (info.accuracy, info.pixels.mean_iou)
    report = json.loads((trained[0] / "report.json").read_text())
    assert (report["pixel_accuracy"], report["mean_iou"]) == (found.accuracy, found.mean_iou)
    assert report["loss"] == found.loss
    ious = [each["iou"] for each in report["classes"].values()]
    assert sum(ious) / len(ious) == pytest.approx(found.mean_iou)
    assert report["majority_class"]["pixel_accuracy"] == found.confusion.majority_share


def test_the_same_seed_gives_the_same_bytes(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path
) -> None:
    assert from_scratch(data, tmp_path).status == 0
    for path in trained[0].iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_it_learns_what_can_be_learned(data: Path, tmp_path: Path) -> None:
    more = ("--epochs", "25", "--lr", "0.01")
    assert from_scratch(data, tmp_path, *more).status == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["mean_iou"] > 0.7 > 2 * report["majority_class"]["mean_iou"]


def test_a_training_that_was_stopped_ends_with_the_same_weights(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = 0

    def interrupt(*arguments: Any) -> float:
        nonlocal steps
        steps += 1
        if steps == 5:  # in the second epoch
            raise KeyboardInterrupt
        return take_step(*arguments)

    take_step = loop.take_step
    monkeypatch.setattr(loop, "take_step", interrupt)
    outcome = from_scratch(data, tmp_path)
    assert outcome.status == 130
    assert "go on with the same command and --resume" in outcome.err
    monkeypatch.undo()
    other = from_scratch(data, tmp_path, "--resume", "--class-weights", "1,2,3")
    assert "class_weights was None and is (1.0, 2.0, 3.0)" in other.err
    other = from_scratch(data, tmp_path, "--resume", "--crop-size", "40x64")
    assert "crop_size was [40, 60] and is [40, 64]" in other.err
    assert from_scratch(data, tmp_path, "--resume").status == 0
    weights = trained[0] / "weights.safetensors"
    assert (tmp_path / "weights.safetensors").read_bytes() == weights.read_bytes()
    again = from_scratch(data, tmp_path)
    assert "holds the weights of a training already" in again.err


def test_at_random_scales_the_same_seed_gives_the_same_weights_also_resumed(
    trained: tuple[Path, Outcome], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scale = ("--scale", "0.5", "1.5")
    assert from_scratch(data, tmp_path / "whole", *scale).status == 0
    steps = iter(range(4))

    def interrupt(*arguments: Any) -> float:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        return take_step(*arguments)

    take_step = loop.take_step
    monkeypatch.setattr(loop, "take_step", interrupt)
    assert from_scratch(data, tmp_path / "parts", *scale).status == 130
    monkeypatch.undo()
    other = from_scratch(data, tmp_path / "parts", "--resume")
    assert "scale was [0.5, 1.5] and is None" in other.err
    assert from_scratch(data, tmp_path / "parts", *scale, "--resume").status == 0
    whole, parts, plain = (
        (folder / "weights.safetensors").read_bytes()
        for folder in (tmp_path / "whole", tmp_path / "parts", trained[0])
    )
    assert whole == parts != plain
    _, info = load_segmenter(tmp_path / "whole")
    assert "--small drop --scale 0.5 1.5 --epochs 2" in info.command


def test_a_frozen_classifier_is_a_body(data: Path, tmp_path: Path, small_weights: Path) -> None:
    outcome = train(data, tmp_path, "--pretrained", small_weights, "--freeze")
    assert (outcome.status, outcome.err) == (0, "")
    before, _ = read_weights(small_weights)
    after, info = read_weights(tmp_path / "weights.safetensors")
    assert info is not None
    assert (info.architecture, info.stem_width) == ("fcn8s-resnet18", 4)
    body = {name.removeprefix("body."): t for name, t in after.items() if name[:5] == "body."}
    assert all(torch.equal(body[name], before[name]) for name in body)
    assert after["head.skips.at_8.weight"].any()


def test_a_segmenter_trains_on(trained: tuple[Path, Outcome], data: Path, tmp_path: Path) -> None:
    more = ("--pretrained", trained[0], "--lr", "1e-12", "--body-lr", "1e-12")
    assert train(data, tmp_path, *more).status == 0
    before, after = (read_weights(o / "weights.safetensors")[0] for o in (trained[0], tmp_path))
    assert torch.equal(before["head.score.weight"], after["head.score.weight"])
    assert torch.equal(before["body.conv1.weight"], after["body.conv1.weight"])


def test_patience_watches_the_mean_iou(data: Path, tmp_path: Path) -> None:
    more = ("--epochs", "30", "--lr", "1e-9", "--patience", "2", "--freeze")
    pretrained = tmp_path / "first"
    assert from_scratch(data, pretrained, "--epochs", "1").status == 0
    assert train(data, tmp_path / "out", *more, "--pretrained", pretrained).status == 0
    assert len((tmp_path / "out" / "history.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize("model", ["unet8s-resnet10", "unet2s-resnet10"])
def test_a_u_net_is_trained_stored_and_labels(model: str, data: Path, tmp_path: Path) -> None:
    how = ("--model", model, "--loss", "ce+dice", "--class-weights", "median")
    assert from_scratch(data, tmp_path / "out", *how).status == 0
    _, info = load_segmenter(tmp_path / "out")
    assert info.architecture == model
    assert "--loss ce+dice --class-weights median" in info.command
    picture = next((data / "JPEGImages").iterdir())
    words = ("segment", "--weights", tmp_path / "out", "--output", tmp_path / "masks", picture)
    assert run_command(*words).status == 0


@pytest.mark.parametrize(
    ("small", "what"),
    [("drop", "1 of 7 training pictures are smaller than the crop and are left out"),
     ("pad", "1 of 7 training pictures are smaller than the crop and are padded")],
)  # fmt: skip
def test_small_pictures_are_counted(small: str, what: str, data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    add_pair(root, "low", blocks(0, (36, 90)))
    list_names(root, "train", ["low", *(f"train_{number}" for number in range(6))])
    outcome = from_scratch(root, tmp_path / "out", "--epochs", "1", "--small", small)
    assert (outcome.status, outcome.lines[0]) == (0, what)


def spoilt_set(root: Path) -> None:
    """Thirty pictures, of which three cannot be used."""
    names = [f"more_{number}" for number in range(30)]
    for number, name in enumerate(names):
        add_pair(root, name, blocks(number))
    list_names(root, "train", names)
    (root / "SegmentationClass" / "more_3.png").unlink()
    save_mask(root / "SegmentationClass" / "more_5.png", np.full(SIZE, 3, np.uint8))
    save(root / "SegmentationClass" / "more_7.png", picture_of(blocks(0)))


def test_what_cannot_be_used_is_left_out_and_listed(data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    spoilt_set(root)
    outcome = from_scratch(root, tmp_path / "out", "--epochs", "1")
    assert outcome.status == 1
    assert outcome.err.startswith("left out (3):\n")
    assert "more_3.png: there is no such file" in outcome.err
    assert "more_5.png: holds the class 3, but the set has the classes 0 to 2" in outcome.err
    assert "more_7.png: holds colors of no class" in outcome.err
    assert (tmp_path / "out" / "weights.safetensors").exists()
    save_mask(root / "SegmentationClass" / "more_9.png", blocks(0, (70, 91)))
    outcome = from_scratch(root, tmp_path / "again")
    assert "4 of 30 pictures of train or their masks cannot be used; the first is" in outcome.err
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("split", ["train", "val"])
def test_a_split_of_void_only_is_refused(split: str, data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    for path in (root / "SegmentationClass").glob(f"{split}_*"):
        save_mask(path, np.full(SIZE, 255, np.uint8))
    outcome = from_scratch(root, tmp_path / "out")
    assert (outcome.status, outcome.out) == (1, "")
    assert f"no pixel of {split} is labeled" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_picture_of_one_pixel_is_measured(data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    Image.new("RGB", (1, 1)).save(root / "JPEGImages" / "dot.jpg")
    save_mask(root / "SegmentationClass" / "dot.png", np.zeros((1, 1), np.uint8))
    list_names(root, "val", ["dot", "val_0"])
    assert from_scratch(root, tmp_path / "out", "--epochs", "1").status == 0


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("--data", "nowhere"), 1, "nowhere: there is no such folder, and the named sets are"),
        (("--crop-size", "500x500"), 1, "a crop of 500×500 (height×width) is larger than every"),
        (("--crop-size", "500"), 2, "'500': give height and width, such as 160x256, each from 33"),
        (("--crop-size", "32x64"), 2, "each from 33 to 2048"),
        (("--scale", "2", "0.5"), 2, "(2.0, 0.5): give the lower one first"),
        (("--scale", "1", "nan"), 2, "'nan': give a number from 0.1 to 10"),
        (("--scale", "half", "2"), 2, "'half': give a number from 0.1 to 10"),
        (("--model", "resnet18"), 1, "network 'resnet18' is unknown: give fcn32s, fcn16s, fcn8s"),
        (("--model", "fcn8s-resnet81"), 1, "did you mean resnet18"),
        (("--model", "fcn8s-alexnet"), 1, "alexnet: only this package's networks have a stem"),
        (("--pretrained", "nowhere"), 1, "weights 'nowhere' are unknown"),
        (("--model", "unet4s-resnet10"), 1, "unet8s, unet2s and a ResNet, such as fcn8s-resnet18"),
        (("--loss", "focal"), 2, "'focal' is not one of 'ce', 'dice', 'ce+dice'"),
        (("--loss", "dice", "--class-weights", "median"), 1, "change the cross-entropy, and there"),
        (("--class-weights", "balanced"), 2, "'balanced' is neither median nor numbers, such as"),
        (("--class-weights", "1,2"), 1, "2 class weights for 3 classes: background, red, blue"),
        (("--class-weights", "1,2,-1"), 2, "each is 0 or from 1e-06 to 1000000, and not all"),
        (("--class-weights", "0,0,0"), 2, "each is 0 or from 1e-06 to 1000000, and not all"),
        (("--freeze",), 1, "a body without trained weights cannot be frozen: give --pretrained"),
        (("--output", "/dev/null/below"), 1, "cannot be made"),
        (("--lr", "1e30"), 1, "try a rate ten times smaller"),
    ],
)
def test_a_mistake_is_answered_with_a_sentence(
    arguments: tuple[str, ...], status: int, reason: str, data: Path, tmp_path: Path
) -> None:
    outcome = from_scratch(data, tmp_path / "out", *arguments)
    assert outcome.status == status
    assert reason in outcome.err
    assert "Traceback" not in outcome.err


def test_an_empty_list_is_named(data: Path, tmp_path: Path) -> None:
    root = shutil.copytree(data, tmp_path / "set")
    list_names(root, "train", [])
    outcome = from_scratch(root, tmp_path / "out")
    assert (outcome.status, "train.txt: lists no picture" in outcome.err) == (1, True)
