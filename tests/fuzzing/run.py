"""Fuzz what reads files of strangers: ``run.py [TARGET ...] --seconds N --seed S``, ``make fuzz``.

Inputs are made from good contents by ``mutate``, the same ones for the same seed. They run in
processes of their own, many in one, so that one that crashes or hangs is named and the rest goes
on. What is found is stored with its traceback, made small by leaving pieces out. The exit status
is 1 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import mmap
import os
import random
import resource
import shutil
import signal
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mutate import mutated
from target import Target
from targets import TARGETS

BATCH = 500
"""Inputs of one process, at most."""

HANG = 2.0
"""Seconds of computing that one input may take."""

WAIT = 20.0
"""Seconds that it may take in all, such as waiting for what never comes."""

PEAK = 1 << 30
"""Bytes of memory that one input may take: none is larger than a mebibyte."""

ADDRESSES = 4 << 30
"""Bytes that a process may ask for, beside what it has."""

LARGE = ("peak above 1 GiB", "asks for more than 4 GiB")

TRIES = 60
"""Smaller forms of a finding that are tried."""

MACOS = sys.platform == "darwin"


Contents = Callable[[int], bytes]
"""Gives the input of a number."""

Finding = tuple[int, str, str]
"""The number of an input, the kind of what came of it, and a traceback."""


@dataclass
class Tally:
    """What came of a target: findings by their kind, each with an input and its traceback."""

    inputs: int = 0
    seconds: float = 0.0
    kinds: Counter[str] = field(default_factory=Counter)
    findings: dict[str, tuple[bytes, str]] = field(default_factory=dict)


def input_of(target: Target, seeds: list[bytes], seed: int, number: int) -> bytes:
    """The input of this number; the first ones are the seeds themselves."""
    if number < len(seeds):
        return seeds[number]
    rng = random.Random(f"{seed} {number}")
    content = mutated(rng, seeds)
    return target.repaired(content) if rng.random() < 0.8 else content


def tried(
    target: Target, contents: Contents, first: int, end: float, count: int
) -> tuple[int, list[Finding]]:
    """Run inputs in a process of its own.

    Args:
        target: What takes them.
        contents: The inputs.
        first: The number of the first.
        end: When to stop, on the clock of ``time.monotonic``.
        count: How many inputs, at most.

    Returns:
        The number after the last input that was run, and what was found.
    """
    current = mmap.mmap(-1, 8)
    current[:] = struct.pack("q", first)
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work(target, contents, range(first, first + count), end, current, writing, folder)
    os.close(writing)
    with os.fdopen(reading) as lines:
        found = [tuple(json.loads(line)) for line in lines if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    shutil.rmtree(folder, ignore_errors=True)
    (last,) = struct.unpack("q", current[:])
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        slow = number in (signal.SIGPROF, signal.SIGALRM)
        found.append((last, "hang" if slow else f"crash ({signal.Signals(number).name})", ""))
        last += 1
    elif os.WEXITSTATUS(status):
        found.append((last, f"exit status {os.WEXITSTATUS(status)}", ""))
        last += 1
    return last, found


def _work(
    target: Target,
    contents: Contents,
    numbers: range,
    end: float,
    current: mmap.mmap,
    writing: int,
    folder: Path,
) -> None:
    """Run the inputs, tell what is found, and end the process; what decoders print is dropped."""
    try:
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
        _limit_memory()
        before = _peak()
        for number in numbers:
            current[:] = struct.pack("q", number)
            if time.monotonic() >= end:
                break
            found = _outcome(target, contents(number))
            if found is None and _peak() > before + PEAK:
                found = LARGE[0], ""
            if found is not None:
                os.write(writing, (json.dumps((number, *found)) + "\n").encode())
            if _peak() > before + PEAK:
                current[:] = struct.pack("q", number + 1)
                break
        else:
            current[:] = struct.pack("q", numbers.stop)
    except BaseException:
        failure = (numbers.start, "the fuzzer fails", traceback.format_exc())
        os.write(writing, (json.dumps(failure) + "\n").encode())
        os._exit(3)
    os._exit(0)


def _outcome(target: Target, content: bytes) -> tuple[str, str] | None:
    """The kind of what the target raises and its traceback; a hang ends the process."""
    signal.setitimer(signal.ITIMER_PROF, HANG)
    signal.setitimer(signal.ITIMER_REAL, WAIT)
    try:
        target.run(content)
    except MemoryError:
        return LARGE[1], traceback.format_exc()
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return f"{type(error).__name__} at {where}", traceback.format_exc()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    return None


def _limit_memory() -> None:
    """Let no input take the memory of the machine; macOS has no such limit."""
    if not MACOS:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + ADDRESSES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if MACOS else 1024)


def kinds_of(target: Target, content: bytes) -> set[str]:
    """What comes of one input."""
    _, found = tried(target, lambda _: content, 0, time.monotonic() + 60, 1)
    return {kind for _, kind, _ in found}


def smaller(target: Target, content: bytes, kind: str) -> bytes:
    """The content without pieces that the finding does not need, halves first."""
    size, tries = len(content) // 2, TRIES
    while size >= 1 and tries:
        place = 0
        while place < len(content) and tries:
            rest = content[:place] + content[place + size :]
            tries -= 1
            if kind in kinds_of(target, rest):
                content = rest
            else:
                place += size
        size //= 2
    return content


def fuzzed(target: Target, seconds: float, seed: int, most: int = sys.maxsize) -> Tally:
    """Run a target for so long; a finding counts if it comes again."""
    seeds, tally, start = target.seeds(), Tally(), time.monotonic()
    end, number = start + seconds, 0

    def contents(number: int) -> bytes:
        return input_of(target, seeds, seed, number)

    while number < most and time.monotonic() < end:
        number, found = tried(target, contents, number, end, min(BATCH, most - number))
        for which, kind, text in found:
            if kind in tally.findings or kind in kinds_of(target, contents(which)):
                tally.kinds[kind] += 1
                tally.findings.setdefault(kind, (contents(which), text))
    tally.inputs, tally.seconds = number, time.monotonic() - start
    return tally


def store(folder: Path, name: str, target: Target, tally: Tally) -> None:
    """Write each kind of finding, made small, and its traceback."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, (content, text) in tally.findings.items():
        stem = f"{name}-{''.join(sign if sign.isalnum() else '-' for sign in kind)}"
        (folder / f"{stem}.bin").write_bytes(smaller(target, content, kind))
        (folder / f"{stem}.txt").write_text(f"{kind}\n{text}", errors="backslashreplace")


