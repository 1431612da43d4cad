"""A ring all-reduce to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import ring
from scale_pages import COUNTS, ring_by_pytorch, ring_data, scale_html

DATA = ring_data()


@pytest.mark.parametrize("count", COUNTS)
def test_every_step_is_that_of_pytorch_and_the_end_is_the_sum(count: int) -> None:
    states = ring.states(count)
    assert len(states) == 2 * (count - 1) + 1
    assert states == [ring_by_pytorch(count, step) for step in range(len(states))]
    assert ring.sums(states[-1]) == count**2
    assert ring.sums(states[count - 1]) == count  # each has one whole piece, and then copies it


def test_the_words_say_the_sums_and_what_is_sent() -> None:
    assert ring.words(DATA) == (
        "Pieces with the sum of all 4, of 16, at the start and after each step: 0, 0, 0, 4, 8, "
        "12, 16. Gradients that each process sends, by the number of processes: 2: 1.00; 3: 1.33; "
        "4: 1.50; 6: 1.67; 8: 1.75."
    )


def test_the_picture_shows_whose_numbers_are_where() -> None:
    drawn = ring.still(DATA)
    assert drawn.count('class="well"') == 16
    assert drawn.count('class="c0"') == 16 + 4  # each piece has its own, four have two


def test_it_is_small() -> None:
    assert len(scale_html("ring").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"processes": [4, 3]}, "ascending"),
        ({"processes": [1, 4]}, "from 2 to 8"),
        ({"processes": [4, 9]}, "from 2 to 8"),
        ({"processes": []}, "from 2 to 8"),
        ({"start": 5}, "the start is one"),
        ({"checks": []}, "what PyTorch has added up"),
        ({"checks": [{**DATA["checks"][0], "step": 2}]}, "2 processes, step 2: PyTorch has"),
        ({"checks": [{**DATA["checks"][0], "processes": 5}]}, "5 processes, step 1: PyTorch has"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (ring.still, ring.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
