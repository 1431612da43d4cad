"""How long a computation takes, measured so that the number means something."""

import statistics
import time
from collections.abc import Callable
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
