"""FCN-8s whose skips stay at zero: its finer steps of enlarging, without its finer maps.

Twelve minutes on one quiet core.
"""

from collections.abc import Iterator

import torch
from torch import nn

from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.boundary_metrics import measure_pixels
from course_utils.training.recipes import Task
from garden.experiments.recording import history_of, measure, told
from garden.experiments.scene_networks import BODY, EPOCHS, opened

CHAPTER = "fcn_skips_silent"
NETWORK = "fcn8s-resnet18"
SEEDS = range(3)


def fcn_skips_silent() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"network": NETWORK, "epochs": EPOCHS}
    return [measure(CHAPTER, "silent", BODY, settings, map(told, map(silent, SEEDS)))]


def silent(seed: int, epochs: int = EPOCHS, until: int | None = None) -> Row:
    """Train one as the recorded ones are trained, and measure it."""
    task = opened(NETWORK, seed, epochs)
    hold(task.model)
    losses = [epoch["training_loss"] for epoch in history_of(task, until)]
    return {"seed": seed, "losses": losses, **(measured(task) if until is None else {})}


def hold(model: nn.Module) -> None:
    """Keep the skips as they begin: at zero."""
    for weight in skips(model):
        weight.requires_grad_(False)


def skips(model: nn.Module) -> Iterator[nn.Parameter]:
    """The weights and biases of the finer scores."""
    yield from model.get_submodule("head.skips").parameters()


def measured(task: Task) -> Row:
    """What the records of other networks say, and the IoU of each class."""
    confusion, borders = measure_pixels(
        task.model, task.validation_set, preprocessing=task.info.preprocessing
    )
    return {
        "accuracy": confusion.accuracy,
        "mean_iou": confusion.mean_iou,
        "iou": confusion.iou.tolist(),
        "trimap_accuracy": borders.trimap_accuracy,
        "boundary_iou": list(borders.boundary_iou),
    }
