"""Softmax to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import softmax
from touch_pages import softmax_data


def test_the_words_are_the_numbers_at_the_start() -> None:
    assert softmax.words(softmax_data()) == (
        "At the start: ants 0.88, bees 0.12; odds of ants to bees 7.4 to 1."
    )


def test_odds_below_one_are_turned_round() -> None:
    assert softmax.words(softmax_data(logits=(1.0, 3.0))).endswith("bees 1 to 7.4.")


def test_the_picture_shows_each_class_and_marks_the_label() -> None:
    drawn = softmax.still(softmax_data(("a", "b", "c"), (0.0, 2.0, -1.0)))
    assert drawn.count("✓ label") == 1
    assert "b  0.84  ✓ label" in drawn
    assert "c  −1.0" in drawn


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"classes": ["ants"]}, "two to five classes"),
        ({"logits": [3.0]}, "a logit for each"),
        ({"logits": [7.0, 1.0]}, "between -4 and 6"),
        ({"logits": [0.25, 1.0]}, "one decimal"),
        ({"scales": [0.25, 0.5, 1.5, 2.0]}, "one of them is 1.0"),
        ({"probabilities": [[0.5, 0.5]]}, "for each of the scales"),
        ({"probabilities": [[1.0]] * 4}, "for each of the scales"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (softmax.still, softmax.words):
        with pytest.raises(ValueError, match=said):
            use({**softmax_data(), **wrong})
