"""What is fuzzed, and what may come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from course_utils.errors import CourseError


@dataclass(frozen=True)
class Target:
    """Something that reads what strangers wrote.

    Attributes:
        run: Takes the content of a file. It raises nothing but what is a fault. The working
            directory is an empty folder in which it may write.
        seeds: Makes contents that are good, from which others are made.
        repaired: Brings a changed content's checksums in order, so that what lies behind them is
            read, too.
    """

    run: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    repaired: Callable[[bytes], bytes] = lambda content: content


@contextmanager
def refusals() -> Iterator[None]:
    """Let the project's own errors pass, unless a lack of memory was at their beginning."""
    try:
        yield
    except CourseError as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, MemoryError):
            raise cause from None
