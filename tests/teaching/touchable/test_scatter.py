"""Scatter and add to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import scatter
from transposed_pages import CELLS, WEIGHTS, WINDOWS, scatter_data, scatter_html, scattered

DATA = scatter_data()


def test_the_words_are_the_sums_of_the_start() -> None:
    assert scatter.words(DATA) == (
        "Cells 1, 2, 1, 3; weights 1, 3, 3, 1; stride 2, padding 1. "
        "Pixels: 3, 5, 7, 7, 5, 6, 10, 9."
    )


@pytest.mark.parametrize("window", WINDOWS)
def test_the_sums_are_those_of_pytorch(window: tuple[int, int, int]) -> None:
    kernel, stride, _ = window
    weights = WEIGHTS[:kernel]
    assert scatter.sums(CELLS, weights, stride) == scattered(CELLS, weights, stride, 0)


def test_the_picture_has_a_field_for_each_product() -> None:
    assert scatter.still(DATA).count("fill-opacity") == 4 * 4


def test_it_is_small() -> None:
    assert len(scatter_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"cells": [1, 2, 3]}, "4 cells"),
        ({"cells": [1, 2, 3, 10]}, "from 0 to 9"),
        ({"weights": [1, 2, 3, 4]}, "5 weights"),
        ({"start": {"kernel": 6, "stride": 2, "padding": 1}}, "cannot be"),
        ({"checks": [[4, 2, 3, [1]]]}, "cannot be"),
        ({"checks": [[4, 2, 1, [1, 2, 3]]]}, "the check of 4, 2, 1"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (scatter.still, scatter.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
