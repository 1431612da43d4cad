"""A convolution to touch: a window over a grid or a picture, its nine products and their sum.

Its data:

- ``kernels``, each with ``name`` and ``weights``; a ``grid`` of 6 × 6 whole numbers;
- a ``picture`` with ``width``, ``height`` and ``gray``, base64 of a byte for each pixel. Where all
  are multiples of 4 (``x // 4 * 4``), they are stored in three quarters of the room: then 52 × 52
  pixels and sixteen checks fit into 25 kB;
- ``checks``, what PyTorch computes: ``on`` (``grid`` or ``picture``), ``kernel`` (its number),
  ``stride``, ``padding``, ``shape`` and ``values``: all of them for the grid, a few ``[row, column,
  value]`` for the picture.
"""

import base64
import re
from collections.abc import Sequence
from itertools import chain

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

GRID = 6
UNUSED = re.compile(r";--c\d:#\w+|\.c\d\{[^}]*\}")
"""The colors of bars: the still picture has none."""

CELL = 26
INPUT, KERNEL, OUTPUT = 16, 192, 290
"""Where each of the three begins in the still picture, from the left."""

TOP, WIDTH, HEIGHT = 38, 410, 250


def output_side(side: int, stride: int, padding: int) -> int:
    """Return how many places a window of 3 has along one side.

    >>> output_side(6, 2, 1)
    3
    """
    return (side + 2 * padding - 3) // stride + 1


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    kernels, grid = data["kernels"], data["grid"]
    if not 2 <= len(kernels) <= 6 or any(_shape(k["weights"]) != (3, 3) for k in kernels):
        raise ValueError("a convolution to touch takes two to six kernels of 3 × 3 weights")
    if _shape(grid) != (GRID, GRID) or any(x != int(x) or not 0 <= x <= 99 for x in chain(*grid)):
        raise ValueError("its grid has 6 × 6 whole numbers between 0 and 99")
    height, width = data["picture"]["height"], data["picture"]["width"]
    pixels = base64.b64decode(data["picture"]["gray"])
    if len(pixels) != height * width or height * width > 60 * 60:
        raise ValueError("its picture has a byte for each pixel, in base64, and 60 × 60 at most")
    sides = {"grid": (GRID, GRID), "picture": (height, width)}
    for one in data["checks"]:
        shape = [output_side(side, one["stride"], one["padding"]) for side in sides[one["on"]]]
        whole = one["on"] == "grid" and len(one["values"]) != shape[0] * shape[1]
        if list(one["shape"]) != shape or not one["values"] or whole:
            raise ValueError(f"a check does not have the {shape[0]} × {shape[1]} values expected")
    if {one["on"] for one in data["checks"]} != set(sides) or not _starts(data):
        raise ValueError(
            "check both grid and picture; and kernel 0 on the grid, stride 1, padding 0"
        )


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    kernel, values = data["kernels"][0], _rows(_starts(data)[0]["values"], GRID - 2)
    pixels = [row[:3] for row in data["grid"][:3]]
    products = zip(chain(*pixels), chain(*kernel["weights"]), strict=True)
    total = " + ".join(f"{number(x)}·{number(w, brackets=True)}" for x, w in products)
    rows = "; ".join(" ".join(number(value) for value in row) for row in values)
    return (
        f"At the start: kernel {kernel['name']}, stride 1, padding 0. The window in the upper left"
        f" corner: {total} = {number(values[0][0])}. The output, 4 by 4: {rows}."
    )


def still(data: Data) -> str:
    """Draw the start: input with its window, kernel and output."""
    check(data)
    kernel, values = data["kernels"][0], _rows(_starts(data)[0]["values"], GRID - 2)
    parts = [
        "<style>.n{font:13px monospace;white-space:pre}.line{stroke:var(--quiet);stroke-width:.5}"
        ".w{stroke:var(--ink);stroke-width:3}</style>",
        *_table(INPUT, "Input 6 × 6", data["grid"]),
        *_table(KERNEL, "Kernel", kernel["weights"]),
        *_table(OUTPUT, "Output 4 × 4", values),
        line(f"M{INPUT} {TOP}h{3 * CELL}v{3 * CELL}h{-3 * CELL}z").replace("line", "line w"),
    ]
    parts.append(
        text(INPUT, 222, f"{kernel['name']}, under the window: {number(values[0][0])}", "b")
    )
    return UNUSED.sub("", picture(WIDTH, HEIGHT, *parts))


def number(x: float, brackets: bool = False, digits: int = 2) -> str:
    """Write a whole number without decimals, any other with a few.

    >>> number(-2.0), number(1 / 3), number(-1, brackets=True)
    ('−2', '0.33', '(−1)')
    """
    plain = fixed(x, 0 if abs(x - round(x)) < 1e-4 * (1 + abs(x)) else digits)
    return f"({plain})" if brackets and x < 0 else plain


def stored(data: Data) -> Data:
    """Write the data shorter: a letter for a pixel, and plain lists for kernels and checks.

    A check becomes ``[on, kernel, stride, padding, height, width, values]``, where a value of the
    picture is its place and itself.
    """
    pixels = base64.b64decode(data["picture"]["gray"])
    checks = []
    for one in data["checks"]:
        height, width = one["shape"]
        values = one["values"]
        if one["on"] == "picture":
            values = [[row * width + column, value] for row, column, value in values]
        plain = [one[key] for key in ("on", "kernel", "stride", "padding")]
        checks.append([*plain, height, width, values])
    kernels = [[kernel["name"], *chain(*kernel["weights"])] for kernel in data["kernels"]]
    gray = dict(data["picture"])
    if not any(pixel % 4 for pixel in pixels):
        del gray["gray"]
        gray["letters"] = "".join(chr(pixel // 4 + 63) for pixel in pixels)
    return {**data, "kernels": kernels, "picture": gray, "checks": checks}


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("convolution.js"), own_file("convolution.css")
    return Design(script, style, still, words, tight=True, stored=stored)


def _shape(rows: Sequence[Sequence[float]]) -> tuple[int, int]:
    widths = {len(row) for row in rows}
    return len(rows), widths.pop() if len(widths) == 1 else 0


def _starts(data: Data) -> list[Data]:
    start = {"on": "grid", "kernel": 0, "stride": 1, "padding": 0}
    return [one for one in data["checks"] if start.items() <= one.items()]


def _rows(values: Sequence[float], width: int) -> list[Sequence[float]]:
    return [values[k : k + width] for k in range(0, len(values), width)]


def _table(left: int, title: str, rows: Sequence[Sequence[float]]) -> list[str]:
    """A title, and numbers in cells. A row is one text in letters that are equally wide."""
    side = len(rows) * CELL
    lines = "".join(
        f"M{left} {TOP + k * CELL}h{side}M{left + k * CELL} {TOP}v{side}"
        for k in range(len(rows) + 1)
    )
    drawn = (_row(left, TOP + CELL * k + 18, side, row) for k, row in enumerate(rows))
    return [text(left, 26, title, "b"), line(lines), *drawn]


def _row(x: int, y: int, width: int, row: Sequence[float]) -> str:
    letters = "".join(f"{number(value):^3}" for value in row)
    return f'<text x="{x + 3}" y="{y}" class="n" textLength="{width}">{letters}</text>'
