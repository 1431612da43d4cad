"""What two groups learn that never meet, with one classifier and loss or with one for each."""

from collections.abc import Callable
from math import comb
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.transforms.v2.functional import center_crop, pil_to_tensor, resize

from course_utils.data.datasets import dataset_path
from course_utils.data.finding import find_images
from course_utils.data.images import load_image
from course_utils.runtime import seed_everything
from course_utils.teaching.measurements import Row
from garden.experiments.recording import told

SEEDS = range(10)
EPOCHS, BATCH, RATE = 15, 50, 1e-2
SIDE, WIDTH = 64, 16
STOPPED = 4
"""Epochs after which a control is stopped, while its halves still know little."""
PENALTY = 1e-3
"""Times the squared weights of a probe."""

Labeled = tuple[Tensor, Tensor]
"""Pictures ``(N, 3, 64, 64)`` and their classes ``(N,)``."""


def flowers(split: str) -> Labeled:
    """The embedded flowers, the middle of each picture, from −2 to 2."""
    folders = sorted((dataset_path("flowers") / split).iterdir())
    files = [(file, label) for label, one in enumerate(folders) for file in find_images([one])]
    views = [center_crop(resize(load_image(file), [SIDE]), [SIDE]) for file, _ in files]
    pictures = torch.stack([pil_to_tensor(view) for view in views]) / 255 * 4 - 2
    return pictures, torch.tensor([label for _, label in files])


Loss = Callable[[Tensor, Tensor], Tensor]


def network() -> nn.Sequential:
    """Four convolutions of 16, 32, 64 and 64 channels; all but the first in two groups."""
    layers: list[nn.Module] = []
    for inputs, outputs, side in ((3, 1, 5), (1, 2, 3), (2, 4, 3), (4, 4, 3)):
        channels, parts = (inputs, 1) if side == 5 else (inputs * WIDTH, 2)
        how: dict[str, Any] = {"padding": side // 2, "groups": parts, "bias": False}
        layers += [nn.Conv2d(channels, outputs * WIDTH, side, **how)]
        layers += [nn.BatchNorm2d(outputs * WIDTH), nn.ReLU(), nn.MaxPool2d(2)]
    layers[-1] = nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4 * WIDTH, 5))


class OwnClassifiers(nn.Module):
    """A classifier for each half of the features: scores ``(N, 5, 2)``."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.each = nn.ModuleList(nn.Linear(features // 2, 5) for _ in range(2))

    def forward(self, features: Tensor) -> Tensor:
        """Let each classifier see its own half only."""
        halves = features.chunk(2, dim=1)
        return torch.stack([own(x) for own, x in zip(self.each, halves, strict=True)], dim=2)


def own_losses(scores: Tensor, labels: Tensor) -> Tensor:
    """The loss of each half, added up: no half's gradient depends on the other."""
    first, second = (F.cross_entropy(own, labels) for own in scores.unbind(2))
    return first + second


