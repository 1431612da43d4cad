"""A ring all-reduce to touch, step by step: whose numbers are in each piece of a gradient.

Its data: the numbers of ``processes`` to choose from, ascending; the ``start``, one of them; and
``checks``: for some ``processes`` and after some ``step``, whose numbers each process ``holds`` in
each of its pieces, as sums of ``2**process``. PyTorch has added them up.
"""

from collections.abc import Sequence

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

MOST = 8
LEFT, TOP, ROW, WIDE = 92, 46, 30, 256


def states(count: int) -> list[list[list[int]]]:
    """Whose numbers are in each piece of each process: at the start, and after each step.

    >>> states(2)
    [[[1, 1], [2, 2]], [[1, 3], [3, 2]], [[3, 3], [3, 3]]]
    """
    rows = [[1 << process] * count for process in range(count)]
    found = [rows]
    for step in range(2 * (count - 1)):
        rows = [list(row) for row in rows]
        for process, row in enumerate(found[-1]):
            piece, right = (process - step) % count, (process + 1) % count
            kept = found[-1][right][piece] if step < count - 1 else 0
            rows[right][piece] = row[piece] + kept
        found.append(rows)
    return found


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or is not what PyTorch has added up.
    """
    counts = list(data["processes"])
    if counts != sorted(set(counts)) or not counts or not 2 <= counts[0] <= counts[-1] <= MOST:
        raise ValueError(f"give numbers of processes from 2 to {MOST}, ascending")
    if data["start"] not in counts:
        raise ValueError("the start is one of the numbers of processes")
    if not data["checks"]:
        raise ValueError("give what PyTorch has added up")
    for check in data["checks"]:
        count, step = check["processes"], check["step"]
        if count not in counts or states(count)[step] != [list(row) for row in check["holds"]]:
            raise ValueError(f"{count} processes, step {step}: PyTorch has added up something else")
    return data


def sums(rows: Sequence[Sequence[int]]) -> int:
    """How many pieces hold the numbers of all."""
    return sum(piece == (1 << len(rows)) - 1 for row in rows for piece in row)


def words(data: Data) -> str:
    """Say what each process sends, and which pieces are there after each step."""
    data = checked(data)
    sent = [f"{count}: {fixed(2 * (count - 1) / count, 2)}" for count in data["processes"]]
    count = data["start"]
    steps = [f"{sums(rows)}" for rows in states(count)]
    return (
        f"Pieces with the sum of all {count}, of {count**2}, at the start and after each step: "
        f"{', '.join(steps)}. Gradients that each process sends, by the number of processes: "
        f"{'; '.join(sent)}."
    )


def still(data: Data) -> str:
    """Draw the pieces after the first step."""
    data = checked(data)
    count = data["start"]
    rows = states(count)[1]
    cell = WIDE / count
    parts = [text(16, 28, f"{count} processes, after step 1 of {2 * (count - 1)}", "b")]
    for process, row in enumerate(rows):
        y = TOP + ROW * process
        parts.append(text(16, y + 17, f"process {process}"))
        for piece, holds in enumerate(row):
            x = LEFT + cell * piece
            parts.append(bar(x, y, cell - 6, ROW - 6, "well"))
            tick = (cell - 12) / count
            for owner in range(count):
                if holds >> owner & 1:
                    parts.append(bar(x + 3 + tick * owner, y + 3, tick - 1, ROW - 12, "c0"))
    return picture(360, TOP + ROW * count + 8, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("ring.js"), own_file("ring.css"), still, words, tight=True)
