"""Standard output and standard error: they may be closed, on a full disk, or know few signs."""

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO, cast

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
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  until the very end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
        sys.stdout = cast("TextIO", Output(sys.stdout))


class Output:
    """Standard output, whose errors say that they are its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write the text, at once or later."""
        with _named():
            return self._stream.write(text)

    def flush(self) -> None:
        """Write what is still to be written."""
        with _named():
            self._stream.flush()


@contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        error.filename = "standard output"
        raise


def require_output() -> None:
    """Raise a CourseError if standard output is closed: the result could not be read."""
    if sys.stdout is None:
        raise CourseError("standard output is closed; send it to a file, or to /dev/null")


def end_output() -> None:
    """Write what is left, or nowhere: the interpreter would complain about it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
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
