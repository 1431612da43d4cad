"""What the page of a report shows of single pictures, kept while a set is measured.

Only the few that will be shown are kept, so that memory does not grow with the set.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from course_utils.data.masks import ClassMap
from course_utils.models.weights import WeightsInfo
from course_utils.training.calibration import Calibration
from course_utils.training.metrics import ConfusionMatrix, answered, pair_counts
from course_utils.training.parts import Answer

MOST_MISTAKES = 24
MOST_OVERLAYS = 8
SIDE = 360
"""The longer side of an overlay, in pixels, is at most this."""


class Mistake(NamedTuple):
    """A wrong answer; the surest is the greatest, and of equal ones the first of the set.

    Attributes:
        probability: Of the answer (0 to 1).
        place: The picture's position in the set, negative.
        truth: The class that it is of.
        answered: The class that it was taken for.
        of_truth: The probability of the true class.
    """

    probability: float
    place: int
    truth: int
    answered: int
    of_truth: float

    @property
    def position(self) -> int:
        """Of the picture in the set."""
        return -self.place


@dataclass
class SeenPictures:
    """The observer of a classifier: calibration and the surest mistakes.

    Attributes:
        calibration: Of all answers.
        kept: The surest mistakes, as a heap.
    """

    calibration: Calibration = field(default_factory=Calibration)
    kept: list[Mistake] = field(default_factory=list)

    def __call__(self, positions: Sequence[int], answer: Answer) -> None:
        """Look at a batch: logits ``(N, classes)`` and labels ``(N,)``."""
        probabilities = answer.logits.softmax(dim=1).cpu()
        labels, given = answer.labels.cpu(), answered(answer.logits).cpu()
        highest, of_truth = (
            probabilities.gather(1, which[:, None])[:, 0] for which in (given, labels)
        )
        wrong = given != labels
        self.calibration.add(highest, ~wrong)
        for row in wrong.nonzero()[:, 0].tolist():
            mistake = Mistake(
                highest[row].item(),
                -positions[row],
                int(labels[row]),
                int(given[row]),
                of_truth[row].item(),
            )
            _keep(self.kept, mistake, MOST_MISTAKES)

    def __add__(self, other: "SeenPictures") -> "SeenPictures":
        kept = heapq.nlargest(MOST_MISTAKES, [*self.kept, *other.kept])
        heapq.heapify(kept)
        return SeenPictures(self.calibration + other.calibration, kept)

    def mistakes(self) -> list[Mistake]:
        """The surest first."""
        return sorted(self.kept, reverse=True)


@dataclass(order=True)
class Overlay:
    """How well a picture was labeled; the worst is the greatest.

    Attributes:
        badness: The negative of its mean IoU, over the classes that occur or were answered in it.
        place: Its position in the set, negative.
        truth: Its labels ``(h, w)``, every so many-th pixel.
        answered: The network's, likewise.
    """

    badness: float
    place: int
    truth: ClassMap = field(compare=False)
    answered: ClassMap = field(compare=False)

    @property
    def mean_iou(self) -> float:
        """Of the picture (0 to 1)."""
        return -self.badness

    @property
    def position(self) -> int:
        """Of the picture in the set."""
        return -self.place


@dataclass
class SeenPixels:
    """The observer of a network that labels pixels: the worst pictures, and the best one.

    Attributes:
        ignore_index: The label that is not counted.
        worst: The pictures with the lowest mean IoU, as a heap.
        best: The one with the highest.
        pictures: How many were seen.
    """

    ignore_index: int
    worst: list[Overlay] = field(default_factory=list)
    best: Overlay | None = None
    pictures: int = 0
    _open: "_OpenPicture | None" = field(default=None, init=False, repr=False)

    def __call__(self, positions: Sequence[int], answer: Answer) -> None:
        """Look at pictures, or at a part of one: logits ``(N, classes, H, W)``."""
        given = answered(answer.logits)
        for position, truth, labels in zip(positions, answer.labels, given, strict=True):
            if self._open is None or self._open.position != position:
                self.close()
                self._open = _OpenPicture(position, answer.size, answer.logits.shape[1])
            self._open.add(truth, labels, answer.corner, self.ignore_index)

    def close(self) -> None:
        """Judge the picture that was seen last, for no part of it will follow."""
        self.pictures += self._open is not None
        if self._open is not None and self._open.counts.any():
            found = self._open.overlay()
            _keep(self.worst, found, MOST_OVERLAYS)
            if self.best is None or found.badness < self.best.badness:
                self.best = found
        self._open = None

    def __add__(self, other: "SeenPixels") -> "SeenPixels":
        worst = heapq.nlargest(MOST_OVERLAYS, [*self.worst, *other.worst])
        heapq.heapify(worst)
        bests = [best for best in (self.best, other.best) if best is not None]
        best = min(bests, key=lambda each: (each.badness, each.position), default=None)
        count = self.pictures + other.pictures
        return SeenPixels(self.ignore_index, worst, best, count)

    def overlays(self) -> list[Overlay]:
        """The worst first."""
        return sorted(self.worst, reverse=True)


Seen = SeenPictures | SeenPixels


def observer_for(info: WeightsInfo, ignore_index: int) -> Seen:
    """That of a network: of pictures, or of their pixels."""
    return SeenPictures() if info.pixels is None else SeenPixels(ignore_index)


def together(parts: Iterable[Seen]) -> Seen:
    """What several processes have seen, each of its own pictures."""
    parts = list(parts)
    for part in parts:
        if isinstance(part, SeenPixels):
            part.close()
    return reduce(lambda one, other: one + other, parts)  # type: ignore[operator]


class _OpenPicture:
    """A picture of which parts may still come."""

    def __init__(self, position: int, size: tuple[int, ...], classes: int) -> None:
        self.position = position
        self.step = max(1, -(-max(size) // SIDE))
        small = tuple(-(-side // self.step) for side in size)
        self.truth, self.answered = np.zeros(small, np.uint8), np.zeros(small, np.uint8)
        self.counts = torch.zeros(classes, classes, dtype=torch.int64)

    def add(self, truth: Tensor, given: Tensor, corner: tuple[int, int], ignored: int) -> None:
        """Take a part: labels ``(h, w)``, the network's, and where it begins."""
        self.counts += pair_counts(truth, given, len(self.counts), ignored).cpu()
        first = [-start % self.step for start in corner]
        kept = tuple(slice(start, None, self.step) for start in first)
        for target, labels in ((self.truth, truth), (self.answered, given)):
            small = labels[kept].to(torch.uint8).cpu().numpy()
            top, left = (
                (start + more) // self.step for start, more in zip(corner, first, strict=True)
            )
            target[top : top + small.shape[0], left : left + small.shape[1]] = small

    def overlay(self) -> Overlay:
        """The picture as it is kept."""
        counts = tuple(map(tuple, self.counts.tolist()))
        mean_iou = ConfusionMatrix(counts).mean_iou
        return Overlay(-mean_iou, -self.position, self.truth, self.answered)


def _keep(heap: list, found: Mistake | Overlay, most: int) -> None:  # type: ignore[type-arg]
    """Put something on a heap of the greatest; the least of too many is dropped."""
    if len(heap) < most:
        heapq.heappush(heap, found)
    else:
        heapq.heappushpop(heap, found)
