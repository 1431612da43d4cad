"""Preprocessing to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import preprocessing
from touch_modes import preprocessing_data, preprocessing_html


def with_accuracy(key: str, shares: list[float] | None) -> dict[str, Any]:
    """Other accuracies for one set of mistakes, or none."""
    rows = {**preprocessing_data()["accuracy"], key: shares}
    return {"accuracy": {name: row for name, row in rows.items() if row is not None}}


def test_the_keys_are_all_sets_of_mistakes_sorted() -> None:
    keys = preprocessing.KEYS
    assert len(set(keys)) == 8 and "" in keys and "bgr bytes plain" in keys
    assert all(key.split() == sorted(key.split()) for key in keys)


def test_the_words_are_the_accuracies() -> None:
    assert preprocessing.words(preprocessing_data()) == (
        "Accuracy as in training: 64 pixels 0.95, 96 pixels 0.93, 128 pixels 0.91, "
        "160 pixels 0.89. With one mistake, at 96 pixels: red and blue exchanged 0.87, "
        "not divided by 255 0.81, not normalized 0.75. By chance 0.50."
    )


def test_the_picture_shows_each_mistake_and_a_size() -> None:
    drawn = preprocessing.still(preprocessing_data())
    for words in (
        "96 pixels a side  0.93",
        "not normalized  0.75",
        "160 pixels a side  0.89",
        "150 pictures",
    ):
        assert words in drawn


def test_the_figure_is_small() -> None:
    data = preprocessing_data()
    without = len(preprocessing_html(data).encode()) - len(data["picture"])
    assert without < 20_500


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sizes": [64, 96, 144, 160]}, "equal steps"),
        ({"sizes": [96]}, "equal steps"),
        ({"sizes": [96, 196, 296, 396]}, "up to 256"),
        ({"trained": 100}, "size.*of the training"),
        (with_accuracy("plain", None), "these sets of mistakes"),
        (with_accuracy("plain bgr", [0.5] * 4), "these sets of mistakes"),
        (with_accuracy("plain", [0.5] * 3), r"accuracy\['plain'\] needs 4 numbers"),
        (with_accuracy("", [0.5, 50.0, 0.5, 0.5]), "between 0 and 1"),
        ({"chance": 50}, "chance needs"),
        ({"picture": "https://example.org/a.jpg"}, "begins with data:image"),
        ({"picture": "data:image/png;base64," + "A" * 7000}, "4200 characters"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (preprocessing.still, preprocessing.words):
        with pytest.raises(ValueError, match=said):
            use({**preprocessing_data(), **wrong})
