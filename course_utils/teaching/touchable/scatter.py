"""Scatter and add to touch: cells, a kernel's weights, its size, stride and padding, and the sums.

Its data: the ``cells`` of a row, the ``weights`` of the longest kernel (a shorter one has the first
of them), ``start`` with ``kernel``, ``stride`` and ``padding``, and ``checks``: lists of kernel,
stride, padding and what PyTorch gives for the cells and weights of the start.
"""

from collections.abc import Sequence

from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

CELLS, LONGEST = 4, 5
CHOICES = {"kernel": (1, LONGEST), "stride": (1, 3), "padding": (0, 2)}
"""The least and the largest that the reader may choose."""

MOST_CELL, MOST_WEIGHT = 9, 4
SIDE, LEFT, TOP = 28, 60, 44


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    cells, weights, start = data["cells"], data["weights"], data["start"]
    if len(cells) != CELLS or any(not 0 <= x <= MOST_CELL for x in cells):
        raise ValueError(f"give {CELLS} cells from 0 to {MOST_CELL}")
    if len(weights) != LONGEST or any(abs(x) > MOST_WEIGHT for x in weights):
        raise ValueError(f"give {LONGEST} weights from −{MOST_WEIGHT} to {MOST_WEIGHT}")
    windows = [[start[key] for key in CHOICES], *(check[:3] for check in data["checks"])]
    for window in windows:
        limits = zip(window, CHOICES.values(), strict=True)
        if any(not low <= value <= high for value, (low, high) in limits):
            raise ValueError(f"kernel, stride and padding cannot be {window}")
    for kernel, stride, padding, out in data["checks"]:
        found = sums(cells, weights[:kernel], stride)
        if list(out) != found[padding : len(found) - padding]:
            raise ValueError(f"the check of {kernel}, {stride}, {padding} gives {found}")
    return data


def sums(cells: Sequence[int], weights: Sequence[int], stride: int) -> list[int]:
    """What the copies add up to, before the padding cuts off the ends.

    >>> sums([4, 8, 4], [1, 3, 3, 1], 2)
    [4, 12, 20, 28, 28, 20, 12, 4]
    """
    out = [0] * ((len(cells) - 1) * stride + len(weights))
    for place, cell in enumerate(cells):
        for number, weight in enumerate(weights):
            out[place * stride + number] += cell * weight
    return out


def _at_start(data: Data) -> tuple[list[int], int, int, list[int]]:
    kernel, stride, padding = (data["start"][key] for key in CHOICES)
    weights = list(data["weights"][:kernel])
    return weights, stride, padding, sums(data["cells"], weights, stride)


def words(data: Data) -> str:
    """Say cells, weights and sums at the start."""
    weights, stride, padding, out = _at_start(checked(data))
    cells, kernel = (", ".join(map(str, row)) for row in (data["cells"], weights))
    kept = ", ".join(map(str, out[padding : len(out) - padding]))
    return f"Cells {cells}; weights {kernel}; stride {stride}, padding {padding}. Pixels: {kept}."


def still(data: Data) -> str:
    """Draw the start: a row for each cell's copy, and the sums."""
    weights, stride, padding, out = _at_start(checked(data))
    width = LEFT + len(out) * SIDE
    parts = [text(14, 24, f"weights {' '.join(map(str, weights))}, stride {stride}", "b")]
    for row, cell in enumerate(data["cells"]):
        y = TOP + row * SIDE
        parts.append(text(14, y + 19, f"{cell} ·", "b"))
        for number, weight in enumerate(weights):
            x = LEFT + (row * stride + number) * SIDE
            place = f'x="{x}" y="{y}" width="{SIDE}" height="{SIDE}"'
            parts.append(f'<rect {place} class="c{row}" fill-opacity=".25"/>')
            parts.append(text(x + SIDE / 2, y + 19, str(cell * weight), "m"))
    y = TOP + len(data["cells"]) * SIDE + 6
    parts += [line(f"M{LEFT} {y - 3}H{width}"), text(14, y + 19, "sum", "b")]
    for number, value in enumerate(out):
        cut = not padding <= number < len(out) - padding
        kind = "quiet m" if cut else "b m"
        parts.append(text(LEFT + (number + 0.5) * SIDE, y + 19, str(value), kind))
    parts.append(text(14, y + 42, f"The padding cuts off {padding} at each end.", "quiet"))
    return picture(width + 14, y + 56, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("scatter.js"), own_file("scatter.css"), still, words, tight=True)
