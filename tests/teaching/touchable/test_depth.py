"""Depth to touch, as Python sees it."""

from copy import deepcopy
from typing import Any

import pytest

from course_utils.teaching.touchable import depth
from depth_pages import DEPTHS, depth_data, depth_html

DATA = depth_data()
FIRST = DATA["networks"][0]


def test_the_words_say_how_gradients_grow_in_each_network() -> None:
    said = depth.words(DATA)
    assert "first layer by that of the last, at the start: 10 layers, plain, batch norm: " in said
    assert said.count("layers, residual") == 3 * len(DEPTHS)


def test_the_picture_shows_the_depths_of_one_kind() -> None:
    drawn = depth.still(DATA)
    assert drawn.count(' class="line"') == 1 + len(DEPTHS)
    assert "34 layers, plain, batch norm: first ÷ last 51" in drawn
    other = {**DATA, "start": {"depth": 10, "kind": "residual", "norm": "none"}}
    assert "10 layers, residual, none: first ÷ last 1.0" in depth.still(other)


def test_it_is_small() -> None:
    assert len(depth_html().encode()) <= 25_000


def changed(**what: Any) -> dict[str, Any]:
    """The data with another first network."""
    data = deepcopy(DATA)
    data["networks"][0].update(what)
    return data


def with_step(**what: Any) -> dict[str, Any]:
    """The data with another first step of the first network."""
    return changed(steps=[{**FIRST["steps"][0], **what}])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (changed(kind="dense"), "plain or residual"),
        (changed(depth=18), "one network of each"),
        ({**DATA, "networks": DATA["networks"][1:]}, "one network of each"),
        ({**DATA, "steps": [5, 10, 100]}, "begin with 0"),
        ({**DATA, "steps": [0, 100, 10]}, "ascend"),
        (changed(steps=FIRST["steps"][:2]), "at every step"),
        (with_step(gradients=[0] * 9), "each layer that is shown"),
        (with_step(gradients=[0.5] * 8), "whole hundredths"),
        (with_step(growth=[5.0, 6.0, 7.0]), "growth: the mean"),
        (with_step(size=[5.0, 3.0, 4.0]), "size: the mean"),
        (with_step(cosine=[0.5, 0.6, 0.7]), "cosine: the mean"),
        ({**DATA, "start": {"depth": 50, "kind": "plain", "norm": "none"}}, "one of the networks"),
        ({**DATA, "seeds": 0}, "at least one seed"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (depth.still, depth.words):
        with pytest.raises(ValueError, match=said):
            use(wrong)
