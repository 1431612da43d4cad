"""The ladder of cardinality to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import ladder
from ladder_pages import data, ladder_html

Numbers = dict[str, Any]


@pytest.fixture
def numbers() -> Numbers:
    """What the figure gets: counted at the first use, not when tests are collected."""
    return data()


def test_the_words_say_every_rung(numbers: Numbers) -> None:
    said = ladder.words(numbers)
    assert "1×64d: 25.557 million parameters, errors 23.9 and 22.0 %; 2×40d: 25.425" in said
    assert said.endswith(
        "32×4d: 25.029 million parameters, errors 22.2 and 21.2 %. At the start: 1×64d."
    )


def test_the_picture_shows_every_rung_and_the_start(numbers: Numbers) -> None:
    drawn = ladder.still(numbers)
    assert drawn.count('r="5"') == len(numbers["rungs"])
    assert drawn.count('r="9"') == 1
    assert all(f">{error}<" in drawn for error in ("23.9 %", "23.0", "22.6", "22.3", "22.2"))


@pytest.mark.parametrize("groups", [1, 2, 4, 8, 32])
def test_the_line_has_the_cost_of_the_first_rung(groups: int, numbers: Numbers) -> None:
    budget = numbers["budget"]
    width = ladder.width_on_budget(256, groups, budget)
    assert 2 * 256 * groups * width + 9 * groups * width**2 == pytest.approx(budget)
    rung = next(rung for rung in numbers["rungs"] if rung["groups"] == groups)
    assert ladder.weights(256, groups, rung["width"]) == pytest.approx(budget, rel=0.03)


def test_it_is_small() -> None:
    assert len(ladder_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"groups": [1, 3]}, "1, 2, 4"),
        ({"groups": [1]}, "1, 2, 4"),
        ({"rungs": []}, "give published rungs"),
        ({"checks": []}, "what PyTorch has counted"),
        ({"checks": [[1, 64, 69_633, 25_557_032, 4_089_184_256]]}, "1×64d: PyTorch has counted"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: Numbers, said: str, numbers: Numbers) -> None:
    refuses({**numbers, **wrong}, said)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"groups": 3}, "no such rung"),
        ({"width": 129}, "no such rung"),
        ({"errors": [23.9]}, "two errors"),
        ({"errors": [23.9, 100]}, "in percent"),
    ],
)
def test_a_rung_that_does_not_fit_is_refused(wrong: Numbers, said: str, numbers: Numbers) -> None:
    refuses({**numbers, "rungs": [{**numbers["rungs"][0], **wrong}]}, said)


def refuses(wrong: Numbers, said: str) -> None:
    for use in (ladder.still, ladder.words):
        with pytest.raises(ValueError, match=said):
            use(wrong)
