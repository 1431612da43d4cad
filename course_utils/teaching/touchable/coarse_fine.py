"""A coarse and a finer map on a line of pixels, to touch: their scores are dragged, and added.

Its data: ``coarse`` and ``fine``, the scores (*this class minus ground*) of the cells of two maps
of the same pixels, the coarse one with fewer cells; ``truth``, 0 or 1 for each pixel; ``things``,
each with what it is, the first pixel that it covers and the first behind it, counted from 0, and a
color, ``"ant"`` or ``"dark"``; and ``checks``: for a ``coarse`` and a ``fine`` the ``sum`` of each
pixel, from PyTorch.
"""

from collections.abc import Sequence

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

MOST, STEP = 3, 0.5
"""A score lies between −3 and 3, in steps of one half."""

ROW, TOP = 26, 40
COLUMNS = {"coarse": (52, 90), "fine": (158, 90), "sum": (264, 120)}
"""Where the bars of each column begin, and how wide the column is, in the still picture."""


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    pixels = len(data["truth"])
    maps = len(data["coarse"]), len(data["fine"])
    if not 1 <= maps[0] < maps[1] <= pixels or any(pixels % cells for cells in maps):
        raise ValueError("the cells of both maps divide the pixels, and the coarse map has fewer")
    for score in (*data["coarse"], *data["fine"]):
        if abs(score) > MOST or score % STEP:
            raise ValueError(f"a score lies between −{MOST} and {MOST}, in steps of {STEP}")
    if any(kind not in ("ant", "dark") for *_, kind in data["things"]):
        raise ValueError("the color of a thing is ant or dark")
    for check in data["checks"]:
        if sums(check["coarse"], check["fine"], pixels) != [float(x) for x in check["sum"]]:
            raise ValueError(f"the check of {check['coarse']} and {check['fine']} is another sum")
    return data


def wider(scores: Sequence[float], pixels: int) -> list[float]:
    """Give each pixel the score of its cell.

    >>> wider([0.5, -1.5], 4)
    [0.5, 0.5, -1.5, -1.5]
    """
    return [scores[k * len(scores) // pixels] for k in range(pixels)]


def sums(coarse: Sequence[float], fine: Sequence[float], pixels: int) -> list[float]:
    """Both scores of each pixel, added."""
    pairs = zip(wider(coarse, pixels), wider(fine, pixels), strict=True)
    return [float(one + other) for one, other in pairs]


def number(score: float) -> str:
    """Write a score: with one digit, and a whole one with none.

    >>> number(-1.5), number(1.0)
    ('−1.5', '1')
    """
    return fixed(score, 1 if score % 1 else 0)


def words(data: Data) -> str:
    """Say the scores at the start, and which pixels are right."""
    data = checked(data)
    truth = data["truth"]
    added = sums(data["coarse"], data["fine"], len(truth))
    rows = {
        "coarse map": wider(data["coarse"], len(truth)),
        "fine map": wider(data["fine"], len(truth)),
        "sum": added,
    }
    right = [
        f"{name} {sum((score > 0) == bool(true) for score, true in zip(row, truth, strict=True))}"
        for name, row in rows.items()
    ]
    said = ", ".join(map(number, added))
    return f"The sums at the start: {said}. Right pixels of {len(truth)}: {', '.join(right)}."


def still(data: Data) -> str:
    """Draw the start: the cells of both maps, and the sum of each pixel, as bars."""
    data = checked(data)
    pixels = len(data["truth"])
    added = sums(data["coarse"], data["fine"], pixels)
    maps = {"coarse": data["coarse"], "fine": data["fine"], "sum": added}
    high = TOP + ROW * pixels
    parts = [text(8, 26, "pixel", "quiet"), text(420, 26, "truth", "quiet m")]
    y: float
    for k in range(pixels):
        y = TOP + ROW * k + 17
        parts.append(text(24, y, str(k + 1), "m"))
        parts.append(text(420, y, "ant" if data["truth"][k] else "·", "b m"))
    for name, scores in maps.items():
        left, width = COLUMNS[name]
        most = MOST * (2 if name == "sum" else 1)
        middle, unit = left + width / 2, (width - 8) / 2 / most
        tall = ROW * pixels / len(scores)
        parts.append(text(middle, 26, name, "b m"))
        for k, score in enumerate(scores):
            y = TOP + tall * k
            start, length = middle + min(score, 0) * unit, abs(score) * unit
            parts.append(bar(left, y + 1, width, tall - 2, "well"))
            parts.append(bar(start, y + 4, max(length, 1), tall - 8, "c1" if score > 0 else "c4"))
            side = "e" if score > 0 else ""
            parts.append(
                text(middle - 4 if score > 0 else middle + 4, y + tall / 2 + 5, number(score), side)
            )
        parts.append(f'<path d="M{middle:g} {TOP}V{high}" class="line"/>')
    return picture(452, high + 8, *parts)


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("coarse_fine.js"), own_file("coarse_fine.css")
    return Design(script, style, still, words, tight=True)
