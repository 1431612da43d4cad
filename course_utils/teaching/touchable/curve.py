"""Measured accuracies over sizes: what figures of them share, in Python and in ``curve.js``."""

from collections.abc import Callable, Mapping, Sequence

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, line, text

WIDTH, LEFT, RIGHT, METER = 360, 18, 342, 48


def with_curve(name: str, still: Callable[[Data], str], words: Callable[[Data], str]) -> Design:
    """Say what a figure is made of that uses the bars and the curve of ``curve.js``."""
    script = own_file("curve.js") + own_file(f"{name}.js")
    style = own_file("curve.css") + own_file(f"{name}.css")
    return Design(script, style, still, words)


def check_shares(lists: Mapping[str, Sequence[float]], count: int) -> None:
    """Refuse lists that do not hold so many shares of 1.

    Raises:
        ValueError: If one is not; it names the list.
    """
    for name, shares in lists.items():
        if len(shares) != count or any(not 0 <= share <= 1 for share in shares):
            wanted = "a number" if count == 1 else f"{count} numbers, one for each size,"
            raise ValueError(f"{name} needs {wanted} between 0 and 1")


def meters(top: float, shares: Mapping[str, float], chance: float) -> str:
    """Draw shares of 1 as bars below each other, the first in gray, with a line at chance."""
    room, rows = RIGHT - LEFT, []
    for k, (title, share) in enumerate(shares.items()):
        words = text(LEFT, top + 18 + METER * k, f"{title}  {fixed(share, 2)}")
        rows.append(words + bar(LEFT, top + 26 + METER * k, room * share, 16, "c0" if k else "c4"))
    marks = (f"M{LEFT + room * chance:.0f} {top + 22 + METER * k:g}v24" for k in range(len(rows)))
    return "".join(rows) + line("".join(marks))


def points(
    top: float, sizes: Sequence[int], shares: Sequence[float], unit: str, chance: float
) -> str:
    """Draw a curve over sizes, 150 high, from 0 to 1, with a dashed line at chance."""
    left, right = LEFT + 22, RIGHT - 14
    step = (right - left) / (len(sizes) - 1)
    *curve, zero, one, middle = (top + 4 + 110 * (1 - share) for share in (*shares, 0, 1, chance))
    places = [round(left + step * k) for k in range(len(sizes))]
    path = "M" + "L".join(f"{x} {y:.1f}" for x, y in zip(places, curve, strict=True))
    dashes = "".join(f"M{x} {middle:.0f}h8" for x in range(left, right, 24))
    under = zip(places, sizes, strict=True)
    ticks = [text(x, zero + 20, f"{size}", "quiet m") for x, size in under]
    ends = text(left - 12, zero + 4, "0", "quiet e") + text(left - 12, one + 4, "1", "quiet e")
    name = text(WIDTH / 2, zero + 36, unit, "quiet m")
    return "".join([ends, line(path + dashes), *ticks, name])
