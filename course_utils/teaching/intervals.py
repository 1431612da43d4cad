"""What a few runs with different seeds say, and how sure one may be of it."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean and how far off it may be.

    Attributes:
        mean: Of the runs.
        half_width: In 95 of 100 such experiments the true mean lies within this distance
            (Student's t distribution; the runs' results taken as normally distributed).
    """

    mean: float
    half_width: float


def confidence_interval(values: Sequence[float]) -> Interval:
    """The mean of some runs and its 95 % interval.

    >>> interval = confidence_interval([0.90, 0.92, 0.94])
    >>> round(interval.mean, 3), round(interval.half_width, 3)
    (0.92, 0.05)

    Args:
        values: One result for each seed.

    Raises:
        ValueError: If there are fewer than two.
    """
    if len(values) < 2:
        raise ValueError("one run says nothing about the next: give the results of two or more")
    t = stdtrit(len(values) - 1, (1 + CONFIDENCE) / 2)
    standard_error = statistics.stdev(values) / math.sqrt(len(values))
    return Interval(statistics.fmean(values), float(t * standard_error))
