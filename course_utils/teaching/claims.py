"""What a chapter says is checked where it says it: a cell reports, and never stops for a number.

Which numbers are right, the tests decide: they compare what is printed with what is stored, and
nothing with ``UNEXPECTED`` in it is ever stored.
"""

import ast
import inspect
import linecache
import math
import re
from types import FrameType
from typing import Any

UNEXPECTED = " ← not as in the book"
"""The end of a line that says something else than the book does."""


def claim(
    text: str,
    value: Any,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    digits: int = 2,
) -> None:
    """Print a number with the bounds that the book claims: ``accuracy 0.94 (at least 0.85)``.

    Args:
        text: What was measured.
        value: A number, or a tensor or an array that holds one.
        at_least: The lower bound.
        at_most: The upper bound.
        digits: Digits after the point. A number too small for them is shown by its first digit
            and a power of ten, and an integer as it is.

    Raises:
        TypeError: If there is no bound, or the value is no number: what is true or false is for
            ``expect``.

    Example:
        >>> claim("gap", 2.1e-7, at_most=1e-6)
        gap 2e-7 (at most 1e-6)
    """
    number, bounds = _plain(value), {"at least": at_least, "at most": at_most}
    named = [f"{name} {_bound(bound)}" for name, bound in bounds.items() if bound is not None]
    if isinstance(number, bool) or not isinstance(number, int | float) or not named:
        raise TypeError(f"{text}: give a number and a bound; for what is true there is expect")
    low = -math.inf if at_least is None else at_least
    high = math.inf if at_most is None else at_most
    kept = low <= number <= high  # never true of nan
    print(f"{text} {_number(number, digits)} ({', '.join(named)}){'' if kept else UNEXPECTED}")


def expect(truth: Any, text: str | None = None) -> None:
    """Print nothing where something is true, and else a line that says that it is not.

    Args:
        truth: What should be true.
        text: What to print; if there is none, the code that was asked.
    """
    if not truth:
        print(f"{text or _asked(inspect.currentframe())}{UNEXPECTED}")


def holds(text: str, truth: Any) -> None:
    """Print a claim with its verdict."""
    print(f"{text}: {bool(truth)}{'' if truth else UNEXPECTED}")


def _plain(value: Any) -> Any:
    """The one number of a tensor or an array, or what was given."""
    return value.item() if hasattr(value, "item") else value


def _number(value: float, digits: int) -> str:
    if isinstance(value, int) or value == 0:
        return str(int(value))
    if abs(value) < 10.0**-digits:
        return _short_exponent(f"{value:.0e}")
    return f"{value:.{digits}f}"


def _bound(value: float) -> str:
    return str(value) if isinstance(value, int) else _short_exponent(f"{value:.12g}")


def _short_exponent(text: str) -> str:
    """``1e-06`` → ``1e-6``, ``1e+06`` → ``1e6``."""
    return re.sub(r"e(-?)\+?0*(\d)", r"e\1\2", text)


def _asked(here: FrameType | None) -> str:
    """What the call asks that the caller of this function is in, as code."""
    caller = here.f_back if here else None
    where = inspect.getframeinfo(caller).positions if caller else None
    if caller and where:
        lines = linecache.getlines(caller.f_code.co_filename, caller.f_globals)
        for node in ast.walk(ast.parse("".join(lines))):
            place = getattr(node, "lineno", 0), getattr(node, "end_col_offset", 0)
            if isinstance(node, ast.Call) and place == (where.lineno, where.end_col_offset):
                return ast.unparse(node.args[0])
    return "a check"
