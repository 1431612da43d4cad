"""Answers to the exercises of the chapter ``fcn_skips``: wrong ones, and right ones."""

from math import log

import torch
from torch import Tensor
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers


def _band_by_shifts(labels: Tensor, width: int) -> Tensor:
    """Compare with each neighbor, one after the other."""
    height, columns = labels.shape
    found = torch.zeros(height, columns, dtype=torch.bool)
    for down in range(-width, width + 1):
        for right in range(-width, width + 1):
            here = (
                slice(max(0, -down), height - max(0, down)),
                slice(max(0, -right), columns - max(0, right)),
            )
            there = (
                slice(max(0, down), height + min(0, down)),
                slice(max(0, right), columns + min(0, right)),
            )
            if labels[here].numel():
                found[here] |= labels[here] != labels[there]
    return found


def _band_padded_with_zeros(labels: Tensor, width: int) -> Tensor:
    values = F.pad(labels.float()[None, None], (width,) * 4)
    side = 2 * width + 1
    highest, lowest = F.max_pool2d(values, side, 1), -F.max_pool2d(-values, side, 1)
    return (highest != lowest)[0, 0]


def _band_of_four_neighbors(labels: Tensor, width: int) -> Tensor:
    found = torch.zeros(labels.shape, dtype=torch.bool)
    for step in range(1, width + 1):
        down, right = labels[step:] != labels[:-step], labels[:, step:] != labels[:, :-step]
        found[step:] |= down
        found[: -step or None] |= down
        found[:, step:] |= right
        found[:, :-step] |= right
    return found


def _dice_by_one_hot(logits: Tensor, labels: Tensor) -> Tensor:
    count = logits.shape[1]
    marked = F.one_hot(labels.where(labels != 255, count), count + 1)[..., :count]
    truth = marked.movedim(-1, 1).float()
    p = logits.softmax(dim=1) * (labels != 255)[:, None]
    axes = (0, 2, 3)
    dice = 2 * (p * truth).sum(axes) / (p + truth).sum(axes)
    return torch.stack([1 - d for d, t in zip(dice, truth.sum(axes), strict=True) if t]).mean()


WRONG: WrongAnswers = {
    "the first step": {
        "nothing moves": -log(3),
        "ant alone": -log(3) + 0.675,
        "up the gradient": -log(3) - 1.35,
        "the map's value once": -log(3) + 0.45,
        "the map's value never": -log(3) + 0.15,
        "a learning rate of 1": -log(3) + 13.5,
        "without the coarse scores": 1.35,
        "an error of 1": -log(3) + 1.8,
    },
    "the band": {
        "the edge is a border": _band_padded_with_zeros,
        "four neighbors": _band_of_four_neighbors,
        "one side only": {
            "(highest != lowest)[0]": "(highest != values)[0]",
        },
        "the other side only": {"(highest != lowest)[0]": "(lowest != values)[0]"},
        "a square that is too small": {
            "side = 2 * width + 1": "width, side = width // 2, 2 * (width // 2) + 1",
        },
        "void is no label": {"labels.float()": "labels.where(labels != 255, 0).float()"},
        "always three steps": {"side = 2 * width + 1": "width, side = 3, 7"},
        "void taken out": {
            "(highest != lowest)[0]": "(highest != lowest)[0] & (labels != 255)",
        },
        "numbers": {"(highest != lowest)[0]": "(highest != lowest)[0].int()"},
        "the inner rim of what is not ground": {
            "(highest != lowest)[0]": "(highest != lowest)[0] & (labels > 0)",
        },
    },
    "larger pictures": {
        "nothing enlarged": [0.736, 0.736, 0.736],
        "the other network": [0.802, 0.736, 0.462],
        "pixel accuracy": [0.949, 0.944, 0.903],
        "ants alone": [0.27, 0.29, 0.13],
        "backwards": [0.430, 0.696, 0.736],
        "percent": [73.6, 69.6, 43.0],
        "one number": 0.736,
        "two numbers": [0.736, 0.43],
        "what one expects": [0.736, 0.76, 0.78],
    },
    "dice of all": {
        "void counts": {
            "counts = labels != 255": "counts = labels != -1\n    labels = labels % 255",
        },
        "the answer instead of the softmax": {
            "logits.softmax(dim=1)": (
                "torch.zeros_like(logits).scatter(1, logits.argmax(1, keepdim=True), 1)"
            ),
        },
        "softmax over the pictures": {"softmax(dim=1)": "softmax(dim=0)"},
        "the coefficient": {"(1 - dice)": "dice"},
        "once the overlap": {"2 * (p * y)": "(p * y)"},
        "intersection over union": {
            "2 * (p * y).sum(dim=0) / (p.sum(dim=0) + y.sum(dim=0))": (
                "(p * y).sum(dim=0) / (p + y - p * y).sum(dim=0)"
            ),
        },
        "all classes": {"[y.sum(dim=0) > 0]": ""},
        "all classes together": {
            "(p * y).sum(dim=0)": "(p * y).sum()",
            "(p.sum(dim=0) + y.sum(dim=0))": "(p.sum() + y.sum())",
            "(1 - dice)[y.sum(dim=0) > 0].mean()": "1 - dice",
        },
        "squares, as in V-Net": {"p.sum(dim=0) + y": "(p * p).sum(dim=0) + y"},
        "no gradient": {"logits.softmax": "logits.detach().softmax"},
        "one added above and below": {
            "2 * (p * y).sum(dim=0) / (p.sum(dim=0)": (
                "(2 * (p * y).sum(dim=0) + 1) / (1 + p.sum(dim=0)"
            ),
        },
        "the sum of the classes": {".mean()": ".sum()"},
    },
}

RIGHT: RightAnswers = {
    "the first step": {"to two decimals": 0.25, "exactly": 1.35 - log(3)},
    "the band": {
        "by shifts": _band_by_shifts,
        "row by row": {
            "F.max_pool2d(values, side, stride=1, padding=width)": (
                "F.max_pool2d(values, (side, 1), stride=1, padding=(width, 0))\n"
                "    highest = F.max_pool2d(highest, (1, side), stride=1, padding=(0, width))"
            )
        },
        "with the threshold of a difference": {
            "(highest != lowest)[0]": "(highest - lowest > 0.5).squeeze(0)"
        },
    },
    "larger pictures": {"rounded": [0.74, 0.70, 0.43], "as a tuple": (0.736, 0.696, 0.43)},
    "dice of all": {
        "by one-hot": _dice_by_one_hot,
        "with the means": {
            "2 * (p * y).sum(dim=0) / (p.sum(dim=0) + y.sum(dim=0))": (
                "2 * (p * y).mean(dim=0) / (p.mean(dim=0) + y.mean(dim=0))"
            )
        },
    },
}
