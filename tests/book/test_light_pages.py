"""What the build takes from the theme's pages, and what it mends in them."""

import re
from pathlib import Path

import pytest

from html_pages import book_pages
from light_pages import mended

ICON = re.compile(r'<(?:i|span) class="[^"]*?(fa-(?!solid|lg)[a-z-]+)')


@pytest.mark.parametrize(
    ("theme", "book"),
    [
        ('\n<script src="../_static/scripts/fontawesome.js?digest=8"></script>', ""),
        (
            '<a href="api.html">The package</a><details><summary><span>',
            '<a href="api.html">The package</a>'
            '<details><summary aria-label="below: The package"><span>',
        ),
        ('<summary aria-label="Toggle hidden content"><p>', "<summary><p>"),
        ('<th class="head"></th>', '<td class="head"></td>'),
        ('<th class="head"><p></p></th>', '<td class="head"></td>'),
        ('<th style="text-align: left"> </th>', '<td style="text-align: left"></td>'),
        ("<thead><tr><th></th></tr></thead>", "<thead><tr><td></td></tr></thead>"),
        ("<th>ms</th>", "<th>ms</th>"),
        (
            "<dl>\n<dd><em>model</em>,</dd>\n<dd><em>shape</em>,</dd>\n</dl>",
            '<div class="sig-params">\n<div><em>model</em>,</div>\n'
            "<div><em>shape</em>,</div>\n</div>",
        ),
        ("<dl>\n<dt>A term</dt>\n<dd>means</dd>\n</dl>", None),
        ('<div class="citation" role="doc-biblioentry">', '<div class="citation" role="listitem">'),
    ],
)
def test_mended(theme: str, book: str | None) -> None:
    assert mended(theme) == (theme if book is None else book)
    assert mended(mended(theme)) == mended(theme)


def test_the_pages_were_mended(built_book: Path) -> None:
    for path in built_book.rglob("*.html"):
        page = path.read_text("utf-8")
        assert "fontawesome" not in page, path
        assert mended(page) == page, path


def test_every_icon_is_drawn(built_book: Path) -> None:
    """One that icons.css does not know would be a black square."""
    known = (built_book / "_static" / "icons.css").read_text("utf-8")
    icons = {name for path in book_pages(built_book) for name in ICON.findall(path.read_text())}
    assert len(icons) > 10
    assert not [name for name in icons if f".{name} {{ --icon:" not in known]
