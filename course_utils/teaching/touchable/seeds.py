"""Seeds to touch: two networks, trained with several seeds each, of which some are drawn.

Its data: two ``names``; for each network in ``right`` how many of the validation ``pictures`` it
labels correctly, one number a seed, as many seeds of both. What the page stores besides comes from
``intervals``: Student's t, and for each number of seeds how often each verdict is found.
"""

import math
from functools import cache

from scipy.special import stdtrit

from course_utils.teaching.intervals import CONFIDENCE, difference_interval, verdicts
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.svg import line, picture, text

LEAST = 3
"""Seeds that are drawn at the start, and at least."""

KNOTS = 41
LEFT, RIGHT, MIDDLE = 96, 344, 240


def checked(data: Data) -> Data:
    """Return the data, or say what is wrong with them.

    Raises:
        ValueError: If something does not fit together.
    """
    first, second = data["right"]
    if len(data["names"]) != 2 or len(first) != len(second) or len(first) <= LEAST:
        raise ValueError(f"give two names, and as many seeds of both, more than {LEAST}")
    if any(not 0 <= n <= data["pictures"] or n != int(n) for n in (*first, *second)):
        raise ValueError("right counts pictures: whole numbers up to all of them")
    if len({*first}) == 1 or len({*second}) == 1:
        raise ValueError("seeds that all end alike say nothing of chance")
    return data


def stored(data: Data) -> Data:
    """Return what the script gets: the data, Student's t and the verdicts of all draws."""
    data = checked(data)
    first, second = (tuple(runs) for runs in data["right"])
    counts = range(LEAST, len(first) + 1)
    return {
        **data,
        "quantiles": _quantiles(),
        "verdicts": [[count, *_verdicts(first, second, count)] for count in counts],
        "span": span(data),
    }


def span(data: Data) -> float:
    """Say how far the axis of differences reaches to both sides: as the interval at the start."""
    low, high = _at_start(data)
    return math.ceil(max(abs(low), abs(high)) * 100 + 0.5) / 100


def words(data: Data) -> str:
    """Say what the first seeds show, and what all of them do."""
    data = checked(data)
    few, everything = _at_start(data), difference_interval(*_accuracies(data))
    names, count = data["names"], len(data["right"][0])
    return (
        f"{names[1]} less {names[0]}, 95 % interval: with {LEAST} seeds of each {_between(*few)}, "
        f"with {count} {_between(*everything)}."
    )


def still(data: Data) -> str:
    """Draw the accuracies of all seeds, and the two intervals of the difference."""
    data = checked(data)
    accuracies, names = _accuracies(data), data["names"]
    low, high = min(map(min, accuracies)), max(map(max, accuracies))
    parts = [text(16, 24, "Validation accuracy, one dot a seed", "b")]
    for row, (name, runs) in enumerate(zip(names, accuracies, strict=True)):
        base, piled = 86 + 54 * row, dict[float, int]()
        parts += [text(16, base, name), line(f"M{LEFT} {base + 6}H{RIGHT}")]
        for accuracy in runs:
            piled[accuracy] = piled.get(accuracy, 0) + 1
            x = LEFT + 10 + (RIGHT - LEFT - 20) * (accuracy - low) / (high - low)
            y = base + 10 - 10 * piled[accuracy]
            parts.append(f'<circle cx="{x:.0f}" cy="{y}" r="4" class="c{row}"/>')
    parts += [
        text(LEFT + 10, 166, fixed(low, 3), "quiet m"),
        text(RIGHT - 10, 166, fixed(high, 3), "quiet m"),
        text(16, 200, f"{names[1]} less {names[0]}, 95 %", "b"),
        f'<path class="line" stroke-dasharray="3 3" d="M{MIDDLE} 212V292"/>',
    ]
    for row, count in enumerate((LEAST, len(accuracies[0]))):
        ends = difference_interval(*(runs[:count] for runs in accuracies))
        places = [MIDDLE + 96 * max(-1, min(1, end / span(data))) for end in ends]
        y = 230 + 40 * row
        parts.append(text(16, y, f"{count} seeds"))
        parts.append(line(f"M{places[0]:.0f} {y}H{places[1]:.0f}"))
        parts.append(f'<circle cx="{sum(places) / 2:.0f}" cy="{y}" r="5" class="c1"/>')
        parts.append(text(16, y + 17, _between(*ends), "quiet"))
    return picture(360, 306, *parts)


def _accuracies(data: Data) -> list[list[float]]:
    return [[right / data["pictures"] for right in runs] for runs in data["right"]]


def _at_start(data: Data) -> tuple[float, float]:
    return difference_interval(*(runs[:LEAST] for runs in _accuracies(data)))


def _between(low: float, high: float) -> str:
    return f"{_signed(low)} to {_signed(high)}"


def _signed(value: float) -> str:
    written = fixed(value, 3)
    return f"+{written}" if value > 0 and float(written) else written


def _quantiles() -> list[float]:
    """Student's t at equal steps of 1 / degrees of freedom, from 0 to 1/2."""
    steps = [k / 2 / (KNOTS - 1) for k in range(KNOTS)]
    return [float(stdtrit(1 / u if u else 1e9, (1 + CONFIDENCE) / 2)) for u in steps]


@cache
def _verdicts(first: tuple[int, ...], second: tuple[int, ...], count: int) -> tuple[int, ...]:
    return verdicts(first, second, count)


def design() -> Design:
    """Say what the figure is made of."""
    return Design(own_file("seeds.js"), own_file("seeds.css"), still, words, stored, tight=True)
