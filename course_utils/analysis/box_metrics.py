"""How good boxes are: which of them meet a true one, precision and recall."""

from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[float, float, float, float]
"""Left, top, right and bottom edge, in pixels; the first pixel lies between the edges 0 and 1."""

ENOUGH = 0.3
"""Intersection over union from which a box has found a thing."""


@dataclass(frozen=True)
class Found:
    """A box that was given for a class.

    Attributes:
        label: Of the class.
        score: The higher, the surer.
        box: In pixels.
    """

    label: str
    score: float
    box: Box


@dataclass(frozen=True)
class Counts:
    """What was there and what was found; of several pictures when added.

    Attributes:
        true: Things that are in the picture.
        found: Boxes that were given.
        right: Boxes that met a thing of their class, each another one.
    """

    true: int = 0
    found: int = 0
    right: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.true + other.true, self.found + other.found, self.right + other.right)

    @property
    def precision(self) -> float:
        """Share of the boxes that are right; 1 where none was given."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the things that were found; 1 where there was none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of the two; 1 where there was nothing and nothing was given."""
        both = self.true + self.found
        return 2 * self.right / both if both else 1.0


def intersection_over_union(first: Box, second: Box) -> float:
    """Area that two boxes share, divided by the area that they cover together: 0 to 1.

    >>> intersection_over_union((0, 0, 2, 2), (1, 0, 3, 2))
    0.3333333333333333
    """
    shared = _shared(first, second)
    covered = _area(first) + _area(second) - shared
    return shared / covered if covered else 0.0


def shared_part(first: Box, second: Box) -> float:
    """Area that two boxes share, as a part of the smaller one: 0 to 1; 1 for a box in another.

    >>> shared_part((0, 0, 4, 4), (1, 1, 2, 2))
    1.0
    """
    smaller = min(_area(first), _area(second))
    return _shared(first, second) / smaller if smaller else 0.0


def count_matches(
    found: Sequence[Found], truth: Sequence[tuple[str, Box]], enough: float = ENOUGH
) -> Counts:
    """Give each box, the surest first, the thing of its class that it meets best.

    A thing is given away once. So of two boxes on one thing the less sure one is wrong. This is
    how PASCAL VOC counts (Everingham et al., "The PASCAL Visual Object Classes Challenge" (2010),
    section 4.2), except that a box may go to its second best thing where the best is taken.

    Args:
        found: In any order.
        truth: Class and box of each thing.
        enough: Intersection over union that a meeting needs.
    """
    left = list(truth)
    right = 0
    for one in sorted(found, key=lambda one: -one.score):
        overlaps = [
            intersection_over_union(one.box, box) if label == one.label else 0.0
            for label, box in left
        ]
        best = max(range(len(left)), key=overlaps.__getitem__, default=None)
        if best is not None and overlaps[best] >= enough:
            del left[best]
            right += 1
    return Counts(len(truth), len(found), right)


def _shared(first: Box, second: Box) -> float:
    left, top = max(first[0], second[0]), max(first[1], second[1])
    right, bottom = min(first[2], second[2]), min(first[3], second[3])
    return max(0.0, right - left) * max(0.0, bottom - top)


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
