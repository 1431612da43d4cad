"""HTML that is safe to build: whatever a text holds, it stays a text."""

from collections.abc import Iterable, Sequence
from html import escape

from course_utils.errors import printable

WITHOUT_END = frozenset({"br", "img", "meta"})


class Markup(str):
    """HTML that is finished: it is put into other HTML as it is. All other text is escaped."""

    __slots__ = ()


def element(tag: str, *content: str, **attributes: object) -> Markup:
    r"""An element of HTML or SVG.

    >>> print(element("p", "<b> & \u202e", element("br"), class_="x"))
    <p class="x">&lt;b&gt; &amp; \u202e<br></p>

    Args:
        tag: Its name.
        content: Markup as it is; any other text escaped, with what turns the direction of writing
            or cannot be seen as by ``printable``.
        attributes: ``_`` stands for ``-``, and one at the end for nothing. ``None`` is left out,
            and numbers are written short.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{_as_text(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    start = f"<{tag}{written}>"
    return Markup(start if tag in WITHOUT_END else f"{start}{joined(content)}</{tag}>")


def joined(parts: Iterable[str]) -> Markup:
    """Several texts and elements, one after the other."""
    return Markup("".join(map(_as_text, parts)))


def name(text: str) -> Markup:
    """A name that a file or a person brought along, in its own direction of writing."""
    return element("bdi", text)


def section(title: str, *content: str) -> Markup:
    """A part of a page, with a heading."""
    return element("section", element("h2", title), *content)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], **attributes: object) -> Markup:
    """A table whose first column names the rows; it scrolls by itself where a screen is narrow.

    Args:
        head: A heading for each column.
        rows: Cells, as texts or as markup; a row may have cells of its own making (``cell``).
        attributes: Of the element ``table``, such as ``class_``; ``label`` says what it is.
    """
    label = attributes.pop("label", None)
    top = element("tr", *(element("th", text, scope="col") for text in head))
    body = [
        element("tr", element("th", first, scope="row"), *(as_cell(text) for text in others))
        for first, *others in rows
    ]
    inner = element("table", element("thead", top), element("tbody", *body), **attributes)
    return element("div", inner, class_="wide", tabindex=0, role="region", aria_label=label)


def as_cell(content: str) -> Markup:
    """A cell of a table, unless it is one already."""
    if isinstance(content, Markup) and content.startswith("<td"):
        return content
    return element("td", content)


def _as_text(value: object) -> str:
    if isinstance(value, Markup):
        return value
    return escape(f"{value:g}" if isinstance(value, float) else printable(str(value)))
