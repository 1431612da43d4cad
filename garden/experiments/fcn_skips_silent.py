"""FCN-8s whose skips stay at zero: its finer steps of enlarging, without its finer maps.

Twelve minutes on one quiet core.
"""

from collections.abc import Iterator

import torch
from torch import nn

from course_utils.data.loading import Batches
from course_utils.data.masks import VOID
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.boundary_metrics import BoundaryCounter
from course_utils.training.config import TrainingConfig
from course_utils.training.loop import fit
from course_utils.training.metrics import Counter
from course_utils.training.recipes import Task
from course_utils.training.segmenter import SegmenterRun, for_pixels
from garden.experiments.recording import measure, told

CHAPTER = "fcn_skips_silent"
BODY = "garden-resnet18"
SEEDS = range(3)
EPOCHS = 24


def fcn_skips_silent() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"network": "fcn8s-resnet18", "epochs": EPOCHS}
    return [measure(CHAPTER, "silent", BODY, settings, map(told, map(silent, SEEDS)))]


def silent(seed: int, epochs: int = EPOCHS, until: int | None = None) -> Row:
    """Train one as the recorded ones are trained, and measure it."""
    task = opened(seed, epochs)
    hold(task.model)
    preprocessing = task.info.preprocessing
    history = fit(
        task.model,
        task.training_set,
        task.validation_set,
        task.config,
        preprocessing=preprocessing,
        until=until,
    )
    losses = [epoch.training_loss for epoch in history]
    return {"seed": seed, "losses": losses, **(measured(task) if until is None else {})}


def opened(seed: int, epochs: int) -> Task:
    """A recorded training of FCN-8s, not yet begun."""
    run = SegmenterRun("scenes", "fcn8s-resnet18", pretrained=BODY)
    config = TrainingConfig(epochs=epochs, learning_rate=4e-3, batch_size=8, seed=seed)
    return run.open(for_pixels(config))


def hold(model: nn.Module) -> None:
    """Keep the skips as they begin: at zero."""
    for weight in skips(model):
        weight.requires_grad_(False)


def skips(model: nn.Module) -> Iterator[nn.Parameter]:
    """The weights and biases of the finer scores."""
    yield from model.get_submodule("head.skips").parameters()


@torch.inference_mode()
def measured(task: Task) -> Row:
    """What the records of other networks say, and the IoU of each class."""
    everywhere, edges = Counter(VOID), BoundaryCounter(len(task.info.class_names))
    task.model.eval()
    sets = Batches.of_set(task.validation_set, "cpu", task.info.preprocessing)
    for pictures, masks in sets:
        logits = task.model(pictures)
        everywhere.add(logits, masks)
        edges.add(logits, masks)
    confusion = everywhere.confusion()
    return {
        "accuracy": confusion.accuracy,
        "mean_iou": confusion.mean_iou,
        "iou": confusion.iou.tolist(),
        "trimap_accuracy": edges.trimap_accuracy,
        "boundary_iou": edges.boundary_iou.tolist(),
    }
