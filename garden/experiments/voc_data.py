"""Segmenters trained with a random scale and without, measured at three sizes of the pictures.

Small crops, so that no picture is smaller than one, and an epoch takes two seconds. Each network
is measured on whole pictures, at half of their size, as they are, and at twice their size. About
five minutes on one quiet core.
"""

from dataclasses import replace
from itertools import product

import torch
from torch import nn
from torch.utils.data import Subset

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.masks import VOID
from course_utils.data.transforms import RandomScale
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.loop import evaluate, fit
from course_utils.training.recipes import Task
from garden.experiments.recording import measure, told
from garden.experiments.scene_networks import BODY, config, run_of

CHAPTER = "voc_data"
CROP, EPOCHS = (96, 128), 12
SEEDS = range(5)
SCALES = (None, (0.5, 2.0))
FACTORS = (0.5, 1.0, 2.0)


def voc_data() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"crop": [*CROP], "epochs": EPOCHS}
    rows = [told(row) for seed, scale in product(SEEDS, SCALES) for row in tried(seed, scale)]
    return [measure(CHAPTER, "random scale", BODY, settings, rows)]


def tried(seed: int, scale: tuple[float, float] | None) -> list[Row]:
    """Train one network, and measure it at each size of the pictures."""
    task = opened(seed, scale)
    pictures = task.validation_set
    assert isinstance(pictures, VOCSegmentation)
    few = Subset(pictures, range(4))  # nothing is chosen by them
    fit(task.model, task.training_set, few, task.config, preprocessing=task.info.preprocessing)
    drawn = None if scale is None else [*scale]
    return [{"seed": seed, "scale": drawn, **measured(task.model, at)} for at in FACTORS]


def opened(seed: int, scale: tuple[float, float] | None) -> Task:
    """What a training begins with."""
    run = replace(run_of("fcn8s-resnet18"), crop_size=CROP, scale=scale)
    return run.open(config(seed, EPOCHS))


def measured(model: nn.Module, factor: float) -> Row:
    """Measure a network on the whole validation pictures, resized by a factor."""
    pictures = VOCSegmentation(dataset_path("scenes"), "val", transform=RandomScale((factor,) * 2))
    found = evaluate(model, pictures, batch_size=1, ignore_index=VOID)
    ious = found.confusion.iou.tolist()
    return {"factor": factor, "accuracy": found.accuracy, "mean IoU": found.mean_iou, "IoU": ious}
