"""Numbers on pages: nothing is rounded to what it is not."""

import math

import pytest

from course_utils.pages.numbers import counted, interval, percent, ratio


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, "0.500"), (1.0, "1.000"), (0.99949, "0.999"), (0.9995, "> 0.999"), (math.inf, "–")],
)
def test_only_one_is_called_one(value: float, written: str) -> None:
    assert ratio(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.5, "50.0 %"), (0.0, "0 %"), (0.0004, "< 0.1 %"), (0.001, "0.1 %"), (math.nan, "–")],
)
def test_only_nothing_is_called_nothing(value: float, written: str) -> None:
    assert percent(value) == written


def test_what_was_not_counted_has_no_interval() -> None:
    assert interval((math.nan, math.nan)) == "–"
    assert counted(0, "picture") == "0 pictures"
