"""Checks of the exercises on speed."""

from collections.abc import Callable
from copy import deepcopy
from itertools import product
from numbers import Integral
from typing import Any

import numpy as np
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

SLIPS: dict[float, str] = {
    86: "that many numbers lie before it; each has 4 bytes",
    436: "so it would be with the channels first",
    109: "so many numbers would lie before it with the channels first, and each has 4 bytes",
    348: "the first number begins at byte 0",
    172: "a float32 has 4 bytes, not 2",
    688: "a float32 has 4 bytes, not 8",
}
FEWEST = 11.515, 47.276
"""Multiply–adds for each byte where they are fewest, with 1 and with 16 pictures."""


@exercise("where a number begins")
def where_a_number_begins(answer: object) -> None:
    """The byte at which ``[1, 2, 1, 3]`` of ``(2, 3, 4, 5)`` begins, channels last."""
    require_number(answer, 344, absolute=0.01, slips=SLIPS)


@exercise("pictures until it pays")
def pictures_until_it_pays(answer: Callable[[float, float, float], int | None]) -> None:
    """``(preparation, before, after)`` in seconds → pictures from which it is faster in all."""
    for case, expected in (
        ((10, 3, 1), 6),
        ((10, 2, 1), 11),
        ((0, 2, 1), 1),
        ((7, 1, 1), None),
        ((7, 1, 2), None),
        ((0, 1, 1), None),
        ((1.5, 2, 1), 2),
        ((0.3, 0.2, 0.1), 4),
        ((0.6, 0.3, 0.1), 4),
        ((36.4, 0.0828, 0.0671), 2319),
        ((1, 0.3, 0.2), 11),
        ((1e6, 0.2, 0.1), 10_000_001),
    ):
        found = answer(*case)
        require_whole(f"{name_of(answer)}{case}", found, expected)


def require_whole(call: str, found: object, expected: int | None) -> None:
    """Raise an AssertionError unless it is this whole number, or ``None``."""
    if expected is None:
        assert found is None, f"{call} gives {found!r}: it never pays"
        return
    require_equal(call, found, expected)
    assert isinstance(found, Integral), f"{call} gives {found!r}: pictures are whole"


@exercise("what a batch changes")
def what_a_batch_changes(answer: object) -> None:
    """The fewest multiply–adds a byte of a 3×3 convolution, for batches of 1 and 16."""
    assert answer is not None, "write your list in the place of None"
    if isinstance(answer, Tensor | np.ndarray):
        answer = answer.tolist()
    kind = type(answer).__name__
    assert isinstance(answer, list | tuple), f"your answer is of the type {kind}, not a list"
    assert len(answer) == 2, f"your list has {len(answer)} numbers; give two: batch 1, batch 16"
    found = [float(number) for number in answer]
    slips: dict[tuple[float, ...], str] = {
        FEWEST[::-1]: "first with one picture, then with 16",
        (11.515, 11.515): "with 16 pictures the maps are 16 times as large, the weights are not",
        (5.192, 5.324): "look at the 3×3 convolutions only",
        (4 * 11.515, 4 * 47.276): "you count numbers; each has 4 bytes",
        (83.012, 210.627): "that is where a byte serves most",
    }
    refuse_slips(found, slips, absolute=0.05)
    for number, expected, count in zip(found, FEWEST, (1, 16), strict=True):
        close = abs(number - expected) <= 0.06
        assert close, f"your number {number:g} for a batch of {count} is another number"


@exercise("a norm that comes first")
def a_norm_that_comes_first(
    answer: Callable[[nn.BatchNorm2d, nn.Conv2d], nn.Conv2d],
) -> None:
    """``(norm, convolution)`` → one convolution that does what both do."""
    for groups, bias, stride, kernel in product((1, 2), (False, True), (1, 2), (1, 3)):
        how: dict[str, Any] = {"groups": groups, "bias": bias, "stride": stride}
        norm, layer = remembering(4), nn.Conv2d(4, 6, kernel, **how).double()
        given = deepcopy(nn.ModuleList([norm, layer]).state_dict())
        folded = answer(norm, layer)
        call = f"{name_of(answer)}(norm, {layer})"
        assert folded is not None, f"{call} gives None: does the function return something?"
        assert isinstance(folded, nn.Conv2d), f"{call} gives {type(folded).__name__}, not a Conv2d"
        assert folded is not layer, f"{call} gives the convolution itself"
        after = nn.ModuleList([norm, layer]).state_dict()
        same = all(torch.equal(given[name], after[name]) for name in given)
        assert same, f"{call} changes the layers that it was given"
        images = numbers(3, 4, 9, 8)
        with torch.no_grad():
            require_close(call, folded(images), layer(norm(images)), 1e-9, 1e-9)
    for padding in (1, (0, 1)):
        require_refused(answer, nn.Conv2d(4, 6, 3, padding=padding).double())


def require_refused(
    answer: Callable[[nn.BatchNorm2d, nn.Conv2d], nn.Conv2d], layer: nn.Conv2d
) -> None:
    """Raise an AssertionError unless a convolution that pads is refused with a ValueError."""
    try:
        answer(remembering(4), layer)
    except ValueError:
        return
    raise AssertionError(f"{name_of(answer)} takes a convolution with padding {layer.padding}")


def numbers(*shape: int) -> Tensor:
    """The same noise each time, in float64."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def remembering(channels: int) -> nn.BatchNorm2d:
    """A batch norm in ``eval`` mode with numbers of its own; its ε matters."""
    norm = nn.BatchNorm2d(channels, eps=0.1).double().eval()
    mean, spread, gamma, beta = numbers(4, channels)
    norm.load_state_dict(
        {
            "running_mean": mean,
            "running_var": spread.abs() + 0.2,
            "weight": gamma,
            "bias": beta,
            "num_batches_tracked": torch.tensor(1),
        }
    )
    return norm
