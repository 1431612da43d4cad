"""The times of several computations side by side, so that their ratios mean something."""

import statistics
import time
from collections.abc import Callable, Sequence

import torch

from course_utils.analysis.timing import wait_for


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
    return [statistics.median(own) for own in readings_in_turns(works, device, rounds)]


def readings_in_turns(
    works: Sequence[Callable[[], object]], device: torch.device | str = "cpu", rounds: int = 9
) -> list[list[float]]:
    """All readings of ``seconds_in_turns``: for each computation one of each round."""
    for work in works:
        work()
    readings: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, own in zip(works, readings, strict=True):
            start = _seconds(device)
            work()
            own.append(_seconds(device) - start)
    return readings


def _seconds(device: torch.device | str) -> float:
    """What the clock says when the device has done all that was asked of it."""
    wait_for(device)
    on_cpu = torch.device(device).type == "cpu"
    return time.process_time() if on_cpu else time.perf_counter()
