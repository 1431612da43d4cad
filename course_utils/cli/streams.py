"""Standard output and standard error: they may be closed, on a full disk, or know few signs."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from course_utils.errors import CourseError


def prepare() -> None:
    """Let all that is printed be printable, and keep the numbers of closed streams from files.

    A library writes its warnings to the file descriptor 2, whatever that is.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def require_output() -> None:
    """Raise a CourseError if standard output is closed: the result could not be read."""
    if sys.stdout is None:
        raise CourseError("standard output is closed; send it to a file, or to /dev/null")


def problem_with_output() -> str | None:
    """Why what was printed could not be written, if that is so; what is left is given up."""
    try:
        sys.stdout.flush()
    except OSError as error:
        give_up_output()
        return f"standard output: cannot be written ({error.strerror or error})"
    return None


def give_up_output() -> None:
    """Let what is left go nowhere: the interpreter would complain about it at its end."""
    _lead_nowhere(sys.stdout)


@contextmanager
def best_effort() -> Iterator[None]:
    """Say something to standard error; where that cannot be written, nothing can be said."""
    try:
        yield
    except OSError:
        _lead_nowhere(sys.stderr)


def _lead_nowhere(stream: object) -> None:
    with suppress(OSError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]
        os.close(nowhere)
