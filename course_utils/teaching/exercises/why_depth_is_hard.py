"""Checks of the exercises on why depth is hard."""

import math
from collections.abc import Callable, Sequence

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
    }
    require_number(times_smaller, (3 / 2) ** 4, absolute=0.051, slips=slips)


def _eaten(blocks: Sequence[int], side: int) -> Tensor:
    left = torch.ones(1, dtype=torch.float64)
    for stage, count in enumerate(blocks):
        cells = side // 4 // 2**stage
        share = torch.ones(1, 1, cells, cells, dtype=torch.float64)
        for _ in range(2 * count):
            share = F.avg_pool2d(share, 3, stride=1, padding=1)
        left = left * share.mean()
    return left.rsqrt()


@exercise("what the border eats")
def what_the_border_eats(answer: Callable[[list[int], int], float]) -> None:
    """``(blocks, side)`` → how many times smaller the numbers become in all stages."""
    for blocks, side in (
        ([1], 8),
        ([2], 12),
        ([1, 1], 16),
        ([2, 0, 1], 48),
        ([1, 1, 1, 1], 96),
        ([3, 4, 6, 3], 96),
        ([6, 8, 12, 6], 96),
        ([3, 4, 6, 3], 224),
    ):
        call, found = f"{name_of(answer)}({blocks}, {side})", answer(list(blocks), side)
        if found is None:
            require_equal(call, found, "how many times smaller the numbers become")
        else:
            times = torch.as_tensor(found).detach().double()
            assert times.numel() == 1, f"{call} gives {times.numel()} numbers, not one"
            require_close(call, times.reshape(1), _eaten(blocks, side), relative=1e-4)


@exercise("branches that start small")
def branches_that_start_small(cosine_of_small: float) -> None:
    """The cosine at nearby pictures where each block of 66 layers adds little."""
    slips = {
        0.35: "that is with γ as it was, or with all γ alike: only the last one of each block",
        0.92: "that is the network of 34 layers: take 66",
        0.97: "that is with γ = 0, or with 10 layers: set it to 0.3, in 66 layers",
        0.98: "that is the mirrored network: take a residual one",
        0.963: "that is in eval mode: the network is to stay in train mode",
        0.04: "that is the plain network: take BasicBlock",
        84.8: "give it as a cosine, at most 1",
        0.152: "that is what is missing to 1",
    }
    require_number(cosine_of_small, 0.848, absolute=0.012, slips=slips)


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
