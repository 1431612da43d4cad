"""What a file costs that fits by its names alone: ResNet-34's in ResNet-18."""

from typing import Any

import torch
from torch import nn

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import IMAGENET_PREPROCESSING, evaluation_transform
from course_utils.models.registry import build_classifier
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.classifier import IMAGE_SIZE, ClassifierRun
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import fit
from garden.experiments.depth_times import depth_times
from garden.experiments.recording import measure

CHAPTER = "resnet_from_blocks"
DATA = "flowers"
SEEDS = range(5)
EPOCHS = 24
STEM_WIDTH = 16


def resnet_from_blocks(processor: str) -> list[Measurement]:
    """Train ResNet-34 with each seed, and time five depths: a quarter of an hour, one thread."""
    torch.set_num_threads(1)
    settings: Row = {"data": DATA, "epochs": EPOCHS, "stem_width": STEM_WIDTH}
    wrong_file = measure(CHAPTER, "wrong file", DATA, settings, map(_row, SEEDS))
    return [wrong_file, depth_times(CHAPTER, processor)]


def _row(seed: int) -> Row:
    """The shares of right answers of a trained network, and of a smaller one with its file."""
    large = _trained("resnet34", seed)
    small = _filled("resnet18", large, seed)
    row = {"seed": seed, "34": _accuracy(large), "34 in 18": _accuracy(small)}
    print(row, flush=True)
    return row


def _trained(name: str, seed: int) -> nn.Module:
    run = ClassifierRun(DATA, name, stem_width=STEM_WIDTH)
    task = run.open(TrainingConfig(epochs=EPOCHS, seed=seed))
    sets = task.training_set, task.validation_set
    fit(task.model, *sets, task.config, preprocessing=task.info.preprocessing)
    return task.model


def _filled(name: str, other: nn.Module, seed: int) -> nn.Module:
    """A fresh network that has taken from another one's file what has its names."""
    seed_everything(seed)
    model = build_classifier(name, 5, STEM_WIDTH)
    model.load_state_dict(other.state_dict(), strict=False)
    return model


@torch.inference_mode()
def _accuracy(model: nn.Module) -> float:
    """Of the validation pictures, in eval mode."""
    transform = evaluation_transform(IMAGENET_PREPROCESSING.at(IMAGE_SIZE))
    unseen: Any = ImageFolder(dataset_path(DATA) / "val", transform)
    answers = model.eval()(torch.stack([picture for picture, _ in unseen])).argmax(dim=1)
    labels = torch.tensor([label for _, label in unseen])
    return round(float((answers == labels).float().mean()), 4)
