"""Run ``course-utils`` as a user does, in this process or in one of its own."""

import io
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
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
        try:
            main()
        except SystemExit as stop:
            status = stop.code
    return Outcome(status, _written(out), _written(err))


def start_process(*arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    """Start ``python -m course_utils`` with pipes for both outputs."""
    command = [sys.executable, "-m", "course_utils", *map(str, arguments)]
    pipes: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A shell starts background jobs with Ctrl-C ignored, and a child would inherit that.
    pipes |= {"preexec_fn": partial(signal.signal, signal.SIGINT, signal.SIG_DFL)}
    return subprocess.Popen(command, **(pipes | options))  # type: ignore[call-overload]


def run_process(*arguments: str | Path) -> Outcome:
    """Run ``python -m course_utils`` in a process of its own."""
    process = start_process(*arguments)
    out, err = process.communicate(timeout=120)
    return Outcome(process.returncode, out, err)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    stream.seek(0)
    return stream.read()