def line_about(name: str, tally: Tally) -> str:
    """A row of the table."""
    hangs, peaks = tally.kinds["hang"], sum(tally.kinds[kind] for kind in LARGE)
    others = tally.kinds.total() - hangs - peaks
    cells = (tally.inputs, f"{tally.seconds:.0f}", others, hangs, peaks)
    return f"{name:12}" + "".join(f"{cell:>12}" for cell in cells)


def main(arguments: list[str] | None = None) -> int:
    """Run the targets that are named, or all; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--seconds", type=float, default=60, help="for each target")
    parser.add_argument("--inputs", type=int, default=sys.maxsize, help="of each, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("_build/fuzz"), help="for findings")
    options = parser.parse_args(arguments)
    if unknown := set(options.targets) - set(TARGETS):
        parser.error(f"no such target: {', '.join(sorted(unknown))}")
    found = False
    columns = ("inputs", "seconds", "exceptions", "hangs", "peaks")
    print(f"{'target':12}" + "".join(f"{column:>12}" for column in columns))
    for name in options.targets or TARGETS:
        tally = fuzzed(TARGETS[name], options.seconds, options.seed, options.inputs)
        print(line_about(name, tally), flush=True)
        for kind, count in tally.kinds.most_common():
            print(f"    {count} × {kind}\n{tally.findings[kind][1]}", flush=True)
        if tally.findings:
            found = True
            store(options.output, name, TARGETS[name], tally)
            print(f"    stored in {options.output}")
    return int(found)


if __name__ == "__main__":
    sys.exit(main())
