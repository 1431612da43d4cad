"""Checks of the exercises on training in several processes."""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_close, require_equal

Batch = list[int]


@exercise("own part of a batch")
def own_part_of_a_batch(answer: Callable[[Batch, int, int], Batch]) -> None:
    """Positions, rank, number of processes → this process's piece, without gaps, in order."""
    for count, size in ((8, 2), (7, 2), (9, 4), (3, 3), (5, 1), (2, 3)):
        batch = [10 * number + 3 for number in range(count)]
        parts = [answer(list(batch), rank, size) for rank in range(size)]
        call = f"own_part(batch of {count}, rank, {size})"
        assert None not in parts, f"{call} gives None: does the function return something?"
        kinds = {type(part).__name__ for part in parts}
        assert kinds == {"list"}, f"{call} gives {', '.join(sorted(kinds))}, not lists"
        require_equal(f"{call}, all parts together,", sum(parts, []), batch)  # noqa: RUF017
        lengths = [len(part) for part in parts]
        assert max(lengths) - min(lengths) <= 1, f"{call} gives parts of lengths {lengths}"


@exercise("gradient of unequal parts")
def gradient_of_unequal_parts(answer: Callable[[list[Tensor], list[int]], Tensor]) -> None:
    """Gradients of the mean losses of the parts, their labels → that of the whole batch."""
    cases: tuple[tuple[Sequence[float], Sequence[int], float], ...] = (
        ((-4.0, -6.0), (2, 2), -5.0),
        ((-14 / 3, -6.0), (3, 1), -5.0),
        ((2.0, 0.0, 8.0), (1, 0, 3), 6.5),
        ((3.0,), (5,), 3.0),
    )
    for values, counts, expected in cases:
        gradients = [torch.tensor([value, 2 * value]) for value in values]
        found = answer(gradients, list(counts))
        call = f"common_gradient({[g.tolist() for g in gradients]}, {list(counts)})"
        require_close(call, found, torch.tensor([expected, 2 * expected]))


@exercise("accuracy over processes")
def accuracy_over_processes(answer: Callable[[list[tuple[int, int]]], float]) -> None:
    """Of each process, how many were right and how many measured → the accuracy of all."""
    for reports in ([(3, 4), (3, 3)], [(1, 1), (0, 3), (2, 4)], [(5, 9)], [(1, 2), (0, 0)]):
        right, measured = (sum(column) for column in zip(*reports, strict=True))
        _require_number(f"accuracy_of_all({reports})", answer(reports), right / measured)


@exercise("rate with warm-up")
def rate_with_warm_up(answer: Callable[[int, float, float, int], float]) -> None:
    """Step, rate of the small batch, factor, steps of warm-up → the rate."""
    for step, base, k, warmup, expected in (
        (0, 0.1, 8, 100, 0.1),
        (100, 0.1, 8, 100, 0.8),
        (50, 0.1, 8, 100, 0.45),
        (25, 0.2, 2, 100, 0.25),
        (900, 0.1, 8, 100, 0.8),
    ):
        call = f"warm_rate({step}, {base}, {k}, {warmup})"
        _require_number(call, answer(step, base, k, warmup), expected)


@exercise("bytes of a ring")
def bytes_of_a_ring(answer: Callable[[int, int], float]) -> None:
    """Parameters in float32, number of processes → bytes that each process sends."""
    for parameters, size, expected in ((1000, 2, 4000), (1000, 4, 6000), (12, 3, 64), (10, 1, 0)):
        _require_number(f"bytes_sent({parameters}, {size})", answer(parameters, size), expected)


def _require_number(call: str, found: object, expected: float) -> None:
    assert found is not None, f"{call} gives None: does the function return something?"
    assert isinstance(found, int | float), f"{call} gives {type(found).__name__}, not a number"
    close = math.isclose(found, expected, rel_tol=1e-6, abs_tol=1e-9)
    assert close, f"{call} gives {found:g}, not {expected:g}"
