"""A group convolution to touch, as Python sees it."""

from typing import Any

import pytest

from course_utils.teaching.touchable import groups
from groups_pages import groups_data, groups_html


def test_the_words_are_the_numbers_at_the_start() -> None:
    assert groups.words(groups_data()) == (
        "At the start: 16 channels in 4 groups, 3 · 3 · 16 · 16 / 4 = 576 weights a layer, 25 % of"
        " the budget of 2,304. Without a shuffle between two such layers, output 0 depends on 4 of"
        " 16 inputs."
    )


def test_one_group_and_a_shuffle_are_said() -> None:
    data = groups_data()
    data["start"] = {"groups": 4, "width": 16, "shuffle": True}
    assert "With a shuffle between two such layers, output 0 depends on 16 of 16" in groups.words(
        data
    )
    data["start"], data["channels"] = {"groups": 1, "width": 8, "shuffle": False}, 8
    assert "8 channels in 1 group, 3 · 3 · 8 · 8 / 1 = 576" in groups.words(data)


def test_the_picture_shows_connections_blocks_and_weights() -> None:
    drawn = groups.still(groups_data())
    assert drawn.count("L") == 16 * 16 // 4
    assert drawn.count('width="35.0" height="35"') == 4
    assert "576 weights, 25 % of the budget" in drawn


def test_the_figure_is_small() -> None:
    assert len(groups_html().encode()) <= 21_000


def wrong_check(**changes: Any) -> dict[str, Any]:
    """A first check that is not right, and the others."""
    first, *others = groups_data()["checks"]
    return {"checks": [{**first, **changes}, *others]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"groups": [1]}, "groups are two to eight"),
        ({"groups": [1, 4, 2]}, "groups are two to eight whole numbers that rise"),
        ({"widths": [8.5, 16]}, "widths are two to eight whole numbers"),
        ({"widths": [16, 64]}, "widths lie between 1 and 32"),
        ({"groups": [2, 4, 8]}, "the first of the groups is 1"),
        ({"channels": 8}, "as many channels are drawn"),
        ({"start": {"groups": 5, "width": 16, "shuffle": False}}, "from the lists"),
        (wrong_check(width=12, groups=8), "from the lists"),
        (wrong_check(reached=[]), "reached lists the inputs"),
        (wrong_check(reached=[0, 16]), "reached lists the inputs"),
        (wrong_check(reached=[1, 0]), "reached lists the inputs"),
        ({"checks": groups_data()["checks"][1:]}, "check the start"),
        ({"checks": groups_data()["checks"][:1]}, "one with a shuffle"),
        ({"budget": 0}, "above 0"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (groups.still, groups.words):
        with pytest.raises(ValueError, match=said):
            use({**groups_data(), **wrong})
