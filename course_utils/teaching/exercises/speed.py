"""Checks of the exercises on speed."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_equal


def _rounded(found: object) -> object:
    """A number, or several, as they can be compared; what is neither stays as it is."""
    if isinstance(found, list | tuple):
        return tuple(_rounded(value) for value in found)
    return round(float(found), 4) if isinstance(found, int | float | Tensor) else found


@exercise("fold a batch norm")
def fold_a_batch_norm(
    answer: Callable[[float, float, float, float, float, float], tuple[float, float]],
) -> None:
    """``(w, b, mean, std, gamma, beta)`` → the weight and the bias of one layer for two."""
    for case in (
        (2, 0, 1, 4, 8, 3),
        (1, 5, 5, 1, 1, 0),
        (-3, 2, 1, 2, 0.5, -1),
        (4, 1, 0, 1, 1, 0),
    ):
        weight, bias, mean, std, gamma, beta = case
        expected = gamma * weight / std, gamma * (bias - mean) / std + beta
        require_equal(f"fold{case}", _rounded(answer(*case)), _rounded(expected))


@exercise("pictures until it pays")
def pictures_until_it_pays(answer: Callable[[float, float, float], int | None]) -> None:
    """``(preparation, before, after)`` in seconds → pictures from which it is faster in all."""
    for case, expected in (
        ((10, 3, 1), 6),
        ((10, 2, 1), 11),
        ((0, 2, 1), 1),
        ((7, 1, 1), None),
        ((7, 1, 2), None),
        ((1.5, 2, 1), 2),
    ):
        found = answer(*case)
        call = f"pays_from{case}"
        assert found == expected, f"{call} gives {found!r}, not {expected!r}"


@exercise("what a faster part gives")
def what_a_faster_part_gives(answer: Callable[[float, float], float]) -> None:
    """The share of the time of a part, and how much faster it became → how much the whole did."""
    for case in ((0.5, 2), (0.9, 10), (1, 4), (0, 100), (0.25, 1)):
        share, times = case
        require_equal(
            f"speedup{case}", _rounded(answer(*case)), round(1 / (1 - share + share / times), 4)
        )


@exercise("steps in memory")
def steps_in_memory(answer: Callable[[tuple[int, ...]], tuple[int, ...]]) -> None:
    """A shape ``(N, C, H, W)`` → the strides of a tensor whose channels come last in memory."""
    for shape in ((2, 3, 4, 5), (1, 64, 7, 7), (8, 2, 3, 1)):
        expected = torch.empty(shape[0], *shape[2:], shape[1]).permute(0, 3, 1, 2).stride()
        found = answer(shape)
        require_equal(f"strides{shape}", found if found is None else tuple(found), expected)


@exercise("slope on log axes")
def slope_on_log_axes(answer: Callable[[Sequence[float], Sequence[float]], float]) -> None:
    """Amounts and seconds, a first and a last one → the slope between them on log axes."""
    for amounts, seconds, expected in (
        ([1, 10], [1, 10], 1),
        ([1, 100], [3, 3], 0),
        ([2, 8], [1, 16], 2),
        ([1, 100], [5, 50], 0.5),
        ([4, 1], [2, 1], 0.5),
    ):
        found = answer(amounts, seconds)
        require_equal(f"slope({amounts}, {seconds})", _rounded(found), round(float(expected), 4))
