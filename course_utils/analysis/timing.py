"""How long computations take, alone or in turns, measured so that the number means something."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Timing:
    """Seconds of one computation, read several times.

    Attributes:
        median: Half of the readings are shorter.
        spread: Between the first and the third quartile: half of the readings lie within it.
    """

    median: float
    spread: float


def measure_time(
    work: Callable[[], object], device: torch.device | str = "cpu", repeats: int = 7
) -> Timing:
    """Time a computation: once without counting, then ``repeats`` times.

    Args:
        work: What to time; it takes no argument.
        device: Where it computes. A GPU is waited for before each look at the clock.
        repeats: How many readings count; at least 2.
    """
    work()
    readings = []
    for _ in range(repeats):
        wait_for(device)
        start = time.perf_counter()
        work()
        wait_for(device)
        readings.append(time.perf_counter() - start)
    first, median, third = statistics.quantiles(readings, n=4, method="inclusive")
    return Timing(median, third - first)


def median_seconds(
    work: Callable[[], object], device: torch.device | str = "cpu", repeats: int = 7
) -> float:
    """The median of ``measure_time``."""
    return measure_time(work, device, repeats).median


def wait_for(device: torch.device | str) -> None:
    """Wait until the device has done all that was asked of it; a CPU always has."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize(device)
    elif torch.device(device).type == "mps":
        torch.mps.synchronize()


def seconds_in_turns(
    works: Sequence[Callable[[], object]], device: torch.device | str = "cpu", rounds: int = 9
) -> list[float]:
    """Time several computations that take turns, so that a busy moment slows all of them alike.

    Each is called once without counting, then once in every round.

    Args:
        works: What to time; each takes no argument.
        device: Where they compute. On a CPU the seconds are those that this process computed,
            on all its threads together: other programs do not count. A GPU is waited for, and
            the seconds are those that passed.
        rounds: How many readings of each count.

    Returns:
        The median of the readings of each.
    """
    readings = readings_in_turns(works, device, rounds)
    return [statistics.median(own) for own in readings]


def readings_in_turns(
    works: Sequence[Callable[[], object]], device: torch.device | str = "cpu", rounds: int = 9
) -> list[list[float]]:
    """All readings of ``seconds_in_turns``: for each computation one of each round."""
    for work in works:
        work()
    readings: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, own in zip(works, readings, strict=True):
            start = _clock(device)
            work()
            own.append(_clock(device) - start)
    return readings


def _clock(device: torch.device | str) -> float:
    """What the clock says when the device has done all that was asked of it."""
    wait_for(device)
    on_cpu = torch.device(device).type == "cpu"
    return time.process_time() if on_cpu else time.perf_counter()
