"""Answers to the exercises of the chapter ``why_depth_is_hard``: wrong ones, and right ones."""

import math

import torch
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "a map of 2×2": {
        "the squares": 25.6,
        "one layer": 1.5,
        "squares, one layer": 2.25,
        "the other way round": 0.198,
        "squares that are left": 0.039,
        "a map of 3×3": 2.73,
        "added": 6,
        "three layers": 3.375,
        "twice": 25.63,
        "rounded to whole": 5,
    },
    "what the border eats": {
        "the first layer's share, again and again": lambda side, layers: (
            ((3 * side - 2) / (3 * side)) ** (2 * layers) if side > 1 else 9.0**-layers
        ),
        "rows only": {"** 2": "** 1"},
        "the numbers, not the squares": {"(sum(row) / side) ** 2": "sum(row) / side"},
        "divided by the cells in the window": {
            "sum(padded[k : k + 3]) / 3": "sum(padded[k : k + 3]) / max(1, min(3, side))",
        },
        "without a border": {"padded = [0.0, *row, 0.0]": "padded = [row[0], *row, row[-1]]"},
        "one layer too many": {"range(layers)": "range(layers + 1)"},
        "one layer": {"range(layers)": "range(1)"},
        "the sum": {"(sum(row) / side)": "sum(row)"},
        "the middle": {"sum(row) / side": "row[side // 2]"},
        "what is lost": {"return (sum": "return 1 - (sum"},
        "a number that is rounded": {
            "return (sum(row) / side) ** 2": "return round((sum(row) / side) ** 2, 2)",
        },
    },
    "starts as nothing": {
        "gamma of 1": 0.71,
        "the plain network": 0.05,
        "one": 1.0,
        "in percent": 96.6,
        "what is missing": 0.03,
        "the network of 66 layers, as it starts": 0.37,
    },
    "thirty-two blocks": {
        "not scaled": 2.0**32,
        "the limit": math.e,
        "added up": 2,
        "the numbers": 1.64,
        "one block": 1.03,
        "not squared": (1 + 32**-0.5) ** 32,
        "the other way round": 0.373,
    },
}


def _by_pooling(side: int, layers: int) -> torch.Tensor:
    share = torch.ones(1, 1, side, side)
    for _ in range(layers):
        share = F.avg_pool2d(share, 3, stride=1, padding=1)
    return share.mean()


def _by_matrix(side: int, layers: int) -> float:
    near = torch.ones(side, side, dtype=torch.float64).tril(1).triu(-1) / 3
    return float(torch.linalg.matrix_power(near, layers).sum() / side) ** 2


def _by_convolution(side: int, layers: int) -> float:
    share, ninth = torch.ones(1, 1, side, side), torch.full((1, 1, 3, 3), 1 / 9)
    for _ in range(layers):
        share = F.conv2d(share, ninth, padding=1)
    return share.mean().item()


RIGHT: RightAnswers = {
    "a map of 2×2": {"rounded": 5.06, "one digit": 5.1, "a tensor": torch.tensor(5.0625)},
    "what the border eats": {
        "by pooling": _by_pooling,
        "by a matrix": _by_matrix,
        "by a convolution": _by_convolution,
    },
    "starts as nothing": {"rounded": 0.97, "a tensor": torch.tensor(0.9655)},
    "thirty-two blocks": {"rounded": 2.68, "a tensor": torch.tensor(2.677)},
}
