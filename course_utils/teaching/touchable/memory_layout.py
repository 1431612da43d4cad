"""Memory to touch: which bytes a convolution reads at a pixel, channels first and channels last.

Data: ``channels``, ``rows`` and ``columns`` of one picture; ``line``, the numbers that the
processor fetches at once; ``start``, the row and the column of a pixel, from 0; and ``checks``:
lists of an order, a row, a column, and the places in memory of the numbers that the 3×3 window
around that pixel holds, by PyTorch's strides.
"""

from itertools import pairwise, product

from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import picture, text

FIRST, LAST = ORDERS = ("channels first", "channels last")
MOST_CHANNELS = 4
SIDE, LEFT = 16, 240


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    channels, rows, columns, line = (data[k] for k in ("channels", "rows", "columns", "line"))
    if not 1 <= channels <= MOST_CHANNELS or min(rows, columns) < 3 or line < 1:
        raise ValueError(f"give 1 to {MOST_CHANNELS} channels, 3 rows and 3 columns or more")
    pixels = [tuple(data["start"]), *(tuple(check[1:3]) for check in data["checks"])]
    if any(not (0 <= y < rows and 0 <= x < columns) for y, x in pixels):
        raise ValueError(f"a pixel lies outside of {rows} rows and {columns} columns: {pixels}")
    for order, y, x, wanted in data["checks"]:
        found = places(data, order, y, x)
        if found != list(wanted):
            raise ValueError(f"{order}: the window around row {y}, column {x} lies at {found}")
    return data


def places(data: Data, order: str, y: int, x: int) -> list[int]:
    """Where the numbers of the window around a pixel lie in memory, in order.

    >>> places({"channels": 2, "rows": 3, "columns": 4}, "channels last", 0, 0)
    [0, 1, 2, 3, 8, 9, 10, 11]
    """
    if order not in ORDERS:
        raise ValueError(f"no order is called {order!r}: {', '.join(ORDERS)}")
    channels, rows, columns = (data[k] for k in ("channels", "rows", "columns"))
    near_y, near_x = (
        range(max(at - 1, 0), min(at + 2, size)) for at, size in ((y, rows), (x, columns))
    )
    return sorted(
        (c * rows + row) * columns + column
        if order == FIRST
        else (row * columns + column) * channels + c
        for c, row, column in product(range(channels), near_y, near_x)
    )


def counts(data: Data, order: str, y: int, x: int) -> tuple[int, int, int]:
    """Bytes that the window reads, in how many pieces without a gap, on how many lines."""
    read = places(data, order, y, x)
    pieces = 1 + sum(b > a + 1 for a, b in pairwise(read))
    return 4 * len(read), pieces, len({place // data["line"] for place in read})


def words(data: Data) -> str:
    """Say what is read at the start."""
    y, x = checked(data)["start"]
    said = []
    for order in ORDERS:
        read, pieces, lines = counts(data, order, y, x)
        said.append(f"{order}: {read} bytes in {pieces} pieces, on {lines} lines")
    return f"Row {y + 1}, column {x + 1}. {'; '.join(said)}."


def still(data: Data) -> str:
    """Draw the start: the window in the picture, and both memories."""
    y, x = checked(data)["start"]
    channels, rows, columns, line = (data[k] for k in ("channels", "rows", "columns", "line"))
    pixels = list(product(range(rows), range(columns)))
    near = [pixel for pixel in pixels if max(abs(pixel[0] - y), abs(pixel[1] - x)) < 2]
    parts = [text(14, 24, "The picture", "b")]
    for kind, some in (("c4", pixels), ("c0", near)):
        corners = [(14 + 24 * column, 36 + 24 * row) for row, column in some]
        parts.append(_squares(corners, 21, kind, full=kind == "c0"))
    size, top = channels * rows * columns, 24
    for order in ORDERS:
        _, pieces, lines = counts(data, order, y, x)
        parts.append(text(LEFT, top, f"{order}: {pieces} pieces, {lines} lines", "b"))
        inside = set(places(data, order, y, x))
        for channel, full in product(range(channels), (False, True)):
            own = [
                place
                for place in range(size)
                if _channel(data, order, place) == channel and (place in inside) == full
            ]
            corners = [(LEFT + p % line * SIDE, top + 10 + p // line * SIDE) for p in own]
            parts.append(_squares(corners, SIDE - 2, f"c{channel}", full=full))
        top += 44 + -(-size // line) * SIDE
    return picture(LEFT + line * SIDE + 14, top, *parts)


def _channel(data: Data, order: str, place: int) -> int:
    """Which channel lies at a place in memory."""
    found: int = (
        place % data["channels"] if order == LAST else place // (data["rows"] * data["columns"])
    )
    return found


def _squares(corners: list[tuple[int, int]], side: int, kind: str, *, full: bool) -> str:
    path = "".join(f"M{x} {y}h{side}v{side}h-{side}z" for x, y in corners)
    return f'<path d="{path}" class="{kind}" fill-opacity="{1 if full else 0.2}"/>'


def design() -> Design:
    """Say what the figure is made of."""
    return Design(
        own_file("memory_layout.js"), own_file("memory_layout.css"), still, words, tight=True
    )
