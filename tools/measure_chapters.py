"""Measure what every chapter costs, record it, and write it into the chapters.

Run by ``make budgets``. Each notebook runs in a process of its own, with one thread and the
embedded data. Its CPU time counts, not the clock's, and beside it that of a fixed piece of work.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", COURSE_DATA="embedded")

import argparse
import platform
import resource
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path

import psutil

import yardstick
from budgets import (
    RECORD,
    ROOT,
    Cost,
    begin,
    chapters,
    notebook_path,
    read_record,
    say_cost,
    write_record,
)

INTERVAL = 1.0
"""Seconds between two looks at the memory; each look takes time of a shared core."""


class Watch(threading.Thread):
    """Looks at the memory of all processes below this one, again and again.

    A page that several processes share counts once. ``getrusage`` knows the largest memory of
    one process, but not what several hold at the same time.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Look until ``over`` is set."""
        while not self.over.wait(INTERVAL):
            self.peak = max(self.peak, memory_below())


def memory_below() -> int:
    """Return the bytes that all processes below this one hold together."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may have ended meanwhile
            total += process.memory_full_info().pss
    return total


def measure(path: Path) -> tuple[float, float]:
    """Execute a notebook; to be called in a process that has started no other.

    Returns:
        CPU seconds, and the largest memory in GiB, of its kernel and of what that started.
    """
    from refresh import execute

    watch = Watch()
    watch.start()
    execute(path)
    watch.over.set()
    watch.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = max(usage.ru_maxrss * 2**10, watch.peak)  # Linux counts in KiB
    return usage.ru_utime + usage.ru_stime, peak / 2**30


def make_cost(seconds: float, yardstick_seconds: float, memory: float, state: str) -> Cost:
    """A reading, and what it says of a quiet core."""
    quiet = seconds * yardstick.QUIET / yardstick_seconds
    return Cost(
        round(seconds, 1), round(yardstick_seconds, 1), round(quiet, 1), round(memory, 2), state
    )


def measure_apart(path: Path) -> tuple[float, float]:
    """Do the same in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, path).result()


def processor() -> str:
    """Return the name of the processor, as Linux gives it."""
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123
        for line in lines:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def commit() -> str:
    """Return the commit that is checked out, with ``-dirty`` where files have changed."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout[:-1]


def chosen_chapters(paths: list[Path]) -> list[str]:
    """Return the chapters of these notebooks, or all if there are none.

    Raises:
        SystemExit: If one is no chapter of the book.
    """
    known = {notebook_path(name): name for name in chapters()}
    unknown = [path for path in paths if path.resolve() not in known]
    if unknown:
        raise SystemExit(f"{unknown[0]}: is no notebook of _toc.yml")
    return [known[path.resolve()] for path in paths] or list(known.values())


def main() -> None:
    """Measure the chapters that are named, or all; each is written down at once."""
    if not sys.platform.startswith("linux"):
        raise SystemExit("make budgets reads the memory of processes as Linux counts it.")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("notebooks", nargs="*", type=Path, help="all chapters if none is named")
    # Not above: a kernel would count the memory of the process that starts it, with PyTorch in it.
    from course_utils.training.results import versions

    paths = parser.parse_args().notebooks
    names, state = chosen_chapters(paths), commit()
    old = read_record() if paths and RECORD.exists() else None
    record = begin(old, processor(), versions())
    before = yardstick.seconds_now()
    for name in names:
        print(f"{name}: ", end="", flush=True)
        seconds, memory = measure_apart(notebook_path(name))
        after = yardstick.seconds_now()
        record.chapters[name] = cost = make_cost(seconds, (before + after) / 2, memory, state)
        before = after
        print(f"{seconds:.1f} s, yardstick {cost.yardstick_seconds} s, ", end="")
        print(f"on a quiet core {cost.cpu_seconds} s; {memory:.2f} GiB", flush=True)
        write_record(record, chapters())
        say_cost(notebook_path(name), record.chapters[name])
    print(f"together: {sum(record.chapters[name].cpu_seconds for name in names):.0f} s")


if __name__ == "__main__":
    main()
