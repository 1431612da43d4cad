"""Plots: every value in its place."""

import math
import re

import pytest

from course_utils.pages.plots import (
    BOTTOM,
    HEIGHT,
    LEFT,
    MOST_POINTS,
    RIGHT,
    TOP,
    WIDTH,
    Series,
    curves,
    reliability,
    round_marks,
)


def points(drawn: str, kind: str = "line c0") -> list[list[tuple[float, float]]]:
    """The points of each piece of a line."""
    ways = re.findall(rf'<path d="M([^"]*)" class="{kind}">', drawn)
    ways = [way for way in ways if way != "0 5H26"]  # the sample in the key
    return [[tuple(map(float, p.split())) for p in way.split("L")] for way in ways]  # type: ignore[misc]


def test_a_line_begins_left_and_ends_right_at_its_values() -> None:
    ((first, middle, last),) = points(curves([Series("loss", [2.0, 0.5, 1.0])], "loss"))
    assert first == (LEFT, TOP)
    assert last == (WIDTH - RIGHT, (TOP + HEIGHT - BOTTOM) / 2)
    assert middle[1] == pytest.approx(HEIGHT - BOTTOM - 0.25 * (HEIGHT - TOP - BOTTOM), abs=0.05)


def test_what_is_no_number_is_a_gap() -> None:
    values = [1.0, 0.9, math.nan, 0.7, math.inf, 0.5, 0.4]
    drawn = curves([Series("loss", values)], "loss")
    assert [len(piece) for piece in points(drawn)] == [2, 2]
    assert drawn.count("<circle") == 1
    assert curves([Series("loss", [math.nan])], "loss").count("<circle") == 0


def test_one_epoch_is_a_dot_for_each_line() -> None:
    drawn = curves([Series("a", [0.5]), Series("b", [0.25])], "loss")
    assert drawn.count("<circle") == 2
    assert "a 0.500 after 1 epoch; b 0.250 after 1 epoch" in drawn


def test_a_long_line_keeps_its_ends() -> None:
    values = [float(number) for number in range(10_001)]
    ((*_,), *others) = found = points(curves([Series("a", values)], "a"))
    assert not others
    assert len(found[0]) <= MOST_POINTS + 1
    assert (found[0][0], found[0][-1]) == ((LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, TOP))


def test_who_hears_a_plot_hears_its_numbers() -> None:
    drawn = curves([Series("training loss", [2.0, 0.25, 1.0])], "loss")
    words = "loss: training loss from 2.000 to 1.000 in 3 epochs, between 0.250 and 2.000"
    assert f'role="img" aria-label="{words}"' in drawn


def test_bars_stand_at_their_ranges_with_their_intervals() -> None:
    drawn = reliability([None, (0.75, 0.5, (0.25, 1.0))], "said")
    height, width = HEIGHT - TOP - BOTTOM, WIDTH - LEFT - RIGHT
    bar = f'x="{LEFT + width / 2:g}" y="{TOP + height / 2:g}" width="{width / 2:g}"'
    assert f'<rect class="bar" {bar} height="{height / 2:g}">' in drawn
    x = LEFT + 0.75 * width
    whisker = f"M{x:.1f} {TOP + 0.75 * height:.1f}V{TOP:.1f}"
    assert f'<path d="{whisker}" class="whisker">' in drawn
    assert 'aria-label="said"' in drawn


@pytest.mark.parametrize("high", [1e-6, 0.03, 1, 1.01, 7, 99, 1e9])
def test_marks_are_few_round_and_within(high: float) -> None:
    marks = round_marks(0, high)
    assert 3 <= len(marks) <= 6
    assert marks[0] == 0
    assert high * 0.5 < marks[-1] <= high * (1 + 1e-9)
