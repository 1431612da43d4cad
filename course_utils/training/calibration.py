"""Whether a classifier is right as often as its probabilities say."""

from dataclasses import dataclass, field

import torch
from torch import Tensor

BINS = 10


@dataclass
class Calibration:
    """Answers, counted by how probable the network calls them.

    The ranges are of equal width; the last one holds the probability 1, too.

    Attributes:
        counts: Answers in each range, ``(BINS,)``.
        right: How many of them are right.
        sums: Of their probabilities.
    """

    counts: Tensor = field(default_factory=lambda: torch.zeros(BINS, dtype=torch.int64))
    right: Tensor = field(default_factory=lambda: torch.zeros(BINS, dtype=torch.int64))
    sums: Tensor = field(default_factory=lambda: torch.zeros(BINS, dtype=torch.float64))

    def add(self, probabilities: Tensor, is_right: Tensor) -> None:
        """Count the answers to a batch: their probabilities ``(N,)``, and which are right."""
        probabilities = probabilities.double().nan_to_num()
        bins = (probabilities * BINS).long().clamp(0, BINS - 1)
        self.counts += torch.bincount(bins, minlength=BINS)
        self.right += torch.bincount(bins[is_right], minlength=BINS)
        self.sums += torch.bincount(bins, weights=probabilities, minlength=BINS)

    def __add__(self, other: "Calibration") -> "Calibration":
        return Calibration(
            self.counts + other.counts, self.right + other.right, self.sums + other.sums
        )

    @property
    def expected_error(self) -> float:
        """The expected calibration error, 0 to 1; nan if nothing was counted.

        It is the mean distance between the share of right answers and their mean probability,
        over the ranges, each weighted with its number of answers (Guo et al., "On Calibration of
        Modern Neural Networks" (2017), equation 3).
        """
        return ((self.right - self.sums).abs().sum() / self.counts.sum()).item()
