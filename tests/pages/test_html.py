"""What a name holds never becomes HTML."""

import pytest

from course_utils.pages.html import Markup, element, joined, name, section, table
from report_pages import parsed


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a & b", '"><img src=x>', "'x'"])
def test_a_text_stays_a_text_wherever_it_stands(text: str) -> None:
    written = joined(
        (element("p", text, title=text), name(text), section(text), table((text,), [(text, text)]))
    )
    page = parsed(written)
    assert page.tags.isdisjoint({"script", "img"})
    assert page.texts == [text] * 6
    assert page.attributes["title"] == [text]


def test_what_turns_the_writing_or_is_no_text_is_an_escape() -> None:
    assert element("p", "a\u202eb\udcff\n") == "<p>a\\u202eb\\udcff\\n</p>"
    assert element("p", title="\x00") == '<p title="\\x00"></p>'


def test_markup_is_put_in_as_it_is() -> None:
    assert element("p", element("b", "x"), "<") == "<p><b>x</b>&lt;</p>"
    assert isinstance(element("p"), Markup)


def test_attributes_are_written_as_html_has_them() -> None:
    written = element("td", class_="a", data_value=0.5, id=None, colspan=2)
    assert written == '<td class="a" data-value="0.5" colspan="2"></td>'
    assert element("br") == "<br>"


def test_a_table_has_heads_for_columns_and_rows() -> None:
    written = table(("Class", "Share"), [("ants", element("td", "1", class_="x"))], label="All")
    assert written.count('<th scope="col">') == 2
    assert '<th scope="row">ants</th><td class="x">1</td>' in written
    assert 'tabindex="0" role="region" aria-label="All"' in written
