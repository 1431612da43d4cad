"""Tables line up in a terminal and are tables in the page."""

import re

import pytest

from course_utils.teaching.tables import Table

TABLE = Table(["network", "head", "size, px"], [["alexnet", "fc", "224"], ["a<b", "x.1", "1,299"]])


def test_numbers_stand_on_the_right_and_words_on_the_left() -> None:
    assert repr(TABLE).splitlines() == [
        "network  head  size, px",
        "alexnet  fc         224",
        "a<b      x.1      1,299",
    ]


def test_the_page_gets_rows_and_cells_in_order() -> None:
    html = TABLE._repr_html_()
    assert re.findall(r"<th [^>]*>(.*?)</th>", html) == ["network", "head", "size, px"]
    assert re.findall(r"<td [^>]*>(.*?)</td>", html) == [
        *("alexnet", "fc", "224"),
        *("a&lt;b", "x.1", "1,299"),
    ]
    assert html.count("<tr>") == 3
    assert re.findall(r"text-align: (\w+)", html) == ["left", "left", "right"] * 3


def test_a_column_with_one_word_among_numbers_is_no_column_of_numbers() -> None:
    assert repr(Table(["n"], [["100"], ["no"]])).splitlines() == ["n", "100", "no"]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        Table(["a", "b"], [["1"]])
