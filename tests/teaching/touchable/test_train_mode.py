"""Train mode to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import train_mode
from touch_modes import train_mode_data, train_mode_html


def with_list(kind: str, **lists: list[float]) -> dict[str, Any]:
    """Other lists for one kind of batch."""
    return {kind: {**train_mode_data()[kind], **lists}}


def test_the_words_are_the_numbers() -> None:
    assert train_mode.words(train_mode_data()) == (
        "Accuracy in eval mode 0.94. Mixed batches: of 1 0.63, of 2 0.74, of 4 0.85, of 8 0.91. "
        "Batches of one class: of 1 0.63, of 2 0.53, of 4 0.54, of 8 0.56. "
        "One at a time, the share of answers that are bees: 0.85."
    )


def test_the_picture_shows_both_modes_and_the_sizes() -> None:
    drawn = train_mode.still(train_mode_data())
    for words in ("eval mode  0.94", "train mode, one at a time  0.63", ">8<", "150 pictures"):
        assert words in drawn


def test_the_figure_is_small() -> None:
    assert len(train_mode_html().encode()) < 21_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sizes": [1, 2, 4, 16]}, "begin with 1 and double"),
        ({"sizes": [2, 4, 8, 16]}, "begin with 1 and double"),
        ({"sizes": [1]}, "begin with 1 and double"),
        ({"sizes": [2**k for k in range(8)]}, "up to 64"),
        ({"classes": ["a", "b", "c"]}, "two classes"),
        (with_list("mixed", second=[0.5] * 3), "mixed: second needs 4 numbers"),
        (with_list("one_class", high=[1.2] * 4), "one_class: high.*between 0 and 1"),
        (with_list("one_class", low=[0.7] * 4), "one_class: the accuracy lies between"),
        (with_list("mixed", high=[0.6] * 4), "mixed: the accuracy lies between"),
        ({"eval": 94}, "eval needs"),
        ({"second": 2.0}, "second needs"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (train_mode.still, train_mode.words):
        with pytest.raises(ValueError, match=said):
            use({**train_mode_data(), **wrong})
