"""The learning rate to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import learning_rate
from learning_rate_pages import RATES, learning_rate_data, learning_rate_html

DATA = learning_rate_data()
RUNS = DATA["runs"]


def test_the_words_say_where_each_training_ends() -> None:
    said = learning_rate.words(DATA)
    assert said.startswith("Accuracy after 12 epochs, by learning rate: 10⁻⁵: 0.55; 0.0001: 0.71;")
    assert said.endswith("10: 0.50 (loss not a number from epoch 3). Chance: 0.50.")


def test_the_picture_shows_each_rate_and_where_it_starts() -> None:
    drawn = learning_rate.still(DATA)
    assert drawn.count('r="4"') == len(RATES)
    assert "0.01: 0.94" in drawn
    assert "0.0001: 0.71" in learning_rate.still({**DATA, "start": 1})


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0.003, "0.003"), (1e-4, "0.0001"), (1e-5, "10⁻⁵"), (2.5e-5, "2.5·10⁻⁵"), (100.0, "100")],
)
def test_a_rate_is_written_as_short_as_can_be(rate: float, text: str) -> None:
    assert learning_rate.rate_text(rate) == text


def test_it_is_small() -> None:
    assert len(learning_rate_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"rates": [0.1]}, "two or more"),
        ({"rates": [0.0, *RATES[1:]]}, "above 0"),
        ({"rates": RATES[::-1]}, "ascending"),
        ({"runs": RUNS[1:]}, "a run for each"),
        ({"runs": [{**RUNS[0], "loss": [0.7]}, *RUNS[1:]]}, "a number for each epoch"),
        ({"runs": [{**run, "loss": [None] * 12} for run in RUNS]}, "losses of the first epoch"),
        ({"runs": [{**RUNS[0], "low": [0.9] * 12}, *RUNS[1:]]}, "the mean between"),
        ({"chance": 50}, "chance is a share"),
        ({"seeds": 0}, "at least one seed"),
        ({"start": 10}, "the place of a rate"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (learning_rate.still, learning_rate.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
