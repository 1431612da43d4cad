"""Plots as SVG inside a page, in its colors and letters; each has words for who hears it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from course_utils.pages.html import Markup, element

WIDTH, HEIGHT = 440, 270
LEFT, RIGHT, TOP, BOTTOM = 48, 12, 12, 40
"""Of the area that is drawn on, in units of the picture."""

MOST_POINTS = 400
"""Of a line; of more values every second, third, ... is drawn, and the last."""


@dataclass(frozen=True)
class Series:
    """A line of a plot.

    Attributes:
        name: What it is of.
        values: One for each epoch, from 1; what is no number is a gap.
    """

    name: str
    values: Sequence[float]


def curves(series: Sequence[Series], what: str, top: float | None = None) -> Markup:
    """Lines over the epochs of a training; at most two.

    Args:
        series: The lines.
        what: Name of the vertical axis.
        top: Where it ends; by default at the greatest value.
    """
    finite = [v for line in series for v in line.values if math.isfinite(v)]
    low = min(0.0, *finite) if finite else 0.0
    high = top or max(finite, default=1.0)
    epochs = max(len(line.values) for line in series)
    scale = _Scale((1, max(epochs, 2)), (low, high if high > low else low + 1))
    drawn = [
        part for number, line in enumerate(series) for part in _line(line.values, number, scale)
    ]
    marks = sorted({round(1 + (epochs - 1) * step / 4) for step in range(5)})
    words = [_words(line) for line in series]
    picture = _picture(
        f"{what}: {'; '.join(words)}",
        *scale.across(marks, "epoch"),
        *scale.up(what),
        *drawn,
    )
    key = [element("span", _sample(number), line.name, " ") for number, line in enumerate(series)]
    return element("figure", picture, element("figcaption", *key))


def reliability(
    bins: Sequence[tuple[float, float, tuple[float, float]] | None], words: str
) -> Markup:
    """How often answers are right, for each range of their probability.

    Args:
        bins: For ranges of equal width from 0 to 1: mean probability, share that is right, and the
            interval of this share; ``None`` for a range without answers.
        words: What the picture shows, for who hears it.
    """
    scale = _Scale((0, 1), (0, 1))
    drawn = []
    for number, found in enumerate(bins):
        if found is None:
            continue
        mean, share, (low, high) = found
        left, right = scale.x(number / len(bins)), scale.x((number + 1) / len(bins))
        top, bottom = scale.y(share), scale.y(0)
        size = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        drawn.append(element("rect", class_="bar", **size))
        line = f"M{scale.x(mean):.1f} {scale.y(low):.1f}V{scale.y(high):.1f}"
        drawn.append(_path(line, "whisker"))
    diagonal = f"M{scale.x(0):.1f} {scale.y(0):.1f}L{scale.x(1):.1f} {scale.y(1):.1f}"
    marks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    across = scale.across(marks, "probability of the answer")
    axes = (*across, *scale.up("share that is right"))
    return _picture(words, *axes, *drawn, _path(diagonal, "ideal"))


@dataclass(frozen=True)
class _Scale:
    """From values to places in the picture."""

    horizontal: tuple[float, float]
    vertical: tuple[float, float]

    def x(self, value: float) -> float:
        low, high = self.horizontal
        return LEFT + (value - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.vertical
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    def across(self, marks: Sequence[float], what: str) -> Iterator[Markup]:
        """The horizontal axis."""
        floor = HEIGHT - BOTTOM
        yield _path(f"M{LEFT} {floor}H{WIDTH - RIGHT}", "axis")
        for mark in marks:
            yield _text(self.x(mark), floor + 16, f"{mark:g}", "middle")
        yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, what, "middle")

    def up(self, what: str) -> Iterator[Markup]:
        """The vertical axis, with a line across for each mark."""
        for mark in round_marks(*self.vertical):
            yield _path(f"M{LEFT} {self.y(mark):.1f}H{WIDTH - RIGHT}", "grid")
            yield _text(LEFT - 6, self.y(mark) + 4, f"{mark:g}", "end")
        middle = (TOP + HEIGHT - BOTTOM) / 2
        yield element(
            "text", what, class_="middle", transform=f"translate(12 {middle:g}) rotate(-90)"
        )


def round_marks(low: float, high: float) -> list[float]:
    """Three to six round numbers within a range.

    >>> round_marks(0, 2.3)
    [0.0, 0.5, 1.0, 1.5, 2.0]
    """
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step = next(step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) < 6)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 12) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def _line(values: Sequence[float], number: int, scale: _Scale) -> Iterator[Markup]:
    """The parts of a line between what is no number; a part of one value is a dot."""
    every = math.ceil(len(values) / MOST_POINTS)
    kept = [place for place in range(len(values)) if place % every == 0 or place == len(values) - 1]
    for is_number, run in groupby(kept, lambda place: math.isfinite(values[place])):
        if not is_number:
            continue
        points = [(scale.x(place + 1), scale.y(values[place])) for place in run]
        if len(points) == 1:
            x, y = points[0]
            yield element("circle", cx=x, cy=y, r=4, class_=f"dot{number}")
        else:
            way = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
            yield _path(f"M{way}", f"line c{number}")


def _words(line: Series) -> str:
    """First, last and best of a line."""
    numbers = [value for value in line.values if math.isfinite(value)]
    if not numbers:
        return f"{line.name}: no numbers"
    if len(line.values) == 1:
        return f"{line.name} {numbers[0]:.3f} after 1 epoch"
    return (
        f"{line.name} from {numbers[0]:.3f} to {numbers[-1]:.3f} in {len(line.values)} epochs, "
        f"between {min(numbers):.3f} and {max(numbers):.3f}"
    )


def _sample(number: int) -> Markup:
    """A short piece of a line, for the key."""
    stroke = element("path", d="M0 5H26", class_=f"line c{number}")
    size = {"width": 26, "height": 10, "viewBox": "0 0 26 10"}
    return element("svg", stroke, class_="sample", aria_hidden="true", **size)


def _picture(words: str, *parts: Markup) -> Markup:
    return element("svg", *parts, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_label=words)


def _path(way: str, kind: str) -> Markup:
    return element("path", d=way, class_=kind)


def _text(x: float, y: float, words: str, kind: str) -> Markup:
    return element("text", words, x=float(x), y=float(y), class_=kind)
