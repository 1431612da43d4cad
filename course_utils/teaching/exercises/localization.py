"""Checks of the exercises on finding things in a picture."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    refuse_slips,
    require_close,
    require_equal,
    require_number,
)

Box = tuple[float, float, float, float]
Scored = list[tuple[float, Box]]

LEAST_SIDE = 120
"""Of a square whose box, 15.5 / 0.707 pixels too far left and up, still has an IoU of 0.5."""

LEAN = (-6.6, -12.2)
"""Of the gradient, from the window's middle: mean over the eight things of the panorama."""


@exercise("what a shift costs")
def what_a_shift_costs(side: float) -> None:
    """The smallest side, in whole pixels, that survives the shift."""
    slips: dict[float, str] = {
        66: "the box lies too far left *and* too far up: both sides of what is shared shrink",
        75: "divide by the area that both boxes cover together, not by that of one",
        85: "the shift is 15.5 pixels of the copy: how many is it in the picture?",
        60: "the copy is the smaller one: divide by 0.707, do not multiply",
        119: "at 119 the overlap is a little below a half: round up",
        47: "both directions shift, and by 15.5 / 0.707 pixels of the picture",
    }
    require_number(side, LEAST_SIDE, absolute=0.4, slips=slips)


CHAIN: Scored = [(0.9, (0, 0, 10, 10)), (0.8, (6, 0, 16, 10)), (0.7, (12, 0, 22, 10))]
INSIDE: Scored = [(0.8, (0, 0, 100, 100)), (0.9, (40, 40, 60, 60))]
AROUND: Scored = [(0.9, (0, 0, 100, 100)), (0.8, (40, 40, 60, 60))]
ROWS: Scored = [(0.9, (0, 0, 10, 10)), (0.8, (0, 20, 10, 30)), (0.7, (2, 21, 9, 29))]
APART: Scored = [(0.9, (0, 0, 10, 10)), (0.8, (20, 20, 30, 30)), (0.7, (20, 0, 30, 10))]
BETWEEN: Scored = [(0.9, (0, 0, 10, 10)), (0.8, (50, 0, 60, 10)), (0.7, (1, 0, 11, 10))]
LIMIT: Scored = [(0.9, (0, 0, 10, 10)), (0.8, (5, 0, 15, 10)), (0.7, (0, 5, 10, 20))]
CASES: tuple[tuple[str, Scored, float, list[float]], ...] = (
    ("a chain of three", CHAIN, 0.3, [0.9, 0.7]),
    ("the chain, the worst first", CHAIN[::-1], 0.3, [0.9, 0.7]),
    ("a small box inside a large one", INSIDE, 0.3, [0.9]),
    ("a large box, and a small one inside it", AROUND, 0.3, [0.9]),
    ("boxes apart in both directions", APART, 0.3, [0.9, 0.8, 0.7]),
    ("two that overlap, and in between one far away", BETWEEN, 0.3, [0.9, 0.8]),
    ("boxes below each other", ROWS, 0.3, [0.9, 0.8]),
    ("boxes that share exactly the limit", LIMIT, 0.5, [0.9, 0.8, 0.7]),
    ("boxes that share a little more than the limit", LIMIT, 0.49, [0.9]),
    ("the same box twice", [CHAIN[0], CHAIN[0]], 0.3, [0.9]),
    ("no box", [], 0.3, []),
)


@exercise("keep the best")
def keep_the_best(answer: Callable[[Scored, float], Sequence[float]]) -> None:
    """Pairs of score and box → the scores that non-maximum suppression keeps, best first."""
    for name, scored, limit, expected in CASES:
        call, given = f"{name_of(answer)}({name}: {scored}, {limit})", list(scored)
        found = answer(given, limit)
        assert given == scored, f"{call} changes the list that it gets"
        found = None if found is None else [float(score) for score in found]
        require_equal(call, found, expected)


@exercise("ask the gradient")
def ask_the_gradient(lean: Sequence[float]) -> None:
    """How far the gradient lies right of and below the windows' middles, as a mean."""
    assert lean is not None, "write your two numbers in the place of None"
    pair = [float(number) for number in lean]
    assert len(pair) == 2, f"give your two numbers, right and down, not {len(pair)}"
    field = tuple(number + 15.5 for number in LEAN)
    slips = {
        field: "that is from the field's center, not from the window's middle",
        LEAN[::-1]: "right comes before down",
        (-7.4, -12.5): "send the gradient back from the logit, not from the probability",
        (-8.4, -8.3): "add up the sizes of the gradient, not their squares",
        (-6.7, -12.6): "take the sizes first and add up the colors then",
        tuple(-number for number in LEAN): "positive is to the right and down",
    }
    refuse_slips(pair, slips, 0.15)
    for way, number, expected in zip(("right", "down"), pair, LEAN, strict=True):
        assert abs(number - expected) <= 0.3, f"your {way} {number:.1f} is another number"


class _Blocks(nn.Module):
    """A network with a stride: each of its answers is made of all pixels of a window."""

    def __init__(self, size: int, stride: int) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(size)
        weight = torch.randn(2, 3, size, size, generator=generator, dtype=torch.float64)
        self.weight = nn.Parameter(weight, requires_grad=False)
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        answers: Tensor = nn.functional.conv2d(x, self.weight, stride=self.stride)
        return answers


@exercise("shift and stitch")
def shift_and_stitch(answer: Callable[[nn.Module, Tensor, int, int], Tensor]) -> None:
    """Network, picture, its stride and a factor → a map that is so many times as fine."""
    for size, stride, times, height, width in (
        (6, 4, 2, 19, 30),
        (6, 4, 4, 21, 14),
        (8, 8, 2, 16, 35),
        (5, 6, 3, 17, 29),
        (4, 2, 1, 9, 12),
    ):
        network = _Blocks(size, stride)
        generator = torch.Generator().manual_seed(height)
        x = torch.randn(1, 3, height, width, generator=generator, dtype=torch.float64)
        fine = _Blocks(size, stride // times)(x)
        call = f"{name_of(answer)}(network, x {height}×{width}, stride={stride}, times={times})"
        given = x.clone()
        with torch.no_grad():
            found = answer(network, given, stride, times)
        assert torch.equal(given, x), f"{call} changes the picture that it gets"
        require_close(call, found, fine)
