"""A kernel and its checkerboard to touch, as Python sees them."""

from typing import Any

import pytest

from course_utils.teaching.touchable import checkerboard
from transposed_pages import KERNELS, checkerboard_data, checkerboard_html, scattered

DATA = checkerboard_data()


def test_the_words_are_the_sums_of_the_start() -> None:
    assert checkerboard.words(DATA) == (
        "Weights 1.00, 0.00, 0.00, 1.00: sums 1.00, 1.00, moments 0.00, 3.00. The ramp 0 to 4 "
        "becomes 0.00, 1.00, 0.00, 2.00, 1.00, 3.00, 2.00, 4.00, 3.00, 0.00."
    )


@pytest.mark.parametrize("name", KERNELS)
def test_equal_sums_keep_ones_and_equal_moments_ramps(name: str) -> None:
    weights = KERNELS[name]
    sums, moments = checkerboard.both(weights)
    ones, ramp = scattered([1] * 8, weights, 2, 1), scattered(range(8), weights, 2, 1)
    inside = slice(1, -1)
    steps = {round(b - a, 6) for a, b in zip(ramp[inside], ramp[inside][1:], strict=False)}
    assert (len(set(ones[inside])) == 1) == (sums[0] == sums[1])
    assert (len(steps) == 1) == (moments[0] == moments[1])
    assert checkerboard.enlarged(range(8), weights) == pytest.approx(ramp)


def test_the_picture_has_a_point_for_each_pixel_but_the_ends() -> None:
    assert checkerboard.still(DATA).count("<circle") == 8


def test_it_is_small() -> None:
    assert len(checkerboard_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": 3}, "which of them is shown first"),
        ({"kernels": [{"name": "odd", "weights": [1, 1, 1]}] * 3}, "odd: give 4 weights"),
        ({"kernels": [{"name": "fine", "weights": [0.01, 1, 1, 0]}] * 3}, "in steps of 0.05"),
        ({"picture": {"side": 5, "gray": ""}}, "a byte for each pixel"),
        ({"checks": DATA["checks"][:2]}, "a check for each"),
        ({"checks": [DATA["checks"][1]] * 3}, "the check of tent"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (checkerboard.still, checkerboard.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
