"""Processes of their own, with the CPU seconds and the peak memory that they took."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Outcome:
    """What a process left.

    Attributes:
        seconds: Of the CPU, on all threads.
        peak: Bytes of memory at the most.
        out: What it printed.
    """

    seconds: float
    peak: int
    out: str


def run(command: Sequence[str], cwd: Path = ROOT) -> Outcome:
    """Run a command to its end.

    Raises:
        RuntimeError: If its exit status is not 0; with what it said.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err, env=environment)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for stream in (out, err):
            stream.seek(0)
        if status:
            raise RuntimeError(f"{' '.join(command)}: {err.read()}")
        return Outcome(usage.ru_utime + usage.ru_stime, 1024 * usage.ru_maxrss, out.read())
