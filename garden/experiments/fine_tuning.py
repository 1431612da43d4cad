"""The experiments of the chapter on training and transfer; about 40 minutes on one core."""

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import torch
from torch.utils.data import Subset

from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.insect_tensors import changing, cut, fresh, without_insects
from garden.experiments.learning_rates import RATES, try_rate
from garden.experiments.recording import measure
from garden.experiments.transfer import (
    Body,
    Insects,
    body_of,
    pretrain,
    train_cached_head,
    train_everything,
    train_head,
)

CHAPTER = "fine_tuning"
WEIGHTS = "garden-resnet18"
SEEDS = range(5)
SCRATCH_EPOCHS = (60, 120, 20)
TRANSFER_EPOCHS = (60, 20, 5)
HEAD_EPOCHS = 20
PRETRAINING_EPOCHS = 20


def fine_tuning() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    rates = [_told(try_rate(rate, seed)) for rate, seed in product(RATES, SEEDS)]
    bodies, pretraining = _flower_bodies()
    insects = Insects(changing("insects"), cut("insects", "train"), cut("insects", "val"), fresh())
    ways = list(_ways(insects, bodies))
    settings: Row = {
        "training": len(insects.known),
        "validation": len(insects.validation),
        "test": len(insects.test),
    }
    return [
        measure(CHAPTER, "learning rates", WEIGHTS, {}, rates),
        measure(CHAPTER, "pretraining", WEIGHTS, {"epochs": PRETRAINING_EPOCHS}, pretraining),
        measure(CHAPTER, "ways", WEIGHTS, settings, ways),
    ]


def _flower_bodies() -> tuple[list[Body], list[Row]]:
    """A body for each seed; it has seen flowers, and neither an ant nor a bee."""
    pictures = changing("flowers")
    clean = without_insects(pictures)
    bodies: list[Body] = []
    rows = []
    for seed in SEEDS:
        body, row = pretrain(
            Subset(pictures, clean), cut("flowers", "val"), seed, PRETRAINING_EPOCHS
        )
        bodies.append(body)
        rows.append(_told({"pictures": len(clean), "of": len(pictures), **row}))
    return bodies, rows


def _ways(insects: Insects, flowers: list[Body]) -> Iterator[Row]:
    garden = body_of(load_classifier(WEIGHTS)[0])
    for seed in SEEDS:
        yield _way("cached head", "random", train_cached_head, insects, seed, None)
        yield _way("cached head", "measured", train_cached_head, insects, seed, None, True)
    for name, seed in product(("flowers", "garden"), SEEDS):
        body = flowers[seed] if name == "flowers" else garden
        yield _way("cached head", name, train_cached_head, insects, seed, body)
        yield _way("head", name, train_head, insects, seed, HEAD_EPOCHS, body)
    for scratch, transfer in zip(SCRATCH_EPOCHS, TRANSFER_EPOCHS, strict=True):
        for seed in SEEDS:
            yield _way("everything", "random", train_everything, insects, seed, scratch)
            yield _way(
                "everything", "flowers", train_everything, insects, seed, transfer, flowers[seed]
            )
            yield _way("everything", "garden", train_everything, insects, seed, transfer, garden)


def _way(learns: str, body: str, train: Callable[..., Row], *arguments: Any) -> Row:
    return _told({"learns": learns, "body": body, **train(*arguments)})


def _told(row: Row) -> Row:
    print(json.dumps(row), flush=True)
    return row