def train(
    model: nn.Module,
    pictures: Tensor,
    labels: Tensor,
    epochs: int = EPOCHS,
    loss_of: Loss = F.cross_entropy,
) -> list[float]:
    """Train ``epochs`` of ``EPOCHS``; the mean loss of each."""
    optimizer = torch.optim.AdamW(model.parameters(), RATE, weight_decay=1e-3)
    steps = EPOCHS * (len(pictures) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    means = []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for some in torch.randperm(len(pictures)).split(BATCH):  # type: ignore[no-untyped-call]
            seen = pictures[some].flip(3) if torch.rand(()) < 0.5 else pictures[some]
            loss = loss_of(model(seen), labels[some])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item() * len(some)
        means.append(round(total / len(pictures), 4))
    return means


def color_shares(kernels: Tensor) -> Tensor:
    """Kernels ``(n, 3, k, k)`` → the share of each one's energy that gray pictures never meet."""
    gray = 3 * kernels.mean(1).square().sum((1, 2))
    return 1 - gray / kernels.square().sum((1, 2, 3))


@torch.no_grad()
def known_by(model: nn.Sequential, half: int, pictures: Tensor, labels: Tensor) -> list[float]:
    """The share of each class that one half of the channels names, with the other at its mean."""
    features = model[:-1](pictures)
    kept = features.mean(0).expand_as(features).clone()
    place = slice(half * len(kept[0]) // 2, (half + 1) * len(kept[0]) // 2)
    kept[:, place] = features[:, place]
    return shares(model[-1](kept).argmax(1) == labels, labels)


def shares(right: Tensor, labels: Tensor) -> list[float]:
    """Of each class: the share of its pictures that are named right."""
    return [round(float(right[labels == label].float().mean()), 3) for label in range(5)]


def named_by_probe(known: Labeled, asked: Labeled) -> Tensor:
    """Which of the second features ``(N, n)`` a classifier names that learned from the first."""
    (own, labels), (others, right) = known, asked
    mean, deviation = own.mean(0), own.std(0) + 1e-6
    own, others = (own - mean) / deviation, (others - mean) / deviation
    probe = nn.Linear(own.shape[1], 5)
    nn.init.zeros_(probe.weight)
    optimizer = torch.optim.LBFGS(probe.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        off = F.cross_entropy(probe(own), labels) + PENALTY * probe.weight.square().sum()
        off.backward()  # type: ignore[no-untyped-call]
        return off

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    named: Tensor = probe(others).argmax(1) == right
    return named


def half_by_half(model: nn.Sequential, known: Labeled, asked: Labeled) -> Row:
    """What a probe names that sees one half of the features, and how far both halves are apart.

    ``apart`` is the mean difference of their shares, over the classes; ``by chance`` what it would
    be on average if for each picture chance said which half gave which of the two answers; ``p``
    how often chance would bring the halves at least as far apart.
    """
    model.eval()
    with torch.no_grad():
        learned, seen = (model[:-1](some[0]).chunk(2, dim=1) for some in (known, asked))
    pairs = zip(learned, seen, strict=True)
    first, second = (named_by_probe((own, known[1]), (x, asked[1])) for own, x in pairs)
    probes = [shares(first, asked[1]), shares(second, asked[1])]
    of_class = [asked[1] == label for label in range(5)]
    gaps = [int(first[some].sum() - second[some].sum()) for some in of_class]
    differing = [int((first != second)[some].sum()) for some in of_class]
    pictures = int(of_class[0].sum())  # of every class as many
    mean, p = by_chance(gaps, differing)
    apart = sum(map(abs, gaps)) / 5 / pictures
    return {
        "probes": probes,
        "apart": round(apart, 4),
        "by chance": round(mean / 5 / pictures, 4),
        "p": round(p, 4),
    }


def by_chance(gaps: list[int], differing: list[int]) -> tuple[float, float]:
    """If a coin gave each of the ``differing`` pictures of a class to one of the halves.

    Returns:
        The mean of the sum of absolute gaps over the classes, and how probable it is that this
        sum is at least as large as that of ``gaps``.
    """
    sums = {0: 1.0}
    for count in differing:
        added: dict[int, float] = {}
        for total, probability in sums.items():
            for heads in range(count + 1):
                place = total + abs(2 * heads - count)
                added[place] = added.get(place, 0) + probability * comb(count, heads) / 2**count
        sums = added
    found = sum(map(abs, gaps))
    mean = sum(total * probability for total, probability in sums.items())
    return mean, sum(probability for total, probability in sums.items() if total >= found)


def rows() -> list[Row]:
    """One for each network of two groups and one classifier."""
    known, asked = flowers("train"), flowers("val")
    return [told(trained(seed, known, asked)) for seed in SEEDS]


def separate_rows() -> list[Row]:
    """The controls, from the same seeds: a classifier and a loss for each half."""
    known, asked = flowers("train"), flowers("val")
    return [
        told(with_own_losses(seed, known, asked, epochs))
        for epochs in (EPOCHS, STOPPED)
        for seed in SEEDS
    ]


def with_own_losses(seed: int, known: Labeled, asked: Labeled, epochs: int = EPOCHS) -> Row:
    """Train a network of two groups in which each has a classifier and a loss for itself."""
    seed_everything(seed)
    model = network()
    model[-1] = OwnClassifiers(4 * WIDTH)
    losses = train(model, *known, epochs, own_losses)
    model.eval()
    with torch.no_grad():
        named = model(asked[0]).sum(2).argmax(1)  # together they add their scores
    return {
        "epochs": epochs,
        "seed": seed,
        "accuracy": round(float((named == asked[1]).float().mean()), 4),
        **half_by_half(model, known, asked),
        "losses": [losses[0], losses[-1]],
    }


def trained(seed: int, known: Labeled, asked: Labeled, epochs: int = EPOCHS) -> Row:
    """Train one network, and look at it; its losses are those of the first and the last epoch."""
    seed_everything(seed)
    model = network()
    losses = train(model, *known, epochs)
    model.eval()
    with torch.no_grad():
        named = model(asked[0]).argmax(1)
    return {
        "seed": seed,
        "accuracy": round(float((named == asked[1]).float().mean()), 4),
        "color": [
            round(value, 3) for value in color_shares(model.get_parameter("0.weight")).tolist()
        ],
        "halves": [known_by(model, half, *asked) for half in (0, 1)],
        **half_by_half(model, known, asked),
        "losses": [losses[0], losses[-1]],
    }
