"""What a few runs with different seeds say, and how sure one may be of it."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
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


def difference_interval(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the second mean less the first, by Welch: both may scatter differently.

    >>> low, high = difference_interval([0.90, 0.92, 0.94], [0.93, 0.94, 0.95])
    >>> round(low, 3), round(high, 3)
    (-0.022, 0.062)

    Args:
        first: Two results or more, one for each seed.
        second: Likewise, as many or others.

    Raises:
        ValueError: If one has fewer than two, or no result differs from another.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError("give two results of each, or more")
    both = [np.asarray([values], float) for values in (first, second)]
    difference, half = _welch(*both)
    if np.isnan(half[0]):
        raise ValueError("results that do not differ at all give no interval")
    return float(difference[0] - half[0]), float(difference[0] + half[0])


def verdicts(first: Sequence[float], second: Sequence[float], count: int) -> tuple[int, int, int]:
    """Draw so many results of each in all ways, and count what the interval says each time.

    Args:
        first: Results, one for each seed.
        second: Likewise.
        count: How many are drawn of each.

    Returns:
        In how many ways the first lies ahead, nothing is decided, and the second lies ahead.
    """
    one, two = (
        np.array(list(combinations(values, count)), dtype=float) for values in (first, second)
    )
    ahead, behind, total = 0, 0, len(one) * len(two)
    for drawn in one:
        difference, half = _welch(np.broadcast_to(drawn, two.shape), two)
        ahead += int((difference - half > 0).sum())
        behind += int((difference + half < 0).sum())
    return behind, total - ahead - behind, ahead


def _welch(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Difference of the means of each row, and half of its interval; nan where nothing scatters."""
    errors = [values.var(axis=1, ddof=1) / values.shape[1] for values in (first, second)]
    square = errors[0] + errors[1]
    square = np.where(square > 1e-12, square, np.nan)
    parts = [
        error**2 / (values.shape[1] - 1)
        for error, values in zip(errors, (first, second), strict=True)
    ]
    freedom = square**2 / (parts[0] + parts[1])
    half = stdtrit(freedom, (1 + CONFIDENCE) / 2) * np.sqrt(square)
    return second.mean(axis=1) - first.mean(axis=1), half
