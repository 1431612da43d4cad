"""Checks of the exercises: they say what is still wrong, never how to write it."""

from collections.abc import Callable
from typing import Any

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
