"""Where to cut a picture with a mask, so that each crop shows one thing, or nothing.

A *thing* is a connected piece of one class; gaps of a few pixels, such as a blade of grass before
it, are bridged. The rule for a crop's label:

- It carries a thing's class if at least 0.6 of the thing lies in it, or the thing covers at least
  0.4 of it, and all things of other classes together cover at most a quarter of what it does.
- It is background if no pixel in it belongs to a thing or is void.
- Any other crop is ambiguous, and is not cut.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from course_utils.data.masks import BACKGROUND, VOID, ClassMap

BRIDGE = 4
"""Pieces of a class that are at most twice as far apart are one thing (pixels)."""

SHORTEST = 24
"""Length of the shortest thing, and side of the smallest crop: less shows nothing (pixels)."""

CROPS_PER_THING = 3
FILLING = (0.5, 1.4)
"""How long the thing is beside the crop; even on a logarithmic scale."""

ENOUGH_OF_THING = 0.6
ENOUGH_OF_CROP = 0.4
MOST_OF_OTHERS = 0.25

BACKGROUNDS_PER_THING = 1
BACKGROUNDS_PER_PICTURE = 4
BACKGROUND_SIDE = (0.2, 0.6)
"""How long an empty crop is beside the shorter side of the picture."""

ROWS = 32
"""Rows of a window that are looked at together."""

TRIES = 20
"""Places that are tried for each crop that is wanted."""


@dataclass(frozen=True)
class Thing:
    """A connected piece of one class.

    Attributes:
        index: Of its class.
        mask: Its pixels within its box, ``(bottom - top, right - left)``.
        box: Left, top, right, bottom; the last two lie just outside (pixels).
    """

    index: int
    mask: npt.NDArray[np.bool_]
    box: tuple[int, int, int, int]

    def pixels_in(self, window: "Window") -> int:
        """How many of its pixels lie in a window."""
        left, top, _, _ = self.box
        rows = slice(max(0, window.top - top), max(0, window.top + window.side - top))
        columns = slice(max(0, window.left - left), max(0, window.left + window.side - left))
        return int(np.count_nonzero(self.mask[rows, columns]))

    @property
    def length(self) -> int:
        """The longer side of its box."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)


@dataclass(frozen=True)
class Window:
    """The square that is cut out: its left upper corner and its side (pixels)."""

    left: int
    top: int
    side: int

    def of(self, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The part of an array ``(H, W)`` that lies in the window: ``(side, side)``."""
        return array[self.top : self.top + self.side, self.left : self.left + self.side]


def choose_windows(classes: ClassMap, rng: np.random.Generator) -> Iterator[tuple[Window, int]]:
    """Windows of one picture, and the index of the class that each shows.

    Args:
        classes: The class of each pixel ``(H, W)``.
        rng: Decides on places and sizes.
    """
    for thing in find_things(classes):
        for window in islice(_showing(thing, classes, rng), CROPS_PER_THING):
            yield window, thing.index
        for window in islice(_beside(thing, classes, rng), BACKGROUNDS_PER_THING):
            yield window, BACKGROUND
    for window in islice(_anywhere(classes, rng), BACKGROUNDS_PER_PICTURE):
        yield window, BACKGROUND


def find_things(classes: ClassMap) -> list[Thing]:
    """The pieces of each class that are long enough, in the order of the classes."""
    found = []
    for index, area in enumerate(ndimage.find_objects(classes), start=1):
        if area is None or index in (BACKGROUND, VOID):
            continue
        rows, columns = (slice(max(0, one.start - BRIDGE), one.stop + BRIDGE) for one in area)
        of_class = classes[rows, columns] == index
        joined, _ = ndimage.label(ndimage.binary_dilation(of_class, iterations=BRIDGE))
        joined[~of_class] = 0
        for number, place in enumerate(ndimage.find_objects(joined), start=1):
            if max(one.stop - one.start for one in place) >= SHORTEST:
                top, left = place[0].start + rows.start, place[1].start + columns.start
                mask = joined[place] == number
                box = (left, top, left + mask.shape[1], top + mask.shape[0])
                found.append(Thing(index, mask, box))
    return found


def shows(window: Window, thing: Thing, classes: ClassMap) -> bool:
    """Whether the crop may carry the thing's class (the rule at the top of this module)."""
    inside = thing.pixels_in(window)
    most_of_it = inside >= ENOUGH_OF_THING * np.count_nonzero(thing.mask)
    fills_the_crop = inside >= ENOUGH_OF_CROP * window.side**2
    others = ~np.isin(window.of(classes), (BACKGROUND, VOID, thing.index))
    alone = np.count_nonzero(others) <= MOST_OF_OTHERS * inside
    return bool((most_of_it or fills_the_crop) and alone)


def is_empty(part: ClassMap) -> bool:
    """Whether all is background; what is not is found in the first rows where things are many."""
    return not any(part[top : top + ROWS].any() for top in range(0, len(part), ROWS))


def _showing(thing: Thing, classes: ClassMap, rng: np.random.Generator) -> Iterator[Window]:
    """Windows whose middle lies somewhere in the thing's box."""
    for _ in range(CROPS_PER_THING * TRIES):
        side = thing.length / np.exp(rng.uniform(*np.log(FILLING)))
        window = _draw(thing.box, side, classes, rng)
        if shows(window, thing, classes):
            yield window


def _beside(thing: Thing, classes: ClassMap, rng: np.random.Generator) -> Iterator[Window]:
    """Empty windows close to a thing, where its stem, its leaf or its shadow may lie."""
    left, top, right, bottom = thing.box
    for _ in range(BACKGROUNDS_PER_THING * TRIES):
        side = rng.uniform(*BACKGROUND_SIDE) * min(classes.shape)
        reach = side / 2 + thing.length / 4
        around = (left - reach, top - reach, right + reach, bottom + reach)
        window = _draw(around, side, classes, rng)
        if is_empty(window.of(classes)):
            yield window


def _anywhere(classes: ClassMap, rng: np.random.Generator) -> Iterator[Window]:
    """Empty windows anywhere in the picture."""
    height, width = classes.shape
    for _ in range(BACKGROUNDS_PER_PICTURE * TRIES):
        side = rng.uniform(*BACKGROUND_SIDE) * min(classes.shape)
        window = _draw((0, 0, width, height), side, classes, rng)
        if is_empty(window.of(classes)):
            yield window


def _draw(
    box: tuple[float, float, float, float], side: float, classes: ClassMap, rng: np.random.Generator
) -> Window:
    """A window whose middle is drawn from the box, then moved so that it lies in the picture."""
    left, top, right, bottom = box
    height, width = classes.shape
    whole = min(max(round(side), SHORTEST), height, width)
    x = round(rng.uniform(left, right) - whole / 2)
    y = round(rng.uniform(top, bottom) - whole / 2)
    return Window(min(max(x, 0), width - whole), min(max(y, 0), height - whole), whole)
