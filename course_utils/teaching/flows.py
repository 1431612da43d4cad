"""What becomes of a picture on its way: boxes in a row, and each tensor as a box to scale."""

from collections.abc import Mapping, Sequence

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from course_utils.drawing.style import NEUTRAL, RIGHT
from course_utils.teaching.diagram_layout import BESIDE, LINE, MARGIN, SIZE, canvas


def flow(steps: Sequence[tuple[str, str]], inside: Sequence[int]) -> Figure:
    """Boxes from left to right, joined by arrows: what becomes of a picture.

    Args:
        steps: For each box its name and, below it, what it holds.
        inside: Positions of the boxes that belong to the network; they are filled.
    """
    figure, axis = plt.subplots(figsize=(1.2 * len(steps), 1.1))
    axis.set_axis_off()
    axis.set_xlim(-0.6, len(steps) - 0.4)
    axis.set_ylim(-0.5, 0.5)
    for position, (name, content) in enumerate(steps):
        color, text = (RIGHT, "white") if position in inside else ("#F0F0F0", "black")
        box = {"boxstyle": "round,pad=0.35", "facecolor": color, "edgecolor": NEUTRAL}
        axis.text(
            position,
            0,
            f"{name}\n{content}",
            ha="center",
            va="center",
            color=text,
            size=10,
            bbox=box,
        )
        if position:
            arrow = {"arrowstyle": "->", "color": "black"}
            axis.annotate("", (position - 0.4, 0), (position - 0.6, 0), arrowprops=arrow)
    return figure


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
    room = [max(w + d, 0.75) + BESIDE for w, _, d in boxes]
    bottom = MARGIN + FACE + DEPTH
    figure, axis = canvas(sum(room) + BESIDE, bottom + 2 * LINE + 2 * MARGIN)
    left = BESIDE
    for (name, shape), box, own in zip(steps.items(), boxes, room, strict=True):
        _cuboid(axis, left + (own - BESIDE - box[0] - box[2]) / 2, bottom, *box)
        words = f"{name}\n{'×'.join(map(str, shape))}"
        place = (left + (own - BESIDE) / 2, bottom + MARGIN)
        axis.text(*place, words, ha="center", va="top", size=SIZE)
        left += own
    return figure


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
