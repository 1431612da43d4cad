"""Checks of the exercises on training in several processes."""

from collections.abc import Callable, Sequence
from math import log2, nan
from typing import Any, cast

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)

Rounds = list[list[Tensor]]

BATCH_NORM, NEAR, TINY = 0.222, 0.005, 1e-9
"""The largest distance of the chapter's losses with batch norm, how far off another machine's may
be, and what is rounding."""


@exercise("the shortest step")
def the_shortest_step(devices: float) -> None:
    """650 ms alone, 125 ms for a whole gradient, 2 ms a message → how many devices."""
    once = "the ring goes around twice: once to add, once to copy"
    slips: dict[float, str] = {
        11: f"{once}, in sending and in messages",
        16: f"{once}, in sending and in messages",
        16.2: f"{once}, in sending and in messages",
        12: f"{once}, so each sends 2(N − 1)/N gradients",
        11.46: f"{once}, so each sends 2(N − 1)/N gradients",
        13: "what is sent over the wire depends on N, too",
        12.75: "what is sent over the wire depends on N, too",
        14: f"{once}, so there are 2(N − 1) messages",
        14.14: f"{once}, so there are 2(N − 1) messages",
        18: f"{once}, and so do the messages",
        18.03: f"{once}, and so do the messages",
        100: "take the root: the derivative is 0 where N² has this value",
        5: "that would be cheaper, but a step with more is shorter",
        326: "that is the time in milliseconds; how many devices?",
        326.4: "that is a time in milliseconds; how many devices?",
        128: "that would be the best if messages took no time of their own",
    }
    require_number(devices, 10, slips=slips)


@exercise("gradient of unequal parts")
def gradient_of_unequal_parts(answer: Callable[[list[Tensor], list[int]], Tensor]) -> None:
    """Gradients of the mean losses of the parts, their labels → that of the whole batch."""
    cases: tuple[tuple[Sequence[float], Sequence[int], float], ...] = (
        ((-4.0, -6.0), (2, 2), -5.0),
        ((-14 / 3, -6.0), (3, 1), -5.0),
        ((3.0,), (5,), 3.0),
        ((2.0, nan, 8.0), (1, 0, 3), 6.5),
        ((nan, nan), (0, 0), 0.0),
    )
    for values, counts, expected in cases:
        gradients = [torch.tensor([value, 2 * value]) for value in values]
        given, labels = [gradient.clone() for gradient in gradients], list(counts)
        found = answer(given, labels)
        call = f"{name_of(answer)}({[g.tolist() for g in gradients]}, {list(counts)})"
        require_close(call, found, torch.tensor([expected, 2 * expected]))
        same = all(map(_equal, given, gradients)) and labels == list(counts)
        assert same, f"{call} changes what it gets"


@exercise("a norm without the batch")
def a_norm_without_the_batch(distances: Sequence[float]) -> None:
    """How far whole batches and halves are apart, with batch norm and with group norm."""
    assert distances is not None, "write your list in the place of None"
    kind = type(distances).__name__
    assert isinstance(distances, list | tuple), f"your answer is of the type {kind}, not a list"
    assert len(distances) == 2, f"your list has {len(distances)} numbers, not two"
    batch, group = map(_distance, distances)
    assert batch >= 0 and group >= 0, "your distances are not negative: take the absolute value"
    near = [abs(number - BATCH_NORM) <= NEAR for number in (batch, group)]
    assert near != [False, True] or batch > TINY, "your order: give that of batch norm first"
    assert near != [True, True], (
        "both of your distances are alike: is the batch norm replaced in the second?"
    )
    assert group <= TINY, (
        f"your {group:.2g} with group norm is too much: nothing but rounding should differ. Are "
        "the network's weights the same both times, and in double precision?"
    )
    assert near[0], f"your {batch:.3g} with batch norm is not the largest of all 60 distances"


def _distance(given: object) -> float:
    try:
        return float(cast(Any, given))
    except (TypeError, ValueError, RuntimeError):  # RuntimeError: a tensor of several numbers
        kind = type(given).__name__
    raise AssertionError(f"your list holds {kind}: write two numbers")


@exercise("the butterfly")
def the_butterfly(answer: Callable[[list[Tensor]], Rounds]) -> None:
    """Gradients of N processes → after each of log₂ N rounds, what every process holds."""
    for count in (2, 4, 8):
        gradients = [torch.tensor([2.0**p, -(3.0**p)]) for p in range(count)]
        given = [gradient.clone() for gradient in gradients]
        rounds = answer(given)
        call = f"{name_of(answer)}({count} gradients)"
        if rounds is None:
            require_equal(call, rounds, "a list")
        assert isinstance(rounds, list | tuple), f"{call} gives {type(rounds).__name__}, not a list"
        assert all(map(_equal, given, gradients)), f"{call} changes the tensors that it gets"
        require_equal(f"the number of rounds of {call}", len(rounds), int(log2(count)))
        held = gradients
        for number, after in enumerate(rounds, 1):
            where = f"round {number} of {call}"
            _require_exchange(where, held, after)
            held = list(after)
        total = torch.stack(gradients).sum(dim=0)
        for process, last in enumerate(held):
            require_close(f"process {process} after the last round of {call}", last, total)


def _require_exchange(where: str, before: Sequence[Tensor], after: Sequence[Tensor]) -> None:
    """Each process has added what one other held before, and everyone was heard once."""
    kinds = isinstance(after, list | tuple) and all(isinstance(one, Tensor) for one in after)
    assert kinds, f"{where} is not a list of tensors"
    require_equal(f"the number of tensors after {where}", len(after), len(before))
    for process, now in enumerate(after):
        require_equal(f"the shape after {where}", tuple(now.shape), tuple(before[process].shape))
        others = [theirs for other, theirs in enumerate(before) if other != process]
        assert any(torch.allclose(before[process] + theirs, now) for theirs in others), (
            f"in {where} process {process} goes from {before[process].tolist()} to {now.tolist()}: "
            "that is not its own and what one other process held before the round"
        )


def _equal(one: Tensor, other: Tensor) -> bool:
    return torch.equal(one.nan_to_num(-1e9), other.nan_to_num(-1e9))
