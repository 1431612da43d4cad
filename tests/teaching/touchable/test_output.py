"""A figure to touch as HTML: complete, small, and the same every time."""

import json
import re

import pytest

from course_utils.teaching.touchable import DESIGNS, output
from touch_pages import CAPTION, COUNTER, counter_html, softmax_data, softmax_html

LIMIT = 25_000


def data_in(html: str) -> dict[str, object]:
    """Read the data of a figure as the comparison of outputs does."""
    pattern = r'<script type="application/json" class="touch-data">(.*?)</script>'
    (found,) = re.findall(pattern, html, flags=re.DOTALL)
    read: dict[str, object] = json.loads(found)
    return read


def test_the_outer_element_names_the_figure() -> None:
    html = softmax_html()
    assert html.startswith('<figure class="touch" data-touch="softmax">')
    assert html.rstrip().endswith("</figure>")


@pytest.mark.parametrize("html", [softmax_html(), counter_html()])
def test_a_figure_is_small_and_names_no_other_place(html: str) -> None:
    assert len(html.encode()) <= LIMIT
    assert not re.findall(r"(?:https?:)?//[\w.]+\.\w+|@import|url\(", html)
    assert ' id="' not in html


def test_the_same_data_give_the_same_html() -> None:
    assert softmax_html() == softmax_html()


def test_the_data_are_there_with_six_digits() -> None:
    data = data_in(softmax_html())
    assert data["classes"] == ["ants", "bees"]
    assert data["probabilities"][2] == [0.880797, 0.119203]  # type: ignore[index]


def test_no_name_ends_the_script_or_an_attribute() -> None:
    name = '</script><b>"&'
    html = output.as_html("softmax", DESIGNS["softmax"](), softmax_data((name, "b")), name, name)
    assert data_in(html)["classes"] == [name, "b"]
    assert "</script><b>" not in html
    assert html.count("</script>") == 2


def test_no_number_is_infinite() -> None:
    with pytest.raises(ValueError, match="JSON"):
        output.as_json({"a": float("inf")})


def test_caption_and_words_are_in_the_figure() -> None:
    html = softmax_html()
    assert CAPTION.replace("`softmax`", "<code>softmax</code>") in html
    assert "<summary>The figure in words</summary>" in html
    assert "ants 0.88, bees 0.12" in html


def test_lean_leaves_out_comments_and_indents_only() -> None:
    source = '/* one\n   two */\na {\n  b: c; /* stays */\n}\n\n// gone\n  let x = "//"; // stays\n'
    assert output.lean(source) == 'a {\nb: c; /* stays */\n}\nlet x = "//"; // stays\n'


def test_words_join_the_description_and_the_numbers() -> None:
    assert output.in_words(COUNTER, {"from": 3}, "A number.") == "A number. At the start: 3."


def test_a_tight_style_keeps_what_it_means() -> None:
    source = ".a :is(b, c) + d {\n  margin: 0 calc(1rem - 0.5px) 10.0px;\n}\n/* gone */\n"
    assert output.tight_style(source) == ".a :is(b,c) + d{margin:0 calc(1rem - .5px) 10.0px}"


def test_a_tight_script_keeps_its_texts() -> None:
    source = '// gone\nconst f = (a, b) => {\n  return `${a + b} = c; ` + "x , y";\n};\nf(1, -2);\n'
    wanted = 'const f=(a,b)=>{return `${a + b} = c; `+"x , y";};f(1,-2);'
    assert output.tight_script(source).rstrip() == wanted
