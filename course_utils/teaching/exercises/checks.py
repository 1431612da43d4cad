"""Checks of the exercises: they say what is still wrong, never how to write it."""

from collections.abc import Callable
from typing import Any

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
        answer: Usually the reader's function.

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
    values = f"gives {found.tolist()}, not {expected.tolist()}"
    few = found.numel() <= MOST_VALUES
    assert close, f"{call} {values if few else 'has the right shape but other values'}"


def positive_numbers(*shape: int, seed: int = 0) -> Tensor:
    """Repeatable numbers of this shape, 0.1 to 1.1, in float64: no product of them is 0."""
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64) + 0.1
