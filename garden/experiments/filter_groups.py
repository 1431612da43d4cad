"""What two groups learn that never meet, and what the same channels learn without groups."""

from collections.abc import Callable, Sequence
from copy import deepcopy
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


def network(groups: int, width: int = WIDTH) -> nn.Sequential:
    """Four convolutions of 16, 32, 64 and 64 channels; all but the first have groups."""
    layers: list[nn.Module] = []
    for inputs, outputs, side in ((3, 1, 5), (1, 2, 3), (2, 4, 3), (4, 4, 3)):
        channels, parts = (inputs, 1) if side == 5 else (inputs * width, groups)
        how: dict[str, Any] = {"padding": side // 2, "groups": parts, "bias": False}
        layers += [nn.Conv2d(channels, outputs * width, side, **how)]
        layers += [nn.BatchNorm2d(outputs * width), nn.ReLU(), nn.MaxPool2d(2)]
    layers[-1] = nn.AdaptiveAvgPool2d(1)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(4 * width, 5))


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


@torch.no_grad()
def looked_at(model: nn.Sequential, pictures: Tensor, labels: Tensor) -> Row:
    """How alike the channels of each layer are, and how much color each first kernel sees."""
    model.eval()
    tables = correlations(model, pictures)
    return {
        "accuracy": round(float((model(pictures).argmax(1) == labels).float().mean()), 4),
        "color": [
            round(value, 3) for value in color_shares(model.get_parameter("0.weight")).tolist()
        ],
        "within": [round(within(table), 4) for table in tables],
        "across": [round(across(table), 4) for table in tables],
        "halves": [known_by(model, half, pictures, labels) for half in (0, 1)],
    }


def correlations(model: nn.Sequential, pictures: Tensor) -> list[Tensor]:
    """Of the channels behind each ReLU, over all pictures and places: absolute values."""
    found, values = [], pictures
    for layer in model:
        values = layer(values)
        if isinstance(layer, nn.ReLU):
            found.append(_correlation(values))
    return found


def _correlation(maps: Tensor) -> Tensor:
    rows = maps.transpose(0, 1).flatten(1)[:, ::5]
    return torch.corrcoef(rows).abs().nan_to_num()


def _same_half(channels: int) -> Tensor:
    half = torch.ones(channels // 2, channels // 2)
    both: Tensor = torch.block_diag(half, half)  # type: ignore[no-untyped-call]
    return both.bool()


def within(table: Tensor) -> float:
    """The mean of the pairs of channels that are in the same half."""
    same = _same_half(len(table)) & ~torch.eye(len(table)).bool()
    return float(table[same].mean())


def across(table: Tensor) -> float:
    """The mean of the pairs of channels of different halves."""
    return float(table[~_same_half(len(table))].mean())


def color_shares(kernels: Tensor) -> Tensor:
    """Kernels ``(n, 3, k, k)`` → the share of each one's energy that gray pictures never meet."""
    gray = 3 * kernels.mean(1).square().sum((1, 2))
    return 1 - gray / kernels.square().sum((1, 2, 3))


def known_by(model: nn.Sequential, half: int, pictures: Tensor, labels: Tensor) -> list[float]:
    """The share of each class that one half of the channels names, with the other at its mean."""
    features = model[:-1](pictures)
    kept = features.mean(0).expand_as(features).clone()
    place = slice(half * len(kept[0]) // 2, (half + 1) * len(kept[0]) // 2)
    kept[:, place] = features[:, place]
    right = model[-1](kept).argmax(1) == labels
    return [round(float(right[labels == label].float().mean()), 3) for label in range(5)]


def probed(model: nn.Sequential, half: int, known: Labeled, asked: Labeled) -> list[float]:
    """The share of each class that a new classifier names, trained for one half alone."""
    model.eval()
    with torch.no_grad():
        own, others = (model[:-1](some[0]).chunk(2, dim=1)[half] for some in (known, asked))
    return named_by_probe((own, known[1]), (others, asked[1]))


def named_by_probe(known: Labeled, asked: Labeled) -> list[float]:
    """The same, of features ``(N, n)``: the probe learns from the first, and names the second."""
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
    named = probe(others).argmax(1) == right
    return [round(float(named[right == label].float().mean()), 3) for label in range(5)]


@torch.no_grad()
def alike_inside(model: nn.Sequential, pictures: Tensor) -> float:
    """Of the last layer before training: the correlation in a half, less that across."""
    fresh = deepcopy(model).train()  # normalized by these pictures, as in training
    table = correlations(fresh, pictures)[-1]
    return round(within(table) - across(table), 4)


def rows() -> list[Row]:
    """One for each network: with two groups and without, from the same seeds."""
    known, asked = flowers("train"), flowers("val")
    return [trained(groups, seed, known, asked) for seed in SEEDS for groups in (2, 1)]


def separate_rows() -> list[Row]:
    """The controls, from the same seeds: halves that share no classifier and no loss."""
    known, asked = flowers("train"), flowers("val")
    kinds = (with_own_losses, alone)
    return [told(kind(seed, known, asked)) for kind in kinds for seed in SEEDS]


def with_own_losses(seed: int, known: Labeled, asked: Labeled, epochs: int = EPOCHS) -> Row:
    """Train a network of two groups in which each has a classifier and a loss for itself."""
    seed_everything(seed)
    model = network(2)
    model[-1] = OwnClassifiers(4 * WIDTH)
    losses = train(model, *known, epochs, own_losses)
    about: Row = {"kind": "own losses", "seed": seed, "losses": [losses[0], losses[-1]]}
    return about | side_by_side([model], known, asked)


def alone(seed: int, known: Labeled, asked: Labeled, epochs: int = EPOCHS) -> Row:
    """Train two networks of half the width, one after the other."""
    seed_everything(seed)
    models = [network(1, WIDTH // 2) for _ in range(2)]
    losses = [train(model, *known, epochs) for model in models]
    about: Row = {"kind": "alone", "seed": seed, "losses": [losses[0][0], losses[0][-1]]}
    return about | side_by_side(models, known, asked)


@torch.no_grad()
def side_by_side(models: Sequence[nn.Sequential], known: Labeled, asked: Labeled) -> Row:
    """What two halves know, which lie in one network or in two; together they add their scores."""
    for model in models:
        model.eval()
    learned, maps = (
        torch.cat([model[:-3](some[0]) for model in models], dim=1) for some in (known, asked)
    )
    table = _correlation(maps)
    halves = zip(*(part.mean((2, 3)).chunk(2, dim=1) for part in (learned, maps)), strict=True)
    with torch.enable_grad():
        probes = [named_by_probe((own, known[1]), (other, asked[1])) for own, other in halves]
    scores = torch.cat([model(asked[0]).reshape(len(asked[0]), 5, -1) for model in models], dim=2)
    return {
        "accuracy": round(float((scores.sum(2).argmax(1) == asked[1]).float().mean()), 4),
        "within": round(within(table), 4),
        "across": round(across(table), 4),
        "probes": probes,
    }


def trained(groups: int, seed: int, known: Labeled, asked: Labeled, epochs: int = EPOCHS) -> Row:
    """Train one network, and look at it; its losses are those of the first and the last epoch."""
    seed_everything(seed)
    model = network(groups)
    before = alike_inside(model, asked[0])
    losses = train(model, *known, epochs)
    probes = [probed(model, half, known, asked) for half in (0, 1)]
    found = {**looked_at(model, *asked), "before": before, "probes": probes}
    return {"groups": groups, "seed": seed, **found, "losses": [losses[0], losses[-1]]}
