"""Tables and figures to touch are compared by what they say and by their data."""

import json

import pytest

from comparison.outputs import compare_pages
from comparison.rules import Rules
from course_utils.teaching import Table

PAGE = (
    '<figure id="a" style="width: 300px"><svg aria-label="odds {label}"><path d="M {path}"/></svg>'
    '<script type="application/json" class="touch-data">{data}</script>'
    "<script>draw({code})</script><figcaption>Slide {word}.</figcaption></figure>"
)
SAME = {"label": "2.50", "path": "1.5", "data": [[0.25, 3], "a"], "code": "1", "word": "it"}


def page(**changed: object) -> str:
    """Write a figure to touch."""
    parts = SAME | changed
    return PAGE.format(**{**parts, "data": json.dumps({"logits": parts["data"]})})


def agree(stored: str, new: str) -> bool:
    """Say whether a new page is accepted."""
    return not compare_pages(stored, new, Rules()).wrong


@pytest.mark.parametrize(
    "changed",
    [{"path": "9.5"}, {"data": [[0.25004, 3], "a"]}, {"label": "2.51"}],
)
def test_may_differ(changed: dict[str, object]) -> None:
    assert agree(page(), page(**changed))


@pytest.mark.parametrize(
    "changed",
    [
        {"label": "2.60"},
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


def test_a_table_is_compared_number_by_number() -> None:
    def table(*row: str) -> str:
        return Table(["network", "loss"], [["a", "0.50"], list(row)])._repr_html_()

    assert agree(table("b", "0.30"), table("b", "0.31"))
    assert agree(table("b", "9.99"), table("b", "10.00"))
    for row in (("b", "0.40"), ("c", "0.30"), ("b", "-0.30"), ("b", "–")):
        assert not agree(table("b", "0.30"), table(*row))
    assert not agree(table("b", "1"), Table(["network", "loss"], [["a", "0.50"]])._repr_html_())
