"""How FCN-32s, FCN-16s and FCN-8s differ: three streams from the same maps, as grids of cells."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle

from course_utils.drawing.style import NEUTRAL, RIGHT, WRONG
from course_utils.teaching.diagram_layout import LINE, SIZE, canvas

SIDE, STEP, EDGE = 0.82, 1.33, 0.15
"""In inches: the side of a map, the room from one to the next, and that at the left."""

MAPS, SCORES, SUMS, ANSWERS = 0.32, 1.46, 2.6, 3.36
"""Where the rows begin, in inches from the top."""

PIXELS = 64
"""A side of the picture that is drawn: it has two cells of stride 32."""

Point = tuple[float, float]


def skip_streams() -> Figure:
    """Draw the maps of a ResNet, the scores of three of them, their sums, and three answers.

    Source: after figure 3 of Long, Shelhamer and Darrell (2015), drawn anew.
    """
    figure, axis = canvas(3 * STEP + SIDE + 2 * EDGE, ANSWERS + 2 * LINE + 0.1)
    _words(axis, _middle(0), MAPS - LINE, "picture")
    axis.add_patch(Rectangle((_left(0), MAPS), SIDE, SIDE, fc="#E8E8E8", ec=NEUTRAL))
    for column, stride in enumerate((8, 16, 32), start=1):
        _words(axis, _middle(column), MAPS - LINE, f"stride {stride}")
        _grid(axis, (_left(column), MAPS), PIXELS // stride, "#E8E8E8")
        _arrow(
            axis, [(_left(column) - STEP + SIDE, MAPS + SIDE / 2), (_left(column), MAPS + SIDE / 2)]
        )
        _arrow(axis, [(_middle(column), MAPS + SIDE), (_middle(column), SCORES)])
        _grid(axis, (_left(column), SCORES), PIXELS // stride, "#7FB8D8")
        _stream(axis, column, stride)
    _words(axis, _middle(0), SCORES + SIDE / 2, "a 1×1\nconvolution\nto scores")
    _words(axis, _middle(0), SUMS + 0.13, "sums")
    return figure


def _stream(axis: Axes, column: int, stride: int) -> None:
    """From the scores of a column down to its answer, and to the next finer column."""
    x, y = _middle(column), SUMS + 0.13
    if stride == 32:
        _arrow(axis, [(x, SCORES + SIDE), (x, ANSWERS)])
    else:
        _arrow(axis, [(x, SCORES + SIDE), (x, SUMS)], WRONG)
        axis.add_patch(Circle((x, y), 0.13, fc="white", ec=NEUTRAL, zorder=3))
        _words(axis, x, y, "+")
        _arrow(axis, [(x, y + 0.13), (x, ANSWERS)])
    if stride > 8:
        start = x if stride == 32 else x - 0.13
        _arrow(axis, [(start, y), (x - STEP + 0.13, y)])
        _words(axis, x - STEP / 2, y - 0.7 * LINE, "×2")
    _words(axis, x + 0.24, (SUMS + 0.26 + ANSWERS) / 2, f"×{stride}")
    _words(axis, x, ANSWERS + LINE / 2, f"FCN-{stride}s", RIGHT)


def _left(column: int) -> float:
    return EDGE + STEP * column


def _middle(column: int) -> float:
    return _left(column) + SIDE / 2


def _grid(axis: Axes, corner: Point, cells: int, color: str) -> None:
    """A map of cells × cells."""
    x, y = corner
    axis.add_patch(Rectangle(corner, SIDE, SIDE, fc=color, ec=NEUTRAL))
    for k in range(1, cells):
        at = SIDE * k / cells
        axis.plot([x, x + SIDE], [y + at, y + at], color=NEUTRAL, lw=0.7)
        axis.plot([x + at, x + at], [y, y + SIDE], color=NEUTRAL, lw=0.7)


def _arrow(axis: Axes, points: Sequence[Point], color: str = "black") -> None:
    head = {"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0, "lw": 1.3}
    axis.annotate("", points[-1], points[0], arrowprops=head, zorder=2)


def _words(axis: Axes, x: float, y: float, text: str, color: str = "black") -> None:
    weight = "normal" if color == "black" else "bold"
    style = {"color": color, "size": SIZE, "weight": weight}
    axis.text(x, y, text, style, ha="center", va="center", zorder=4)
