"""Memory to touch, as Python sees it."""

import re
from itertools import product
from typing import Any

import pytest

from course_utils.teaching.touchable import memory_layout
from speed_pages import COLUMNS, ORDERS, ROWS, layout_data, read_by_pytorch, speed_html

DATA = layout_data()


@pytest.mark.parametrize("order", ORDERS)
def test_every_window_lies_where_pytorch_puts_it(order: str) -> None:
    for y, x in product(range(ROWS), range(COLUMNS)):
        assert memory_layout.places(DATA, order, y, x) == read_by_pytorch(order, y, x)


def test_the_words_count_bytes_pieces_and_lines() -> None:
    assert memory_layout.words(DATA) == (
        "Row 2, column 4. channels first: 144 bytes in 12 pieces, on 8 lines; "
        "channels last: 144 bytes in 3 pieces, on 6 lines."
    )


def test_the_picture_fills_what_is_read() -> None:
    paths = re.findall(r'd="([^"]*)" class="c." fill-opacity="([\d.]+)"', memory_layout.still(DATA))
    squares = {opacity: sum(d.count("M") for d, o in paths if o == opacity) for _, opacity in paths}
    assert squares == {"0.2": 32 + 2 * (128 - 36), "1": 9 + 2 * 36}


def test_it_is_small() -> None:
    assert len(speed_html("memory_layout").encode()) <= 25_000


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"channels": 5}, "1 to 4 channels"),
        ({"rows": 2}, "3 rows"),
        ({"start": [4, 0]}, "outside"),
        ({"checks": [["channels last", 0, 8, []]]}, "outside"),
        ({"checks": [["channels last", 0, 0, [1, 2]]]}, "lies at"),
        ({"checks": [["rows last", 0, 0, [1, 2]]]}, "no order"),
    ],
)
def test_data_that_do_not_fit_are_refused(wrong: dict[str, Any], said: str) -> None:
    for use in (memory_layout.still, memory_layout.words):
        with pytest.raises(ValueError, match=said):
            use({**DATA, **wrong})
