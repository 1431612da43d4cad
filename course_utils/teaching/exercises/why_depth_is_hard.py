"""Checks of the exercises on why depth is hard."""

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)


@exercise("a map of 2×2")
def map_of_two(times_smaller: float) -> None:
    """How many times smaller the numbers are after four layers."""
    slips = {
        (9 / 4) ** 4: "that is the mean square; the numbers are asked for",
        3 / 2: "that is after one layer",
        9 / 4: "that is the mean square after one layer",
        (2 / 3) ** 4: "how many times *smaller*? Divide the other way round",
        (4 / 9) ** 4: "that is the share of the mean square that is left",
        (9 / 7) ** 4: "that is for a map of 3×3, and there only nearly",
        4 * 3 / 2: "the layers multiply, they do not add",
        (3 / 2) ** 3: "that is after three layers",
        (3 / 2) ** 8: "that loses rows and columns twice",
    }
    require_number(times_smaller, (3 / 2) ** 4, absolute=0.051, slips=slips)


def _left(side: int, layers: int) -> Tensor:
    share = torch.ones(1, 1, side, side, dtype=torch.float64)
    for _ in range(layers):
        share = F.avg_pool2d(share, 3, stride=1, padding=1)
    return share.mean().reshape(1)


@exercise("what the border eats")
def what_the_border_eats(answer: Callable[[int, int], float]) -> None:
    """``(side, layers)`` → the share of the mean square that is left."""
    for side, layers in ((2, 1), (3, 1), (3, 0), (3, 2), (1, 1), (1, 2), (4, 5), (6, 24), (7, 3)):
        call, found = f"{name_of(answer)}({side}, {layers})", answer(side, layers)
        if found is None:
            require_equal(call, found, "a share")
        else:
            share = torch.as_tensor(found).detach().double()
            assert share.numel() == 1, f"{call} gives {share.numel()} numbers, not one"
            require_close(call, share.reshape(1), _left(side, layers), relative=1e-4, absolute=1e-6)


@exercise("starts as nothing")
def starts_as_nothing(cosine_of_nothing: float) -> None:
    """The cosine at nearby pictures where every block hands on what it gets."""
    slips = {
        0.71: "that is with γ as it was: set the one of every block, with no_grad or nn.init",
        0.05: "that is the plain network: take BasicBlock",
        1.0: "close, but measure it: stem and the three projections are still there",
        96.6: "give it as a cosine, at most 1",
        0.034: "that is what is missing to 1",
    }
    require_number(cosine_of_nothing, 0.966, absolute=0.015, slips=slips)


@exercise("thirty-two blocks")
def thirty_two_blocks(times_larger: float) -> None:
    """The mean square behind 32 blocks whose branches are scaled."""
    slips = {
        2.0**32: "that is without the factor before each branch",
        math.e: "close, but that is for more and more blocks; take 32",
        2.0: "each block multiplies what the one before it gave: they do not add",
        (1 + 1 / 32) ** 16: "that is how many times larger the numbers are; squares are asked for",
        1 + 1 / 32: "that is one block",
        (1 + 1 / math.sqrt(32)) ** 32: "mean squares: the factor has to be squared",
        1 / ((1 + 1 / 32) ** 32): "divide the other way round",
    }
    require_number(times_larger, (1 + 1 / 32) ** 32, absolute=0.011, slips=slips)
