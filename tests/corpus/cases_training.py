"""Weights with a preprocessing of their own to go on from, histories with gaps, odd names."""

import json
import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
import torchvision

from case import Case, Refusal
from course_utils.data.transforms import Preprocessing
from course_utils.models.registry import build_classifier
from course_utils.models.weights import WeightsInfo, save_weights
from course_utils.training import TrainingConfig, read_history
from course_utils.training.classifier import ClassifierRun
from course_utils.training.command import command_line
from course_utils.training.segmenter import SegmenterRun
from picture_files import picture_set
from voc_files import voc_set

OWN = Preprocessing(60, 48, (0.5, 0.4, 0.3), (0.2, 0.3, 0.4), "bicubic")
EPOCH = {"number": 1, "training_loss": 0.5, "accuracy": 1.0, "mean_iou": 1.0}
CONFIG = TrainingConfig(epochs=1)


def own_weights(folder: Path) -> Path:
    """A training's file that names a preprocessing other than the usual one."""
    info = WeightsInfo("resnet10", ("a", "b"), OWN, stem_width=4)
    save_weights(folder / "own.safetensors", build_classifier("resnet10", 2, 4).state_dict(), info)
    return folder / "own.safetensors"


def silent_weights(folder: Path) -> Path:
    """A file that says nothing of itself; torchvision's network is measured on bicubic pictures."""
    model = torchvision.models.efficientnet_b0(weights=None, num_classes=2)
    torch.save(model.state_dict(), folder / "silent.pth")
    return folder / "silent.pth"


def fine_tuned(weights: Path, **how: object) -> tuple[Preprocessing, tuple[str, ...]]:
    """What a training that goes on from the weights stores, and what it says."""
    data = picture_set(weights.parent / "set", train=2, val=1)
    run = replace(ClassifierRun(str(data), pretrained=str(weights)), **how)
    task = run.open(CONFIG)
    return task.info.preprocessing, task.notes


def under_pixels(weights: Path) -> Preprocessing:
    """What a training of a network for pixels stores."""
    data = voc_set(weights.parent / "set", train=2, val=1)
    run = SegmenterRun(str(data), pretrained=str(weights), crop_size=(40, 60))
    return run.open(CONFIG).info.preprocessing


def history(text: str) -> Callable[[Path], Path]:
    """Writes a history of one epoch whose validation loss is this text."""

    def make(folder: Path) -> Path:
        line = json.dumps({**EPOCH, "validation_loss": "X"}).replace('"X"', text)
        (folder / "history.jsonl").write_text(line + "\n", encoding="utf-8")
        return folder / "history.jsonl"

    return make


def loss(path: Path) -> str:
    """As a text, for nan is not equal to itself."""
    return str(read_history(path)[0].validation_loss)


def odd_folder(folder: Path) -> Path:
    return folder / 'it\'s "mine" & $HOME; é'


def data_in_the_command(path: Path) -> str:
    """What a shell would take for the folder's name."""
    words = shlex.split(command_line(ClassifierRun(str(path)), CONFIG))
    return Path(words[words.index("--data") + 1]).name


CASES = [
    Case("weights with their own preprocessing", own_weights, fine_tuned, (OWN, ())),
    Case(
        "weights at another size than theirs",
        own_weights,
        lambda path: fine_tuned(path, image_size=64),
        (replace(OWN, resize=80, crop=64), ("image size 64 instead of the weights' 48",)),
    ),
    Case(
        "weights that do not say how pictures were prepared",
        silent_weights,
        lambda path: fine_tuned(path, architecture="efficientnet_b0")[0],
        Preprocessing(interpolation="bicubic"),
    ),
    Case(
        "weights under a network for pixels",
        own_weights,
        under_pixels,
        Preprocessing(mean=OWN.mean, std=OWN.std),
    ),
    Case("a history with null", history("null"), loss, "nan"),
    Case("a history with NaN, as it was once written", history("NaN"), loss, "nan"),
    Case("a history with a number", history("0.25"), loss, "0.25"),
    Case("a history that is cut off", history('0.25}\n{"number": 2'), loss, Refusal("no history")),
    Case(
        "a folder with a name that a shell would take apart",
        odd_folder,
        data_in_the_command,
        'it\'s "mine" & $HOME; é',
    ),
]
