"""Larger batches, larger steps: how the loss after five epochs depends on batch and learning rate.

A batch k times as large, and a rate m times as high, for all pairs; with a warm-up; and with as
many steps as the small batch takes. A quarter of an hour on one quiet core.
"""

from collections.abc import Iterator
from functools import cache
from itertools import product
from math import isfinite

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments.recording import measure, told

CHAPTER = "scale_out"
DATA = "flowers"
SMALL, RATE, MOMENTUM, EPOCHS = 20, 0.02, 0.9, 5
BATCHES = (1, 2, 4, 8)
RATES = (0.5, 2**-0.5, 1, 2**0.5, 2, 2**1.5, 4, 2**2.5, 8, 2**3.5, 16)
SEEDS = range(20)


def scale_out() -> list[Measurement]:
    """Run all, with one thread."""
    torch.set_num_threads(1)
    settings: Row = {"batch": SMALL, "rate": RATE, "momentum": MOMENTUM, "epochs": EPOCHS}
    ways = {"rates": rates, "warm-up": warm_ups, "steps": steps}
    return [
        measure(CHAPTER, name, DATA, settings, map(told, rows())) for name, rows in ways.items()
    ]


def rates() -> Iterator[Row]:
    """Each batch with each rate, for five epochs."""
    for k, m, seed in product(BATCHES, RATES, SEEDS):
        yield trained(k, m, seed)


def warm_ups() -> Iterator[Row]:
    """The scaled rate is reached evenly within the first epoch."""
    for k, seed in product(BATCHES[1:], SEEDS):
        yield trained(k, k, seed, warm_up=True)


def steps() -> Iterator[Row]:
    """As many steps as the small batch takes in five epochs, so k times as many epochs."""
    for k, seed in product(BATCHES[1:], SEEDS):
        yield trained(k, 1, seed, epochs=k * EPOCHS)


def trained(k: int, m: float, seed: int, epochs: int = EPOCHS, warm_up: bool = False) -> Row:
    """Train once, as the chapter does, and measure; a loss that is no number becomes ``None``."""
    images, labels = pictures("train")
    model = network(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE * m, momentum=MOMENTUM)
    order, step = torch.Generator().manual_seed(seed), 0
    rising = len(labels) // (k * SMALL) if warm_up else 0
    for _ in range(epochs):
        for batch in torch.split(torch.randperm(len(labels), generator=order), k * SMALL):
            if step < rising:
                optimizer.param_groups[0]["lr"] = RATE * (1 + (m - 1) * step / rising)
            elif step == rising:
                optimizer.param_groups[0]["lr"] = RATE * m
            step += 1
            optimizer.zero_grad()
            torch.autograd.backward(F.cross_entropy(model(images[batch]), labels[batch]))
            optimizer.step()
    loss, accuracy = measured("train", model)[0], measured("val", model)[1]
    settings: Row = {"k": k, "m": m, "seed": seed, "epochs": epochs}
    return settings | {"loss": loss if isfinite(loss) else None, "accuracy": accuracy}


@torch.inference_mode()
def measured(split: str, model: nn.Module) -> tuple[float, float]:
    """The loss, with four digits, and the accuracy."""
    images, labels = pictures(split)
    logits = model(images)
    right = (logits.argmax(dim=1) == labels).double().mean()
    return float(f"{F.cross_entropy(logits, labels):.4g}"), float(f"{right:.4g}")


def network(seed: int) -> nn.Sequential:
    """Three convolutions without a norm, and a head."""
    torch.manual_seed(seed)
    layers: list[nn.Module] = []
    inputs = 3
    for outputs in (16, 32, 64):
        layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.ReLU()]
        inputs = outputs
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 5))


@cache
def pictures(split: str) -> tuple[Tensor, Tensor]:
    """All pictures of a part in one batch: ``(N, 3, 32, 32)``, normalized, and labels ``(N,)``."""
    change = evaluation_transform(Preprocessing(36, 32))
    folder = ImageFolder(dataset_path(DATA) / split, change)
    images, labels = zip(*(folder[place] for place in range(len(folder))), strict=True)
    return torch.stack(images), torch.tensor(labels)
