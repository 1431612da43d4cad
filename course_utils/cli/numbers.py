"""Numbers on the command line: each option has a range, and refuses all else in one sentence."""

from typing import Any

import click

LONGEST = 40
"""Signs of a number; what is longer is none that any option takes."""


class Whole(click.IntRange):
    """A whole number from ``least`` to ``most``."""

    def __init__(self, least: int, most: int) -> None:
        super().__init__(least, most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number that the text is."""
        if len(str(value)) <= LONGEST:
            try:
                return int(require_between(int(value), *_ends(self)))
            except ValueError:
                pass
        return self.fail(f"{value!r}: give a whole number {range_text(*_ends(self))}", param, ctx)


class Real(click.FloatRange):
    """A number from ``least`` to ``most``; ``above`` leaves the least one out."""

    def __init__(self, least: float, most: float, *, above: bool = False) -> None:
        super().__init__(least, most, min_open=above)

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number that the text is."""
        if len(str(value)) <= LONGEST:
            try:
                return require_between(float(value), *_ends(self), above=self.min_open)
            except ValueError:
                pass
        span = range_text(*_ends(self), above=self.min_open)
        return self.fail(f"{value!r}: give a number {span}", param, ctx)


def require_between(number: float, least: float, most: float, *, above: bool = False) -> float:
    """The number, if it lies in the range; what is no number (``nan``) lies in none.

    Raises:
        ValueError: If it does not.
    """
    if not least <= number <= most or (above and number == least):
        raise ValueError(number)
    return number


def numbers_in(
    text: str, between: str, least: float, most: float, *, above: bool = False
) -> tuple[float, ...]:
    """Several numbers in a text, all in one range.

    Raises:
        ValueError: If one is none, or out of the range.
    """
    parts = text.split(between)
    if max(map(len, parts)) > LONGEST:
        raise ValueError(text)
    return tuple(require_between(float(part), least, most, above=above) for part in parts)


def sides_in(text: str, count: int) -> tuple[int, ...] | None:
    """Whole numbers with ``x`` between, such as ``160x256``; ``None`` if they are not so many."""
    parts = text.split("x")
    right = len(parts) == count and all(part.isascii() and part.isdecimal() for part in parts)
    return tuple(map(int, parts)) if right and max(map(len, parts)) <= LONGEST else None


def range_text(least: float, most: float, *, above: bool = False) -> str:
    """The range in words.

    >>> range_text(0, 100, above=True)
    'above 0 and at most 100'
    """
    ends = (f"{end:.0f}" if end == int(end) and end < 1e15 else f"{end:g}" for end in (least, most))
    return ("above {} and at most {}" if above else "from {} to {}").format(*ends)


def _ends(kind: click.IntRange | click.FloatRange) -> tuple[float, float]:
    assert kind.min is not None
    assert kind.max is not None
    return kind.min, kind.max
