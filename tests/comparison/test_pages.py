"""Tables and figures to touch are compared by what they say and by their data."""

import base64
import json

import pytest

from comparison.outputs import compare_pages
from comparison.rules import Rules, read_rules
from course_utils.teaching import Table

PAGE = (
    '<figure id="a" style="width: 300px"><svg aria-label="odds {label}"><path d="M {path}"/></svg>'
    '<script type="application/json" class="touch-data">{data}</script>'
    '<img src="data:image/svg+xml;base64,{drawing}"/><input value="{value}"/>'
    "<script>draw({code})</script><figcaption>Slide {word}.</figcaption></figure>"
)
SAME = {
    "label": "2.50",
    "path": "1.5",
    "data": [[0.25, 3], "a"],
    "code": "1",
    "word": "it",
    "value": "3",
    "svg": '<svg><text x="7.5">0.88</text></svg>',
}


def page(**changed: object) -> str:
    """Write a figure to touch."""
    parts = SAME | changed
    parts["drawing"] = base64.b64encode(str(parts["svg"]).encode()).decode()
    return PAGE.format(**{**parts, "data": json.dumps({"logits": parts["data"]})})


def agree(stored: str, new: str, rules: Rules | None = None) -> bool:
    """Say whether a new page is accepted."""
    return not compare_pages(stored, new, rules or Rules()).wrong


@pytest.mark.parametrize(
    "changed",
    [
        {"path": "1.6"},
        {"svg": '<svg><text x="7.6">0.87</text></svg>'},
        {"data": [[0.25004, 3], "a"]},
        {"label": "2.51"},
    ],
)
def test_may_differ(changed: dict[str, object]) -> None:
    assert agree(page(), page(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "2.60"},
        {"path": "9.5"},
        {"value": "4"},
        {"svg": '<svg><text x="8.5">0.88</text></svg>'},
        {"svg": '<svg><text x="7.5">0.98</text></svg>'},
        {"data": [[0.25, 3], "a", []]},
        {"data": [[0.28, 3], "a"]},
        {"data": [[0.25, 4], "a"]},
        {"data": [[0.25, 3], "b"]},
        {"data": [[0.25], "a"]},
        {"data": [[float("nan"), 3], "a"]},
        {"code": "2"},
        {"word": "that"},
    ],
)
def test_may_not_differ(changed: dict[str, object]) -> None:
    assert not agree(page(), page(**changed))


@pytest.mark.parametrize(
    ("stored", "new", "same"),
    [
        ({"a": 0.0}, {"a": 5.6e-17}, True),
        ({"a": 0.0}, {"a": 5e-6}, False),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": [], "b": 1}, {"b": 1}, False),
        ({"a": {}, "b": 1}, {"a": [], "b": 1}, False),
    ],
)
def test_data_is_compared_by_its_places(stored: object, new: object, same: bool) -> None:
    assert agree(page(data=stored), page(data=new)) == same


def test_a_tolerance_is_for_data_only_where_it_names_the_place() -> None:
    said = {"tolerance": 0.1, "difference": 0.5, "why": "a training is live"}
    for rule, same in ((said, False), ({**said, "lines": ["/logits"]}, True)):
        rules = read_rules({"compare": rule})
        assert agree(page(), page(data=[[0.3, 3], "a"]), rules) == same


def test_a_number_has_its_column() -> None:
    rows = "<tr><td></td><td>3</td></tr>", "<tr><td>3</td><td></td></tr>"
    assert not agree(*rows)


def test_attributes_count() -> None:
    for one, other in (("left", "right"), ("left; display: none", "left")):
        assert not agree(f'<p style="{one}">a</p>', f'<p style="{other}">a</p>')
    assert not agree("<p hidden>a</p>", "<p>a</p>")


def test_a_table_is_compared_number_by_number() -> None:
    def table(*row: str) -> str:
        return Table(["network", "loss"], [["a", "0.50"], list(row)])._repr_html_()

    assert agree(table("b", "0.30"), table("b", "0.31"))
    assert agree(table("b", "9.99"), table("b", "10.00"))
    for row in (("b", "0.40"), ("c", "0.30"), ("b", "-0.30"), ("b", "–")):
        assert not agree(table("b", "0.30"), table(*row))
    assert not agree(table("b", "1"), Table(["network", "loss"], [["a", "0.50"]])._repr_html_())
