"""Checks of the exercises: they say what is still wrong, never how to write it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor

MOST_VALUES = 8
"""A tensor with more is not written out."""


Check = Callable[[Any], None]


CHECKS: dict[str, Check] = {}


def exercise(name: str) -> Callable[[Check], Check]:
    """Register a check under the exercise's name; it raises AssertionError with a hint."""

    def register(check_answer: Check) -> Check:
        CHECKS[name] = check_answer
        return check_answer

    return register


def check(name: str, answer: object) -> None:
    """Try a reader's answer, and print ``correct`` or what is wrong with it.

    Args:
        name: Of the exercise.
        answer: The reader's function, or a number.

    Raises:
        KeyError: If there is no exercise of this name.
    """
    problem = problem_with(name, answer)
    print("correct" if problem is None else f"not yet: {problem}")


def problem_with(name: str, answer: object) -> str | None:
    """What is wrong with an answer; ``None`` if it is right (arguments as in ``check``)."""
    check_answer = CHECKS[name]
    try:
        check_answer(answer)
    except AssertionError as hint:
        return str(hint)
    except Exception as error:  # an answer may fail in any way
        return f"it raises {type(error).__name__}: {error}"
    return None


def name_of(answer: object) -> str:
    """The name that the reader gave to a function."""
    return getattr(answer, "__name__", "the answer")


def require_equal(call: str, found: object, expected: object) -> None:
    """Raise an AssertionError that shows the call, what it gives and what it should give."""
    if found is None:
        raise AssertionError(f"{call} gives None: does the function return something?")
    if found != expected:
        raise AssertionError(f"{call} gives {found!r}, not {expected!r}")


def require_close(
    call: str, found: object, expected: Tensor, relative: float = 1e-5, absolute: float = 1e-5
) -> None:
    """Raise an AssertionError unless it is the expected tensor, but for rounding.

    Args:
        call: What the answer was asked for.
        found: What it gives.
        expected: What it should give.
        relative: How far a number may be off, as a share of it.
        absolute: How far it may be off besides.
    """
    if found is None:
        require_equal(call, found, expected)
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    require_equal(f"the shape of {call}", tuple(found.shape), tuple(expected.shape))
    close = torch.allclose(found.double(), expected.double(), rtol=relative, atol=absolute)
    values = f"gives {_rounded(found)}, not {_rounded(expected)}"
    if _rounded(found) == _rounded(expected):
        off = (found.double() - expected.double()).abs().max()
        values = f"is off by {off:.0e}, more than rounding in its precision"
    few = found.numel() <= MOST_VALUES
    assert close, f"{call} {values if few else 'has the right shape but other values'}"


def _rounded(values: Tensor) -> list[Any]:
    """Values as a hint shows them, with four digits after the point."""
    return [_rounded(v) if v.dim() else round(v.item(), 4) for v in values]


def require_number(
    found: object,
    expected: float,
    *,
    absolute: float = 0.005,
    slips: Mapping[float, str] | None = None,
) -> None:
    """Raise an AssertionError unless a reader's number is the expected one.

    Args:
        found: What the reader worked out.
        expected: The right number, which no hint gives away.
        absolute: How far off it may be; two decimals are asked for unless it is given.
        slips: Wrong numbers that a known slip leads to, each with its hint.
    """
    assert found is not None, "write your number in the place of None"
    try:
        number = None if isinstance(found, str | bool) else float(cast(Any, found))
    except (TypeError, ValueError):
        number = None
    assert number is not None, f"your answer is of the type {type(found).__name__}, not a number"
    if abs(number - expected) <= absolute:
        return
    for slip, hint in (slips or {}).items():
        if abs(number - slip) <= absolute:
            raise AssertionError(f"your answer {number:g}: {hint}")
    raise AssertionError(f"your answer {number:g} is another number")


def shares_in(found: object, names: Sequence[str]) -> list[float]:
    """The numbers of a reader's list, from 0 to 1, one for each name; else an AssertionError."""
    assert found is not None, "write your list in the place of None"
    kind = type(found).__name__
    assert isinstance(found, list | tuple), f"your answer is of the type {kind}, not a list"
    assert len(found) == len(names), (
        f"your list has {len(found)} numbers; give one for each: {', '.join(names)}"
    )
    numbers = [float(number) for number in found]
    assert max(numbers) <= 1, "give your numbers from 0 to 1"
    return numbers


def refuse_slips(
    found: Sequence[float], slips: Mapping[tuple[float, ...], str], absolute: float
) -> None:
    """Raise an AssertionError if a reader's numbers are those that a known slip leads to.

    Args:
        found: What the reader worked out.
        slips: The numbers, each with its hint.
        absolute: How far off they may be.
    """
    for numbers, hint in slips.items():
        same = all(abs(a - b) <= absolute for a, b in zip(found, numbers, strict=True))
        assert not same, f"your answer: {hint}"


def positive_numbers(*shape: int, seed: int = 0) -> Tensor:
    """Repeatable numbers of this shape, 0.1 to 1.1, in float64: no product of them is 0."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64) + 0.1
