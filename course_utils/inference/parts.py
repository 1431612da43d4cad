"""Parts of a large picture, with what surrounds them, so that memory does not grow with it."""

from collections.abc import Iterator
from dataclasses import dataclass

from course_utils.models.checking import STRIDE

CORE = 1024
"""Side of the part that one pass answers for, in pixels; a multiple of the stride."""

MARGIN = 8 * STRIDE
"""Pixels around it that the network sees too. ResNet-18 and FCN look no further than that; for
deeper networks the rest counts little."""


@dataclass(frozen=True)
class Part:
    """A part of one side of the picture, in pixels.

    Attributes:
        start: Where the answer begins.
        stop: Before what it ends.
        seen_from: Where the network begins to look; a multiple of the stride, so that its cells
            lie where they lie in the whole picture.
        seen_to: Before what it stops looking.
    """

    start: int
    stop: int
    seen_from: int
    seen_to: int

    @property
    def inner(self) -> slice:
        """The answer within what is seen."""
        return slice(self.start - self.seen_from, self.stop - self.seen_from)


def parts(side: int, core: int = CORE, margin: int = MARGIN) -> Iterator[Part]:
    """Divide a side into parts; one that fits into a part with its margins stays whole.

    >>> [(part.start, part.stop) for part in parts(2000)]
    [(0, 1024), (1024, 2000)]
    """
    if side <= core + 2 * margin:
        yield Part(0, side, 0, side)
        return
    for start in range(0, side, core):
        stop = min(start + core, side)
        yield Part(start, stop, max(start - margin, 0), min(stop + margin, side))
