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
        "the loop of the chapter, on the first map": lambda blocks, side: (
            _by_pooling(sum(blocks), side // 4) ** -0.5
        ),
        "the squares": {"left**-0.5": "1 / left"},
        "what is left": {"left**-0.5": "left**0.5"},
        "one convolution a block": {"2 * count": "count"},
        "the same map in all stages": {"side // 4 // 2**stage": "side // 4"},
        "maps of the pictures' size": {"side // 4 // 2**stage": "side // 2**stage"},
        "the last stage only": {"left *=": "left ="},
        "shares added": {"left *=": "left +="},
        "rows only": {") ** 2": ") ** 1"},
        "the middle": {"sum(row) / cells": "row[cells // 2]"},
        "without a border": {"padded = [0.0, *row, 0.0]": "padded = [row[0], *row, row[-1]]"},
        "the first layer's share, again and again": lambda blocks, side: math.prod(
            (1 - 2 / (3 * (side // 4 // 2**stage))) ** (-2 * count)
            for stage, count in enumerate(blocks)
        ),
        "a number that is rounded": {"left**-0.5": "round(left**-0.5)"},
    },
    "branches that start small": {
        "gamma of 1, or of all norms": 0.347,
        "34 layers": 0.924,
        "10 layers": 0.97,
        "gamma of 0": 0.971,
        "in eval mode": 0.963,
        "the mirrored network": 0.98,
        "the plain network": 0.036,
        "gamma of 0 at 34 layers": 0.965,
        "in percent": 84.8,
        "what is missing": 0.152,
        "gamma of 0.5 at 34 layers": 0.87,
        "another seed": 0.827,
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


def _by_pooling(convolutions: int, side: int) -> torch.Tensor:
    share = torch.ones(1, 1, side, side, dtype=torch.float64)
    for _ in range(convolutions):
        share = F.avg_pool2d(share, 3, stride=1, padding=1)
    return share.mean()


def _stage_by_stage(blocks: list[int], side: int) -> torch.Tensor:
    sides = [side // 4 // 2**stage for stage in range(len(blocks))]
    pairs = zip(blocks, sides, strict=True)
    return torch.stack([_by_pooling(2 * count, cells) for count, cells in pairs]).prod().rsqrt()


def _by_matrix(blocks: list[int], side: int) -> float:
    times = 1.0
    for stage, count in enumerate(blocks):
        cells = side // 4 // 2**stage
        near = torch.ones(cells, cells, dtype=torch.float64).tril(1).triu(-1) / 3
        times /= float(torch.linalg.matrix_power(near, 2 * count).sum() / cells)
    return times


RIGHT: RightAnswers = {
    "a map of 2×2": {"rounded": 5.06, "one digit": 5.1, "a tensor": torch.tensor(5.0625)},
    "what the border eats": {"by pooling": _stage_by_stage, "by a matrix": _by_matrix},
    "branches that start small": {"rounded": 0.85, "a tensor": torch.tensor(0.848)},
    "thirty-two blocks": {"rounded": 2.68, "a tensor": torch.tensor(2.677)},
}
