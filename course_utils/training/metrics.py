"""Counts of right and wrong answers, and the ratios that are made of them.

One confusion matrix serves pictures and pixels. The ratios of segmentation are those of Long,
Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation" (2015), section 5.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import torch
from torch import Tensor

NOTHING_IGNORED = -100
"""A label that no class has: PyTorch's default for labels that do not count."""

Z95 = NormalDist().inv_cdf(0.975)


def wilson_interval(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share that was counted; it never leaves 0 to 1.

    It takes what was counted as drawn independently (Wilson, "Probable Inference, the Law of
    Succession, and Statistical Inference" (1927)).

    >>> low, high = wilson_interval(81, 263)
    >>> round(low, 4), round(high, 4)
    (0.2553, 0.3662)

    Args:
        right: How many are.
        total: Of how many.

    Returns:
        Lower and upper end; nan if nothing was counted.
    """
    if not total:
        return math.nan, math.nan
    share, spread = right / total, Z95**2 / total
    middle = share + spread / 2
    half = math.sqrt(spread * (share * (1 - share) + spread / 4))
    low, high = ((middle + sign * half) / (1 + spread) for sign in (-1, 1))
    return max(0.0, low), min(1.0, high)


@dataclass(frozen=True)
class ConfusionMatrix:
    """How often each class was taken for each.

    Attributes:
        counts: ``counts[true][predicted]``, in pictures or in pixels.
    """

    counts: tuple[tuple[int, ...], ...]

    @property
    def total(self) -> int:
        """Number of all that was counted."""
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float:
        """Share of all that is labeled rightly (pixel accuracy, for pixels)."""
        counts = self._table()
        return (counts.trace() / counts.sum()).item()

    @property
    def shares(self) -> Tensor:
        """Of each true class, its share of all that was counted, ``(classes,)``."""
        counts = self._table()
        return counts.sum(dim=1) / counts.sum()

    @property
    def majority_share(self) -> float:
        """The accuracy of one who always answers with the most frequent class."""
        return self.shares.max().item()

    @property
    def majority_mean_iou(self) -> float:
        """Likewise the mean intersection over union; of all classes that occur, one is not 0."""
        occurring = (self.shares > 0).sum().item()
        return self.majority_share / occurring if occurring else math.nan

    @property
    def recall(self) -> Tensor:
        """Of each true class, the share that is found, ``(classes,)``; nan if there is none."""
        counts = self._table()
        return counts.diagonal() / counts.sum(dim=1)

    @property
    def precision(self) -> Tensor:
        """Of each answer, the share that is true, ``(classes,)``; nan if it was never given."""
        counts = self._table()
        return counts.diagonal() / counts.sum(dim=0)

    @property
    def iou(self) -> Tensor:
        """Intersection over union of each class, ``(classes,)``; nan if it never occurs."""
        counts = self._table()
        return counts.diagonal() / (counts.sum(dim=0) + counts.sum(dim=1) - counts.diagonal())

    @property
    def totals(self) -> tuple[Tensor, Tensor]:
        """How often each class is true, and how often it was answered, ``(classes,)`` each."""
        counts = torch.tensor(self.counts)
        return counts.sum(dim=1), counts.sum(dim=0)

    def confused(self, most: int) -> list[tuple[int, int, int]]:
        """The most frequent mistakes: how often, the true class and the answered one.

        Args:
            most: So many pairs at most, the most frequent first.
        """
        wrong = torch.tensor(self.counts).fill_diagonal_(0)  # (classes, classes)
        found = wrong.flatten().sort(descending=True, stable=True)
        pairs = zip(found.values[:most].tolist(), found.indices[:most].tolist(), strict=True)
        return [(n, *divmod(place, len(wrong))) for n, place in pairs if n]

    @property
    def mean_accuracy(self) -> float:
        """Mean recall of the classes that occur."""
        return self.recall.nanmean().item()

    @property
    def mean_iou(self) -> float:
        """Mean intersection over union of the classes that occur or were answered."""
        return self.iou.nanmean().item()

    @property
    def frequency_weighted_iou(self) -> float:
        """Intersection over union, each class weighted with its share of the truth."""
        return (self.shares * self.iou.nan_to_num()).sum().item()

    def _table(self) -> Tensor:
        return torch.tensor(self.counts, dtype=torch.float64)  # (classes, classes)


def added(matrices: Iterable[ConfusionMatrix]) -> ConfusionMatrix:
    """One matrix for several parts of a set; a part that counted nothing has an empty one."""
    tables = [torch.tensor(matrix.counts) for matrix in matrices if matrix.counts]
    if not tables:
        return ConfusionMatrix(())
    return ConfusionMatrix(tuple(map(tuple, torch.stack(tables).sum(dim=0).tolist())))


@dataclass(frozen=True)
class Evaluation:
    """What a network achieves on a set.

    Attributes:
        loss: Mean cross-entropy.
        confusion: Its right and wrong answers.
    """

    loss: float
    confusion: ConfusionMatrix

    @property
    def accuracy(self) -> float:
        """Share of the pictures, or of the pixels, that is labeled rightly (0 to 1)."""
        return self.confusion.accuracy

    @property
    def mean_iou(self) -> float:
        """Mean intersection over union (0 to 1)."""
        return self.confusion.mean_iou


def answered(logits: Tensor) -> Tensor:
    """The class with the greatest logit ``(N, ...)``, of logits ``(N, classes, ...)``.

    The same as ``argmax``, in a fifth of its time where maps are large.
    """
    return logits.max(dim=1).indices


def pair_counts(labels: Tensor, answers: Tensor, classes: int, ignore_index: int) -> Tensor:
    """How often each class was answered to each, ``(classes, classes)``.

    Args:
        labels: Of any shape.
        answers: Of the same.
        classes: How many there are.
        ignore_index: The label that is not counted.
    """
    others = classes**2  # one more place, for what is not counted
    pairs = torch.where(labels == ignore_index, others, labels * classes + answers)
    counts = torch.bincount(pairs.flatten(), minlength=others + 1)
    return counts[:-1].view(classes, classes)


class Counter:
    """Adds up a confusion matrix, batch after batch.

    Args:
        ignore_index: The label that is not counted.
    """

    def __init__(self, ignore_index: int = NOTHING_IGNORED) -> None:
        self.ignore_index = ignore_index
        self.counts: Tensor | None = None

    def add(self, logits: Tensor, labels: Tensor) -> None:
        """Count a batch: logits ``(N, classes, ...)``, labels ``(N, ...)``."""
        counts = pair_counts(labels, answered(logits), logits.shape[1], self.ignore_index)
        self.counts = counts if self.counts is None else self.counts + counts

    def confusion(self) -> ConfusionMatrix:
        """The matrix of all that was added."""
        counts = [] if self.counts is None else self.counts.tolist()
        return ConfusionMatrix(tuple(tuple(row) for row in counts))
