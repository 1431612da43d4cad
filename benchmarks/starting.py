"""What it costs to start: the command line's help, and importing the package."""

import statistics
import sys

from benchmarks.processes import run
from benchmarks.row import ROUNDS, Row, from_ratios

HELP_SECONDS, IMPORT_SECONDS = 0.5, 0.1


def rows(rounds: int = ROUNDS) -> list[Row]:
    """Allowed CPU seconds by those that were taken."""
    return [help_row(rounds), import_row(rounds)]


def help_row(rounds: int) -> Row:
    """``course-utils --help``."""
    command = [sys.executable, "-m", "course_utils", "--help"]
    taken = [run(command).seconds for _ in range(rounds)]
    figures = {"allowed": HELP_SECONDS, "course": statistics.median(taken)}
    what = f"course-utils --help: {HELP_SECONDS} CPU-seconds allowed"
    return from_ratios("help", what, [HELP_SECONDS / seconds for seconds in taken], figures)


def import_row(rounds: int) -> Row:
    """``import torch``, with ``import course_utils`` and without."""
    pairs = [
        (_seconds("import torch"), _seconds("import torch, course_utils")) for _ in range(rounds)
    ]
    base, both = (statistics.median(part) for part in zip(*pairs, strict=True))
    allowed = [(alone + IMPORT_SECONDS) / more for alone, more in pairs]
    figures = {"torch": base, "torch and course_utils": both, "allowed more": IMPORT_SECONDS}
    what = f"import course_utils: import torch and {IMPORT_SECONDS} CPU-seconds allowed"
    return from_ratios("import", what, allowed, figures)


def _seconds(code: str) -> float:
    return run([sys.executable, "-c", code]).seconds
