"""One line of the benchmark: a ratio with its spread, and the floor that it must not fall below."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from course_utils.analysis.timing import readings_in_turns

ROUNDS = 5


@dataclass(frozen=True)
class Row:
    """A ratio: above 1 the course is better than what it is compared with.

    Attributes:
        name: Of the row in ``targets.py``.
        what: What is compared, in words.
        ratio: The median over the rounds; ``None`` where nothing was measured.
        low: The first quartile.
        high: The third quartile.
        figures: What was read: seconds, bytes, as they are.
        note: What else must be said, such as which pictures; why nothing was measured.
        aim: What was hoped for.
        floor: Below it ``make bench`` fails.
    """

    name: str
    what: str
    ratio: float | None
    low: float | None = None
    high: float | None = None
    figures: dict[str, float] | None = None
    note: str = ""
    aim: float | None = None
    floor: float | None = None

    @property
    def failed(self) -> bool:
        """Whether the ratio lies below its floor."""
        return self.ratio is not None and self.floor is not None and self.ratio < self.floor

    @property
    def missed(self) -> bool:
        """Whether the ratio lies below its aim."""
        return self.ratio is not None and self.aim is not None and self.ratio < self.aim

    def held_to(self, aim: float | None, floor: float | None) -> "Row":
        """The row with what is asked of it."""
        return replace(self, aim=aim, floor=floor)


def skipped(name: str, what: str, reason: str) -> Row:
    """A row that cannot be measured here."""
    return Row(name, what, None, note=f"skipped: {reason}")


def compared(
    name: str,
    what: str,
    peer: Callable[[], object],
    ours: Callable[[], object],
    rounds: int = ROUNDS,
    note: str = "",
    seconds: Callable[..., list[list[float]]] = readings_in_turns,
) -> Row:
    """Time two computations in turns: CPU seconds of the peer by those of the course.

    Args:
        name: Of the row.
        what: In words.
        peer: What the course is compared with.
        ours: The course.
        rounds: At least 5, for a figure that is recorded.
        note: For the row.
        seconds: Reads the clock.
    """
    theirs, own = seconds([peer, ours], rounds=rounds)
    ratios = [a / b for a, b in zip(theirs, own, strict=True)]
    figures = {"peer": statistics.median(theirs), "course": statistics.median(own)}
    return from_ratios(name, what, ratios, figures, note)


def from_ratios(
    name: str, what: str, ratios: list[float], figures: dict[str, float], note: str = ""
) -> Row:
    """A row from the ratio of each round."""
    low, median, high = (
        statistics.quantiles(ratios, n=4, method="inclusive") if len(ratios) > 1 else ratios * 3
    )
    return Row(name, what, median, low, high, figures, note)


def process_seconds(work: Callable[[], object]) -> float:
    """Seconds that this process computes, on all its threads together."""
    start = time.process_time()
    work()
    return time.process_time() - start
