"""A convolution to touch, as Python sees it."""

import base64
import json
from typing import Any

import pytest

from convolution_pages import convolution_data, convolution_html
from course_utils.teaching.touchable import convolution
from course_utils.teaching.touchable.output import own_file


def test_the_words_are_the_numbers_at_the_start() -> None:
    said = convolution.words(convolution_data())
    assert said.startswith("At the start: kernel left to right, stride 1, padding 0. The window")
    assert "1·(−1) + 1·0 + 2·1 + 1·(−1) + 2·0 + 1·1 + 0·(−1) + 1·0 + 2·1 = 3." in said
    assert said.endswith("by 4: 3 20 18 −1; 2 21 20 −1; 1 17 15 −1; −2 10 12 1.")


def test_the_picture_shows_grid_kernel_and_output() -> None:
    drawn = convolution.still(convolution_data())
    for row in ("> 1  1  2  7  8  8 <", ">−1  0  1 <", "> 3 20 18 −1 <", "under the window: 3"):
        assert row in drawn
    assert "c0" not in drawn


def test_the_figure_is_small() -> None:
    assert len(convolution_html().encode()) <= 25_000


def test_what_is_stored_is_shorter_and_the_same() -> None:
    data = convolution_data()
    stored = convolution.stored(data)
    gray = base64.b64decode(data["picture"]["gray"])
    assert bytes((ord(x) - 63) * 4 for x in stored["picture"]["letters"]) == gray
    assert stored["kernels"][0] == ["left to right", -1, 0, 1, -1, 0, 1, -1, 0, 1]
    assert stored["checks"][0][:6] == ["grid", 0, 1, 0, 4, 4]
    row, column, value = data["checks"][2]["values"][1]
    place = row * stored["checks"][2][5] + column
    assert stored["checks"][2][6][1] == [place, value]
    assert len(json.dumps(stored)) < len(json.dumps(data))


def test_other_grays_are_stored_as_they_are() -> None:
    data = convolution_data()
    data["picture"]["gray"] = base64.b64encode(bytes([1] * 52 * 52)).decode()
    assert convolution.stored(data)["picture"] == data["picture"]


def test_the_script_reads_the_fields_that_are_stored() -> None:
    script = own_file("convolution.js")
    assert "picture.letters" in script
    assert "[on, kernel, stride, padding, height, width, values]" in script


def wrong_check(**changes: Any) -> dict[str, Any]:
    """A first check that is not right, and the others."""
    first, *others = convolution_data()["checks"]
    return {"checks": [{**first, **changes}, *others]}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kernels": [{"name": "a", "weights": [[1, 0], [0, 1]]}] * 3}, "3 × 3 weights"),
        ({"kernels": [{"name": "a", "weights": [[1] * 3] * 3}]}, "two to six kernels"),
        ({"grid": [[1] * 6] * 5}, "6 × 6 whole numbers"),
        ({"grid": [[0.5] * 6] * 6}, "whole numbers"),
        ({"grid": [[-1] * 6] * 6}, "between 0 and 99"),
        ({"picture": {"width": 2, "height": 3, "gray": "AAAA"}}, "a byte for each pixel"),
        ({"picture": {"width": 99, "height": 99, "gray": "A" * 13068}}, "60 × 60 at most"),
        (wrong_check(shape=[4, 5]), "4 × 4 values"),
        (wrong_check(values=[1, 2, 3]), "4 × 4 values"),
        (wrong_check(kernel=1), "kernel 0 on the grid"),
        ({"checks": convolution_data()["checks"][:2]}, "both grid and picture"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (convolution.still, convolution.words):
        with pytest.raises(ValueError, match=said):
            use({**convolution_data(), **wrong})
