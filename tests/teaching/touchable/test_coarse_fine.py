"""Coarse and fine scores to touch, as Python sees them."""

from typing import Any

import pytest

from course_utils.teaching.touchable import coarse_fine
from skips_pages import COARSE, FINE, coarse_fine_data, skips_html, sums_by_pytorch

DATA = coarse_fine_data()


def test_the_sums_are_those_of_pytorch() -> None:
    for coarse in (COARSE, [3.0, -3.0]):
        assert coarse_fine.sums(coarse, FINE, 8) == sums_by_pytorch(coarse, FINE)


def test_the_words_say_the_sums_and_what_is_right() -> None:
    assert coarse_fine.words(DATA) == (
        "The sums at the start: −1.5, −1.5, 1.5, 1.5, −3.5, −3.5, −0.5, −0.5. "
        "Right pixels of 8: coarse map 6, fine map 6, sum 8."
    )


def test_the_picture_has_a_bar_for_each_score_and_its_well() -> None:
    assert coarse_fine.still(DATA).count('rx="3"') == 2 * (2 + 4 + 8)


def test_it_is_small() -> None:
    assert len(skips_html("coarse_fine").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"coarse": [0.5, 0.5, 0.5]}, "divide the pixels"),
        ({"coarse": FINE, "checks": []}, "has fewer"),
        ({"fine": [-2.0, 1.0, -2.0, 3.5], "checks": []}, "lies between"),
        ({"fine": [-2.0, 1.2, -2.0, 1.0], "checks": []}, "in steps of"),
        ({"things": [["pebble", 6, 8, "gray"]]}, "ant or dark"),
        ({"checks": [{**DATA["checks"][0], "sum": [0.0] * 8}]}, "another sum"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (coarse_fine.still, coarse_fine.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
