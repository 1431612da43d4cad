"""Processes of their own, with the CPU seconds that they took, and peak memory."""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Outcome:
    """What a process left.

    Attributes:
        seconds: Of the CPU, on all threads.
        out: What it printed.
    """

    seconds: float
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
        return Outcome(usage.ru_utime + usage.ru_stime, out.read())


def knows_its_peak() -> bool:
    """Whether a process can ask for its peak memory (on Linux)."""
    return STATUS.exists()


def peak_bytes() -> int:
    """The most memory that this process has held since it began.

    What the operating system tells the parent would not do: it counts the parent's memory too, from
    which a new process begins.
    """
    lines = STATUS.read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
