"""The experiments of the chapter on training and transfer; under an hour on one quiet core."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import torch
from torch.utils.data import Subset

from course_utils.models.pretrained import load_classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.insect_tensors import changing, cut, fresh, without_insects
from garden.experiments.learning_rates import RATES, try_rate
from garden.experiments.recording import measure, told
from garden.experiments.transfer import (
    BODY_RATE,
    Body,
    Insects,
    body_of,
    pretrain,
    train_cached_head,
    train_everything,
)

CHAPTER = "fine_tuning"
WEIGHTS = "garden-resnet18"
SEEDS = range(5)
BODIES = range(3)
"""Seeds of the bodies that have seen flowers."""

TRAINED_ON = (
    ("random", 20, None),
    ("random", 60, None),
    ("flowers 0", 20, BODY_RATE),
    ("garden", 20, None),
    ("garden", 20, BODY_RATE),
    *((f"flowers {body}", epochs, None) for body in BODIES for epochs in (20, 60)),
)
"""Bodies, epochs, and the rate of the body if it is not the head's."""

PRETRAINING_EPOCHS = 20


def fine_tuning() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    rates = [told(try_rate(rate, seed)) for rate, seed in product(RATES, SEEDS)]
    flowers, pretraining = zip(*_flowers(), strict=True)
    insects = Insects(changing("insects"), cut("insects", "train"), cut("insects", "val"), fresh())
    return measurements(rates, list(pretraining), list(_ways(insects, flowers)), insects)


def measurements(
    rates: list[Row], pretraining: list[Row], ways: list[Row], insects: Insects
) -> list[Measurement]:
    """What is written down."""
    pictures: Row = {
        "training": len(insects.known),
        "validation": len(insects.validation),
        "test": len(insects.test),
    }
    epochs: Row = {"epochs": PRETRAINING_EPOCHS}
    return [
        measure(CHAPTER, "learning rates", WEIGHTS, {}, rates),
        measure(CHAPTER, "pretraining", WEIGHTS, epochs, pretraining),
        measure(CHAPTER, "ways", WEIGHTS, pictures, ways),
    ]


def _flowers() -> Iterator[tuple[Body, Row]]:
    """Bodies that have seen flowers, and neither an ant nor a bee."""
    pictures = changing("flowers")
    clean = without_insects(pictures)
    validation: Any = cut("flowers", "val")
    for seed in BODIES:
        body, row = pretrain(Subset(pictures, clean), validation, seed, PRETRAINING_EPOCHS)
        yield body, told({"pictures": len(clean), "of": len(pictures), **row})


def _ways(insects: Insects, flowers: Sequence[Body]) -> Iterator[Row]:
    bodies: dict[str, Body] = {f"flowers {seed}": body for seed, body in enumerate(flowers)}
    bodies["garden"] = body_of(load_classifier(WEIGHTS)[0])
    for seed in SEEDS:
        yield _way("cached head", "random", train_cached_head, insects, seed, None)
        yield _way("cached head", "random, measured", train_cached_head, insects, seed, None, True)
        for name, body in bodies.items():
            yield _way("cached head", name, train_cached_head, insects, seed, body)
        for name, epochs, rate in TRAINED_ON:
            learns = "everything" if rate is None else "everything, body slower"
            run = insects, seed, epochs, bodies.get(name), rate
            yield _way(learns, name, train_everything, *run)


def _way(learns: str, body: str, train: Callable[..., Row], *arguments: Any) -> Row:
    return told({"learns": learns, "body": body, **train(*arguments)})
