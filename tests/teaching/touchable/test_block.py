"""The residual block to touch, as Python sees it."""

from typing import Any

import pytest

from block_pages import START, STATES, block_data, block_html, by_pytorch
from course_utils.teaching.touchable import block

DATA = block_data()


@pytest.mark.parametrize("state", STATES)
def test_it_computes_what_pytorch_computes(state: dict[str, Any]) -> None:
    _, y, slope = block.compute(state)
    assert {"y": y, "slope": slope} == pytest.approx(by_pytorch(state))


def test_the_words_say_what_comes_out_and_what_comes_back() -> None:
    said = block.words(DATA)
    assert said.startswith("With the shortcut, first and second weight and γ 2.00, 0.50, 1.00:")
    assert said.endswith("F(x) = 3.00 and y = 6.00; a gradient of 1 comes back as 2.00.")
    alone = block.words(block_data({**START, "shortcut": False, "x": -2.0}))
    assert alone.startswith("Without") and alone.endswith("comes back as 0.00.")


def test_the_picture_marks_what_is_dead() -> None:
    assert block.still(DATA).count("h6") == 33  # up to and with 0
    assert block.still(block_data({**START, "second": -1.0})).count("h6") == 65
    assert "slope 2.00" in block.still(DATA)


def test_it_is_small() -> None:
    assert len(block_html().encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"start": {**START, "x": 5.0}}, "x lies between"),
        ({"start": {**START, "first": 0.1}}, "in steps of"),
        ({"start": {**START, "gamma": -1.0}}, "gamma lies between"),
        ({"start": {**START, "shortcut": 1}}, "true or false"),
        ({"checks": []}, "for some states"),
        ({"checks": [{**START, "y": 6.0, "slope": 1.0}]}, "PyTorch has"),
        ({"checks": [{**START, "y": 5.0, "slope": 2.0}]}, "PyTorch has"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (block.still, block.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
