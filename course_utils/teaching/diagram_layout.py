"""Where the parts of a block's diagram go: how large they are, and which stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

from course_utils.drawing.page import SMALLEST

# In inches, so that the letters fit their boxes in a diagram of any size.
LINE, PADDING = 0.18, 0.08
GAP, STEM, BESIDE, MARGIN = 0.22, 0.1, 0.16, 0.12
JOIN = LINE + PADDING

SIZE = SMALLEST
"""Of the letters, in points, of which an inch has 72."""


@dataclass(frozen=True)
class Value:
    """What flows at this place, such as ``"x"`` or a shape: words without a box."""

    text: str


@dataclass(frozen=True)
class Parallel:
    """Paths that take the same tensor, and whose ends are joined.

    Attributes:
        paths: The parts of each, from top to bottom. One that is a value alone, such as
            ``[Value("…")]``, stands for paths that are not drawn.
        shortcut: The parts of a path on the right, drawn in orange; without parts it hands on
            what it takes. ``None`` where there is none.
        join: What joins them all, such as ``"+"`` or ``"concatenate"``.
    """

    paths: Sequence[Sequence["Part"]]
    shortcut: Sequence["Part"] | None = None
    join: str = "+"


Part = str | Value | Parallel
"""A layer (its name, in a box), a value, or several paths."""


@dataclass(frozen=True)
class Extent:
    """How far parts reach from the line through their middle, and how high they are."""

    left: float
    right: float
    height: float

    @property
    def width(self) -> float:
        """From the left end to the right."""
        return self.left + self.right


def text_extent(text: str, padding: float = 0.0) -> Extent:
    """Room for words, and for a frame around them."""
    lines = text.split("\n")
    half = max(map(_inches, lines)) / 2 + padding
    return Extent(half, half, len(lines) * LINE + 2 * padding)


def _inches(line: str) -> float:
    """How long a line is; in bold, which is a little wider."""
    if not line:
        return 0.0
    drawn = TextPath((0, 0), line, size=SIZE, prop=FontProperties(weight="bold"))
    return float(drawn.get_extents().width) / 72


def extent_of(parts: Sequence[Part]) -> Extent:
    """Of parts one below the other, with the arrows between them."""
    extents = [part_extent(part) for part in parts]
    left = max((extent.left for extent in extents), default=0.0)
    right = max((extent.right for extent in extents), default=0.0)
    return Extent(left, right, sum(extent.height for extent in extents))


def part_extent(part: Part) -> Extent:
    """Of a part and of the arrow that leads to it."""
    if isinstance(part, Parallel):
        columns = columns_of(part)
        lowest = max(extent.height for _, extent in columns)
        half = join_width(part.join) / 2
        ends = [(-half, half), *((x - own.left, x + own.right) for x, own in columns)]
        height = STEM + lowest + bar_room(part) + GAP + JOIN
        return Extent(-min(end[0] for end in ends), max(end[1] for end in ends), height)
    words = text_extent(part.text) if isinstance(part, Value) else text_extent(part, PADDING)
    return Extent(words.left, words.right, words.height + GAP)


def columns_of(part: Parallel) -> list[tuple[float, Extent]]:
    """Where each path stands, the shortcut last, from the middle of the others; its extent."""
    extents = [extent_of(path) for path in part.paths]
    middle = (sum(extent.width + BESIDE for extent in extents) - BESIDE) / 2
    middle = extents[0].left if len(extents) == 1 else middle
    if part.shortcut is not None:
        extents.append(extent_of(part.shortcut))
    columns, left = [], -middle
    for extent in extents:
        columns.append((left + extent.left, extent))
        left += extent.width + BESIDE
    return columns


def join_width(join: str) -> float:
    """Of the rounded box that joins paths: a circle for a single letter."""
    return max(JOIN, text_extent(join, PADDING).width)


def bar_room(part: Parallel) -> float:
    """Room above the bar that brings several paths together."""
    return STEM if len(part.paths) > 1 else 0.0


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure whose axis counts inches, from the upper left corner."""
    figure = plt.figure(figsize=(width, height), layout="none")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, width), ylim=(height, 0))
    axis.set_axis_off()
    return figure, axis
