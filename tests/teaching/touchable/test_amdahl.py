"""Amdahl's law to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import amdahl
from speed_pages import amdahl_data, speed_html

DATA = amdahl_data()


@pytest.mark.parametrize(
    ("percent", "times", "whole"), [(50, 2, 4 / 3), (100, 7, 7), (0, 7, 1), (90, 10, 1 / 0.19)]
)
def test_the_whole_becomes_faster_by_less(percent: int, times: float, whole: float) -> None:
    assert amdahl.gain(percent, times) == pytest.approx(whole)


def test_the_words_and_the_picture_say_the_start() -> None:
    assert amdahl.words(DATA) == (
        "the network: 50 % of the time, 10 times as fast; the whole 1.82."
    )
    drawn = amdahl.still(DATA)
    assert "before: 50.0 % + 50 %" in drawn
    assert "after: 5.0 % + 50 %" in drawn
    assert "the whole 1.82 times" in drawn


def test_it_is_small() -> None:
    assert len(speed_html("amdahl").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"times": [1]}, "two or more"),
        ({"times": [10, 1]}, "ascending"),
        ({"times": [0.5, 10]}, "from 1 on"),
        ({"start": {"percent": 101, "times": 10}}, "whole percentage"),
        ({"start": {"percent": 0.5, "times": 10}}, "whole percentage"),
        ({"start": {"percent": 50, "times": 4}}, "one of"),
        ({"checks": [[50, 10, 5.5]]}, "50 % and 10 times"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (amdahl.still, amdahl.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
