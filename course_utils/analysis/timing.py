"""How long a computation takes, measured so that the number means something."""

import statistics
import time
from collections.abc import Callable

import torch


def median_seconds(
    work: Callable[[], object], device: torch.device | str = "cpu", repeats: int = 7
) -> float:
    """Time a computation: once without counting, then ``repeats`` times; return the median.

    Args:
        work: What to time; it takes no argument.
        device: Where it computes. A GPU is waited for before each look at the clock.
        repeats: How many readings count.
    """
    work()
    readings = []
    for _ in range(repeats):
        wait_for(device)
        start = time.perf_counter()
        work()
        wait_for(device)
        readings.append(time.perf_counter() - start)
    return statistics.median(readings)


def wait_for(device: torch.device | str) -> None:
    """Wait until the device has done all that was asked of it; a CPU always has."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize(device)
