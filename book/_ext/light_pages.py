"""Makes the theme's pages light, and mends what keeps readers out of them.

Templates cannot do it: some of it is written by the theme's Python, some by Sphinx. So each page is
read once more when the book is built. A second look at a page changes nothing.
"""

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

MENDED = (
    # Icons: 2,000 of them in a script of 1.5 MB. icons.css draws those that occur.
    (r'\s*<script src="[^"]*/fontawesome\.js[^"]*"></script>', ""),
    # The arrow beside a chapter that has others below it says nothing to a screen reader.
    (r"(<a [^>]*>)([^<]*)(</a><details[^>]*><summary)>", r'\1\2\3 aria-label="below: \2">'),
    # The book's name stands outside of every landmark.
    (
        r'(<div id="pst-primary-sidebar" class="[^"]*")>',
        r'\1 role="navigation" aria-label="The book">',
    ),
    # A fold is called by its title, not by what a click does.
    (r'(<summary) aria-label="Toggle hidden content">', r"\1>"),
    # A corner of a table is no header, if it is empty.
    (r"<th(\s[^>]*)?>(\s*|<p>\s*</p>)</th>", r"<td\1></td>"),
    # The parameters of a long signature are no terms with definitions.
    (r"<dl>\n((?:<dd>.*</dd>\n)+)</dl>", lambda found: parameters(found[1])),
    # A list holds items.
    (r' role="doc-biblioentry"', ' role="listitem"'),
)
"""What is looked for, and what stands there afterwards."""


def parameters(lines: str) -> str:
    """The parameters of a signature, each on a line of its own."""
    lines = lines.replace("<dd>", "<div>").replace("</dd>", "</div>")
    return f'<div class="sig-params">\n{lines}</div>'


def mended(page: str) -> str:
    """The text of a page without what is too heavy or in somebody's way.

    >>> mended('<tr><th class="head"></th><th class="head">ms</th></tr>')
    '<tr><td class="head"></td><th class="head">ms</th></tr>'
    """
    for wrong, right in MENDED:
        page = re.sub(wrong, right, page)
    return page


def mend_pages(app: Sphinx, exception: Exception | None) -> None:
    """Go over every page of the built book."""
    if exception or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        before = path.read_text("utf-8")
        if (after := mended(before)) != before:
            path.write_text(after, "utf-8")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    app.connect("build-finished", mend_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
