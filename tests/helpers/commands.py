"""Run ``course-utils`` as a user does, in this process or in one of its own."""

import io
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

from course_utils.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit status and what it wrote."""

    status: object
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def run_command(*arguments: str | Path) -> Outcome:
    """Run the command line in this process (starting PyTorch anew takes seconds)."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    status: object = "returned"
    argv = ["course-utils", *map(str, arguments)]
    with patch.object(sys, "argv", argv), redirect_stdout(out), redirect_stderr(err):
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            main()
        except SystemExit as stop:
            status = stop.code
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
    return Outcome(status, _written(out), _written(err))


def start_process(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    """Start ``python -m course_utils`` with pipes for both outputs."""
    command = [sys.executable, "-m", "course_utils", *map(str, arguments)]
    pipes: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A shell starts background jobs with Ctrl-C ignored, and a child would inherit that.
    pipes |= {"preexec_fn": partial(signal.signal, signal.SIGINT, signal.SIG_DFL)}
    return subprocess.Popen(command, **(pipes | options))  # type: ignore[call-overload]


@dataclass(frozen=True)
class Fork:
    """A command in a forked process, and what can be read of it."""

    process: BaseProcess
    out: TextIO
    err: TextIO

    def interrupt(self) -> None:
        """Send what Ctrl-C sends."""
        os.kill(self.process.pid or 0, signal.SIGINT)

    def outcome(self) -> Outcome:
        """Wait for its end."""
        out, err = ("" if stream.closed else stream.read() for stream in (self.out, self.err))
        self.process.join(60)
        return Outcome(self.process.exitcode, out, err)


def fork_command(*arguments: str | Path, terminal: int | None = None) -> Fork:
    """Start the command line in a forked process, which need not import PyTorch anew.

    Args:
        arguments: Of ``course-utils``.
        terminal: Where it writes its errors instead of into a pipe.
    """
    (out, out_end), (err, err_end) = os.pipe(), os.pipe()
    ends = (out_end, err_end if terminal is None else terminal)
    words = ["course-utils", *map(str, arguments)]
    process = get_context("fork").Process(target=_run_forked, args=(words, ends, (out, err)))
    process.start()
    os.close(out_end)
    os.close(err_end)
    return Fork(process, os.fdopen(out), os.fdopen(err))


def _run_forked(words: list[str], ends: tuple[int, int], others: tuple[int, int]) -> None:
    for descriptor in others:
        os.close(descriptor)
    for number, end in enumerate(ends, start=1):
        os.dup2(end, number)
    sys.stdout, sys.stderr = (os.fdopen(n, "w", encoding="utf-8") for n in (1, 2))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = words
    main()


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
