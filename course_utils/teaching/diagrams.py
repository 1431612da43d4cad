"""Diagrams of blocks: layers from top to bottom, paths that part and join, and a shortcut."""

from collections.abc import Collection, Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_utils.drawing.page import WIDTH
from course_utils.drawing.style import NEUTRAL, RIGHT, WRONG
from course_utils.teaching.diagram_layout import (
    BESIDE,
    GAP,
    JOIN,
    LINE,
    MARGIN,
    SIZE,
    STEM,
    Extent,
    Parallel,
    Part,
    Value,
    bar_room,
    canvas,
    columns_of,
    extent_of,
    join_width,
    part_extent,
    text_extent,
)

__all__ = ["Parallel", "Part", "Value", "block_diagrams"]


def block_diagrams(blocks: Mapping[str, Sequence[Part]], filled: Collection[str] = ()) -> Figure:
    """Blocks side by side, as many as a page has room for, each computed from top to bottom.

    Args:
        blocks: For each title the parts of the block.
        filled: Layers to stress, by their names: those with weights, for example.
    """
    extents = {title: _around(extent_of(parts), title) for title, parts in blocks.items()}
    rows = _rows(extents)
    heights = [max(extents[title].height for title in row) + LINE + 2 * MARGIN for row in rows]
    width = max(sum(_room(extents[title]) for title in row) for row in rows)
    figure, axis = canvas(width, sum(heights))
    pen = _Pen(axis, filled)
    top = 0.0
    for row, height in zip(rows, heights, strict=True):
        left = BESIDE
        for title in row:
            x = left + extents[title].left
            pen.words(title, x, top + MARGIN + LINE / 2, weight="bold")
            pen.block(blocks[title], x, top + MARGIN + LINE)
            left += _room(extents[title])
        top += height
    return figure


def _room(extent: Extent) -> float:
    return extent.width + 2 * BESIDE


def _rows(extents: Mapping[str, Extent]) -> list[list[str]]:
    """The titles of the blocks of each row: a new one begins where a block has no room."""
    rows: list[list[str]] = []
    left = WIDTH
    for title, extent in extents.items():
        if not rows or left + _room(extent) > WIDTH:
            rows.append([])
            left = 0.0
        rows[-1].append(title)
        left += _room(extent)
    return rows


def _around(extent: Extent, title: str) -> Extent:
    half = text_extent(title).left
    return Extent(max(half, extent.left), max(half, extent.right), extent.height)


class _Pen:
    """Draws parts on an axis that counts inches downwards."""

    def __init__(self, axis: Axes, filled: Collection[str]) -> None:
        self.axis, self.filled = axis, filled

    def block(self, parts: Sequence[Part], x: float, y: float) -> None:
        """Draw a whole block; no arrow leads to the value that it begins with."""
        if isinstance(parts[0], Value):
            y = self._words_or_box(parts[0], x, y)
            parts = parts[1:]
        self._parts(parts, x, y, "black")

    def _parts(self, parts: Sequence[Part], x: float, y: float, color: str) -> float:
        """Draw parts around ``x``, from ``y`` down, with arrows; return where they end."""
        for part in parts:
            if isinstance(part, Parallel):
                y = self._paths(part, x, y, color)
            else:
                self._line([(x, y), (x, y + GAP)], color, arrow=True)
                y = self._words_or_box(part, x, y)
        return y

    def _words_or_box(self, part: str | Value, x: float, y: float) -> float:
        """Draw a layer or a value below its arrow; return where it ends."""
        extent = part_extent(part)
        words = extent.height - GAP
        if isinstance(part, Value):
            self.words(part.text, x, y + GAP + words / 2)
        else:
            color = RIGHT if part in self.filled else "#F0F0F0"
            self._rounded(part, (x, y + GAP, extent.width, words), color, rounding=0.05)
        return y + extent.height

    def _paths(self, part: Parallel, x: float, y: float, color: str) -> float:
        columns = columns_of(part)
        start = y + STEM
        lowest = start + max(extent.height for _, extent in columns) + bar_room(part)
        if part.shortcut is not None:
            self._shortcut(part, x, start, x + columns[-1][0], lowest + GAP + JOIN / 2)
        self._line([(x, y), (x, start)], color)
        for path, (across, _) in zip(part.paths, columns, strict=False):
            self._path(path, x, x + across, (start, lowest), color)
        self._line([(x, lowest), (x, lowest + GAP)], color, arrow=True)
        place = (x, lowest + GAP, join_width(part.join), JOIN)
        self._rounded(part.join, place, "white", rounding=JOIN / 2)
        return lowest + GAP + JOIN

    def _path(
        self, path: Sequence[Part], x: float, side: float, ends: tuple[float, float], color: str
    ) -> None:
        """A path at ``side`` between two bars that lead to and from ``x``."""
        start, lowest = ends
        if len(path) == 1 and isinstance(path[0], Value):
            self.words(path[0].text, side, (start + lowest) / 2)
            return
        self._line([(x, start), (side, start)], color)
        end = self._parts(path, side, start, color)
        self._line([(side, end), (side, lowest), (x, lowest)], color)

    def _shortcut(self, part: Parallel, x: float, start: float, side: float, end: float) -> None:
        self._line([(x, start), (side, start)], WRONG)
        below = self._parts(part.shortcut or [], side, start, WRONG)
        edge = x + join_width(part.join) / 2
        self._line([(side, below), (side, end), (edge, end)], WRONG, arrow=True)

    def _rounded(
        self, text: str, place: tuple[float, float, float, float], color: str, rounding: float
    ) -> None:
        """A box with words; its place is its middle, its upper end, its width and its height."""
        x, y, width, height = place
        style = f"round,pad=0,rounding_size={rounding}"
        corner = (x - width / 2, y)
        box = FancyBboxPatch(corner, width, height, style, fc=color, ec=NEUTRAL, zorder=2)
        self.axis.add_patch(box)
        self.words(text, x, y + height / 2, color="white" if color == RIGHT else "black")

    def _line(self, points: Sequence[tuple[float, float]], color: str, arrow: bool = False) -> None:
        across, down = zip(*points, strict=True)
        self.axis.plot(across, down, color=color, linewidth=1.2, zorder=1)
        if arrow:
            head = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0}
            self.axis.annotate("", points[-1], points[-2], arrowprops=head, zorder=1)

    def words(
        self, text: str, x: float, y: float, color: str = "black", weight: str = "normal"
    ) -> None:
        """Write text around a place."""
        style = {"color": color, "weight": weight, "size": SIZE}
        self.axis.text(x, y, text, style, ha="center", va="center", zorder=3)
