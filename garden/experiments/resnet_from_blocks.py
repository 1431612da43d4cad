"""What a file costs that fits by its names alone: ResNet-34's in ResNet-18."""

import torch
from torch import nn

from course_utils.models.registry import build_classifier
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.loop import evaluate
from garden.experiments.depth_times import depth_times
from garden.experiments.flower_networks import DATA, STEM_WIDTH, trained
from garden.experiments.recording import measure, told

CHAPTER = "resnet_from_blocks"
SEEDS = range(5)
EPOCHS = 24


def resnet_from_blocks(processor: str) -> list[Measurement]:
    """Train ResNet-34 with each seed, and time five depths: a quarter of an hour, one thread."""
    torch.set_num_threads(1)
    settings: Row = {"data": DATA, "epochs": EPOCHS, "stem_width": STEM_WIDTH}
    wrong_file = measure(CHAPTER, "wrong file", DATA, settings, map(_row, SEEDS))
    return [wrong_file, depth_times(CHAPTER, processor)]


def _row(seed: int) -> Row:
    """The shares of right answers of a trained network, and of a smaller one with its file."""
    task = trained("resnet34", seed, EPOCHS)
    small = _filled("resnet18", task.model, seed)
    large, less = (evaluate(model, task.validation_set) for model in (task.model, small))
    return told({"seed": seed, "34": round(large.accuracy, 4), "34 in 18": round(less.accuracy, 4)})


def _filled(name: str, other: nn.Module, seed: int) -> nn.Module:
    """A fresh network that has taken from another one's file what has its names."""
    seed_everything(seed)
    model = build_classifier(name, 5, STEM_WIDTH)
    model.load_state_dict(other.state_dict(), strict=False)
    return model
