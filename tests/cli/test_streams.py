"""Standard output may be closed, on a full disk, or know few signs."""

import errno
import io
import os
import sys

import pytest

from course_utils.cli import streams
from course_utils.errors import CourseError


class Broken(io.TextIOWrapper):
    """A stream that nothing can be written to, once it is broken."""

    error: OSError | None = None

    def write(self, text: str) -> int:
        raise self.error or AssertionError

    def flush(self) -> None:
        if self.error:
            raise self.error


def test_names_that_are_no_text_can_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, shown in (("utf-8", b"\xe8\x9c\x82 \\udce9"), ("ascii", b"\\u8702 \\udce9")):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, "stdout", stream)
        streams.prepare()
        print("蜂 \udce9", end="", flush=True)
        assert stream.buffer.getvalue() == shown  # type: ignore[attr-defined]
        assert sys.stdout.encoding == encoding


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EBADF, errno.EPIPE])
def test_an_error_of_the_output_says_so(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Broken(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", stream)
    streams.prepare()
    stream.error = OSError(number, os.strerror(number))
    for work in (lambda: sys.stdout.write("x"), sys.stdout.flush):
        with pytest.raises(OSError, match=os.strerror(number)) as caught:
            work()
        assert caught.value.filename == "standard output"
    streams.end_output()
    stream.error = None


def test_a_closed_output_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    streams.require_output()
    monkeypatch.setattr(sys, "stdout", None)
    streams.prepare()
    with pytest.raises(CourseError, match="standard output is closed"):
        streams.require_output()


def test_the_numbers_of_closed_streams_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that no file gets the number to which libraries write their warnings."""
    opened: list[str] = []

    def fstat(number: int) -> None:
        if number == 2:
            raise OSError(errno.EBADF, "Bad file descriptor")

    with monkeypatch.context() as patches:
        patches.setattr(os, "fstat", fstat)
        patches.setattr(os, "open", lambda path, flags: opened.append(path))
        patches.setattr(sys, "stdout", None)
        streams.prepare()
    assert opened == [os.devnull]


def test_what_cannot_be_said_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Broken(io.BytesIO())
    stream.error = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(sys, "stderr", stream)
    with streams.best_effort():
        print("a word", file=sys.stderr)
    with pytest.raises(ZeroDivisionError), streams.best_effort():
        raise ZeroDivisionError
    stream.error = None
