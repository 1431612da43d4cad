"""An FCN-32s trained the published way and with the course's recipe; about nine minutes in all.

The published way is that of the book *Dive into Deep Learning*, section *Fully Convolutional
Networks*: its set, its step, its rate and decay, void pixels trained as background.
"""

import contextlib
import io
import math
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.masks import VOID
from course_utils.models import fcn32s
from course_utils.models.pretrained import load_body
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.loop import evaluate, fit
from garden.experiments import scene_networks
from garden.experiments.recording import measure, told
from garden.experiments.scene_networks import BODY

CHAPTER = "fcn"
CROP, BATCH, RATE, DECAY = (160, 256), 32, 1e-3, 1e-3
MARKS = (12, 24, 36, 54, 105, 203)
"""Steps after which the published way is measured."""

FASTER, SHORT = 1e-2, (12, 24)
"""Another learning rate, and the steps after which it is measured."""

SEEDS = range(3)
RECIPE_SEEDS = range(5)
RECIPE_EPOCHS = 3


def fcn() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    recipe = [told(row) for seed in RECIPE_SEEDS for row in course_recipe(seed)]
    published = [
        told(row)
        for (rate, marks), seed in product(((RATE, MARKS), (FASTER, SHORT)), SEEDS)
        for row in published_way(rate, marks, seed)
    ]
    return measurements(published, recipe)


def measurements(published: list[Row], recipe: list[Row]) -> list[Measurement]:
    """What is written down."""
    validation: Row = {"crop": list(CROP), "void": "left out", "pictures": "all of val, whole"}
    theirs: Row = {"batch": BATCH, "decay": DECAY, "form": "dense", **validation}
    how = scene_networks.config(0)
    ours: Row = {"batch": how.batch_size, "rate": how.learning_rate, **validation}
    return [
        measure(CHAPTER, "published way", BODY, theirs, published),
        measure(CHAPTER, "course's recipe", BODY, {**ours, "form": "depthwise"}, recipe),
    ]


def course_recipe(seed: int) -> Iterator[Row]:
    """Three epochs as the chapter trains them, measured after each."""
    task = scene_networks.opened("fcn32s-resnet18", seed, RECIPE_EPOCHS)
    pictures = len(task.training_set)  # type: ignore[arg-type]
    for epoch in fit(task.model, task.training_set, task.validation_set, task.config):
        quality = _quality(epoch.accuracy, epoch.mean_iou)
        seen = epoch.number * pictures
        yield {"seed": seed, "pictures": seen, "loss": round(epoch.training_loss, 4), **quality}


def published_way(rate: float, marks: Sequence[int], seed: int) -> Iterator[Row]:
    """Steps of d2l's loop with its own set; the loss is the mean since the last mark."""
    from d2l import torch as d2l

    root = dataset_path("scenes")
    with contextlib.redirect_stdout(io.StringIO()):
        pictures: Any = d2l.VOCSegDataset(True, CROP, str(root))
    whole = VOCSegmentation(root, "val")
    torch.manual_seed(seed)
    net = fcn32s(load_body(BODY)[0], len(whole.class_names))
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, weight_decay=DECAY)
    losses: list[float] = []
    for step, (images, labels) in enumerate(_endless(pictures), start=1):
        total, _ = d2l.train_batch_ch13(
            net, images, labels, loss_of_each, optimizer, [torch.device("cpu")]
        )
        losses.append(total.item() / len(images))
        if step in marks:
            found = evaluate(net, whole, "cpu", 1, VOID)
            yield {
                "rate": rate,
                "seed": seed,
                "step": step,
                "pictures": step * BATCH,
                "loss": round(math.fsum(losses) / len(losses), 4),
                **_quality(found.accuracy, found.mean_iou),
            }
            losses = []
        if step == marks[-1]:
            return


def loss_of_each(logits: Tensor, labels: Tensor) -> Tensor:
    """Of each picture, as published: ``(N, classes, H, W)`` and ``(N, H, W)`` → ``(N,)``."""
    return F.cross_entropy(logits, labels, reduction="none").mean((1, 2))


def _endless(pictures: Any) -> Iterator[tuple[Tensor, Tensor]]:
    loader: DataLoader[Any] = DataLoader(pictures, BATCH, shuffle=True, drop_last=True)
    while True:
        yield from loader


def _quality(accuracy: float, mean_iou: float) -> Row:
    return {"accuracy": round(accuracy, 4), "mean IoU": round(mean_iou, 4)}
