"""Segmenters trained with a random scale and without, measured at three sizes of the pictures.

The scale is drawn in two ways: each factor as likely as the others, as torchvision's training
script does it, so that two thirds of the factors from 0.5 to 2 enlarge; or evenly on a logarithmic
scale, so that half of them do. Small crops, so that no picture is smaller than one, and an epoch
takes two seconds. Each network is measured on whole pictures, at half of their size, as they are,
and at twice their size. About eight minutes on one quiet core.
"""

from dataclasses import replace
from itertools import product

import torch
from torch import nn
from torch.utils.data import Subset
from torchvision.transforms import v2

from course_utils.data import VOCSegmentation, dataset_path
from course_utils.data.masks import VOID
from course_utils.data.transforms import RandomScale, random_pair_crop, training_pair_transform
from course_utils.teaching.measurements import Measurement, Row
from course_utils.training.loop import evaluate, fit
from course_utils.training.recipes import Task
from garden.experiments.recording import measure, told
from garden.experiments.scene_networks import BODY, config, run_of

CHAPTER = "voc_data"
CROP, EPOCHS = (96, 128), 12
SEEDS = range(5)
SCALE = (0.5, 2.0)
DRAWS = (None, "factor", "doubling")
"""What is drawn evenly: nothing, the factor, or how often it doubles a side (its logarithm)."""
FACTORS = (0.5, 1.0, 2.0)


class EvenScale(RandomScale):
    """The same, each factor as likely as the others."""

    def drawn(self, share: float) -> float:
        """The factor at this share of the way from the lower one to the higher."""
        low, high = self.scale
        return low + (high - low) * share


def voc_data() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"crop": [*CROP], "epochs": EPOCHS, "scale": [*SCALE]}
    rows = [told(row) for seed, draw in product(SEEDS, DRAWS) for row in tried(seed, draw)]
    return [measure(CHAPTER, "random scale", BODY, settings, rows)]


def tried(seed: int, draw: str | None) -> list[Row]:
    """Train one network, and measure it at each size of the pictures."""
    task = opened(seed, draw)
    pictures = task.validation_set
    assert isinstance(pictures, VOCSegmentation)
    few = Subset(pictures, range(4))  # nothing is chosen by them
    fit(task.model, task.training_set, few, task.config, preprocessing=task.info.preprocessing)
    return [{"seed": seed, "draw": draw, **measured(task.model, at)} for at in FACTORS]


def opened(seed: int, draw: str | None) -> Task:
    """What a training begins with."""
    task = replace(run_of("fcn8s-resnet18"), crop_size=CROP).open(config(seed, EPOCHS))
    if draw is not None:
        scaled = (EvenScale if draw == "factor" else RandomScale)(SCALE)
        change = v2.Compose([scaled, random_pair_crop(CROP), training_pair_transform()])
        pictures = VOCSegmentation(dataset_path("scenes"), transform=change, keep_bytes=1 << 28)
        task = replace(task, training_set=pictures)
    return task


def measured(model: nn.Module, factor: float) -> Row:
    """Measure a network on the whole validation pictures, resized by a factor."""
    pictures = VOCSegmentation(dataset_path("scenes"), "val", transform=RandomScale((factor,) * 2))
    found = evaluate(model, pictures, batch_size=1, ignore_index=VOID)
    ious = found.confusion.iou.tolist()
    return {"factor": factor, "accuracy": found.accuracy, "mean IoU": found.mean_iou, "IoU": ious}
