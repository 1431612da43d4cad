"""What becomes of a picture on its way: boxes in a row, and each tensor as a box to scale."""

import math
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Polygon

from course_utils.drawing.page import WIDTH
from course_utils.drawing.style import NEUTRAL, RIGHT
from course_utils.teaching.diagram_layout import BESIDE, LINE, MARGIN, SIZE, canvas, text_extent


def flow(steps: Sequence[tuple[str, str]], inside: Sequence[int]) -> Figure:
    """Boxes from left to right, joined by arrows: what becomes of a picture.

    Args:
        steps: For each box its name and, below it, what it holds.
        inside: Positions of the boxes that belong to the network; they are filled.
    """
    rows = math.ceil(len(steps) / A_ROW)
    columns = min(A_ROW, len(steps))
    figure, axis = canvas(STEP * columns, HIGH * rows)
    for number, (name, content) in enumerate(steps):
        row, column = divmod(number, columns)
        x, y = STEP * (column + 0.5), HIGH * (row + 0.5)
        color, text = (RIGHT, "white") if number in inside else ("#F0F0F0", "black")
        shape = FancyBboxPatch(
            (x - BOX[0] / 2, y - BOX[1] / 2), *BOX, boxstyle="round,pad=0,rounding_size=0.08"
        )
        shape.set(facecolor=color, edgecolor=NEUTRAL)
        axis.add_patch(shape)
        words = {"ha": "center", "va": "center", "color": text, "size": SIZE}
        axis.text(x, y, f"{name}\n{content}", words)
        if column:
            arrow = {"arrowstyle": "->", "color": "black", "shrinkA": 0, "shrinkB": 0}
            left = x - STEP + BOX[0] / 2
            axis.annotate("", (x - BOX[0] / 2, y), (left, y), arrowprops=arrow)
    return figure


A_ROW, STEP, HIGH = 4, 1.3, 0.75
"""Boxes in a row; room for each, in inches, from left to right and from top to bottom."""

BOX = 1.05, 0.5
"""Width and height of a box, in inches."""


FACE, DEPTH = 1.7, 0.6
"""In inches: the largest height or width of a tensor's box, and its largest depth."""


LIGHT, DARK = "#7FB8D8", "#004E7C"
"""The roof and the side of a tensor's box; its front has the course's blue."""


def shape_flow(steps: Mapping[str, tuple[int, int, int]]) -> Figure:
    """Tensors as boxes to scale, from left to right.

    Args:
        steps: For each name the shape ``(C, H, W)``: C becomes the width of the box, H its
            height, W its depth.
    """
    largest = max(max(shape[1:]) for shape in steps.values())
    widest = max(shape[0] for shape in steps.values())
    boxes = [
        (FACE * c / widest, FACE * h / largest, DEPTH * w / largest) for c, h, w in steps.values()
    ]
    words = [f"{name}\n{'×'.join(map(str, shape))}" for name, shape in steps.items()]
    room = [
        max(w + d, text_extent(text).width) + BESIDE
        for (w, _, d), text in zip(boxes, words, strict=True)
    ]
    rows = _rows(room)
    below = 2 * LINE + 2 * MARGIN
    heights = [max(boxes[i][1] + boxes[i][2] for i in row) + MARGIN + below for row in rows]
    width = max(sum(room[i] for i in row) for row in rows) + BESIDE
    figure, axis = canvas(width, sum(heights))
    for number, row in enumerate(rows):
        left, bottom = BESIDE, sum(heights[: number + 1]) - below
        for i in row:
            own, box = room[i] - BESIDE, boxes[i]
            _cuboid(axis, left + (own - box[0] - box[2]) / 2, bottom, *box)
            place = (left + own / 2, bottom + MARGIN)
            axis.text(*place, words[i], ha="center", va="top", size=SIZE)
            left += room[i]
    return figure


def _rows(room: Sequence[float]) -> list[list[int]]:
    """Positions in each row: a new one begins where a page has no room for a box."""
    rows: list[list[int]] = []
    left = WIDTH
    for position, own in enumerate(room):
        if left + own > WIDTH - BESIDE:
            rows.append([])
            left = 0.0
        rows[-1].append(position)
        left += own
    return rows


def _cuboid(
    axis: Axes, left: float, bottom: float, width: float, height: float, depth: float
) -> None:
    """A box seen from the front, a little from above and from the right."""
    right, top = left + width, bottom - height
    front = [(left, bottom), (right, bottom), (right, top), (left, top)]
    roof = [(left, top), (right, top), (right + depth, top - depth), (left + depth, top - depth)]
    side = [(right, bottom), (right, top), (right + depth, top - depth)]
    side.append((right + depth, bottom - depth))
    for corners, color in ((roof, LIGHT), (side, DARK), (front, RIGHT)):
        axis.add_patch(Polygon(corners, facecolor=color, edgecolor="white", linewidth=0.5))
