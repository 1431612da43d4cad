"""Amdahl's law to touch: what a part that becomes faster gives to the whole.

Data: ``part``, its name; ``times``, the gains to choose from, ascending; ``start`` with the
``percent`` of the time that the part takes, a whole number, and its ``times``; and ``checks``:
lists of percent, times, and how many times as fast the whole is.
"""

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import bar, picture, text

WIDTH, LEFT = 520, 18


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    times, start = list(data["times"]), data["start"]
    if len(times) < 2 or times[0] < 1 or times != sorted(set(times)):
        raise ValueError("give two or more gains to choose from, ascending, from 1 on")
    if start["percent"] not in range(101) or start["times"] not in times:
        raise ValueError(f"the start is a whole percentage and one of {times}")
    for percent, factor, wanted in data["checks"]:
        if abs(gain(percent, factor) - wanted) > 1e-6 * wanted:
            raise ValueError(f"{percent} % and {factor} times give {gain(percent, factor)}")
    return data


def gain(percent: float, times: float) -> float:
    """How many times as fast the whole is.

    >>> gain(50, 2), gain(0, 9)
    (1.3333333333333333, 1.0)
    """
    return 1 / (1 - percent / 100 + percent / 100 / times)


def words(data: Data) -> str:
    """Say the start."""
    percent, times = (checked(data)["start"][key] for key in ("percent", "times"))
    whole = fixed(gain(percent, times), 2)
    return f"{data['part']}: {percent} % of the time, {times} times as fast; the whole {whole}."


def still(data: Data) -> str:
    """Draw the start: the time before and after."""
    percent, times = (checked(data)["start"][key] for key in ("percent", "times"))
    parts, wide = [], (WIDTH - 2 * LEFT) / 100
    for y, name, share in ((24, "before", percent), (94, "after", percent / times)):
        rest = 100 - percent
        parts.append(text(LEFT, y, f"{name}: {fixed(share, 1)} % + {rest} %", "b"))
        parts.append(bar(LEFT, y + 10, share * wide, 28, "c1"))
        parts.append(bar(LEFT + share * wide, y + 10, rest * wide, 28, "c0"))
    whole = fixed(gain(percent, times), 2)
    said = f"{data['part']} {times} times as fast: the whole {whole} times"
    return picture(WIDTH, 180, *parts, text(LEFT, 164, said))


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("amdahl.js"), own_file("amdahl.css"), still, words)
