"""What an output in HTML says: its words and numbers, line by line, and its data."""

import base64
import json
from html.parser import HTMLParser
from typing import Any

DATA = "touch-data"
"""The class of the script that holds the data of a figure to touch."""
CODE = {"script", "style"}
SPOKEN = ("alt", "aria-label", "title")
BLOCKS = {"p", "div", "tr", "table", "figure", "figcaption", "li", "ul", "ol", "br", "caption"}
BLOCKS |= {f"h{level}" for level in range(1, 7)}
CELLS = {"td", "th"}
DRAWING = "data:image/svg+xml;base64,"
SMALL = 1e-6
"""Data that is smaller is rounding: 0 here and 6e-17 elsewhere."""


class Page(HTMLParser):
    """Gather what a reader reads, what a screen reader says, data, and code.

    Attributes:
        said: Words and numbers; a row of a table is a line, with a bar before each cell.
        attributes: All other attributes, one a line, and what a drawing in one holds.
        data: The numbers of figures to touch, one value a line after its place.
        code: Scripts and styles. They are the package's own, and a page keeps the ones it was
            made with: so they are compared as they are, and what is stored cannot grow old.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said, self.attributes, self.data, self.code = "", "", "", ""
        self.inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = dict(attrs)
        if tag in CODE:
            self.inside = "data" if DATA in (words.get("class") or "").split() else "code"
        elif tag in BLOCKS:
            self.said += "\n"
        elif tag in CELLS:
            self.said += " | "
        self.said += "".join(f"\n{words[name]}\n" for name in SPOKEN if words.get(name))
        for name, value in attrs:
            if name not in SPOKEN:
                self.attributes += attribute(f"{tag} {name}", value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in CODE:
            self.inside = ""
        elif tag in BLOCKS:
            self.said += "\n"

    def handle_data(self, data: str) -> None:
        if self.inside == "data":
            self.data += "\n".join(flattened(json.loads(data))) + "\n"
        elif self.inside == "code":
            self.code += data
        else:
            self.said += data


def attribute(name: str, value: str) -> str:
    """Write an attribute as a line; of a drawing, what it says and its attributes."""
    if not value.startswith(DRAWING):
        return f"{name} = {value}\n"
    drawing = Page(base64.b64decode(value.removeprefix(DRAWING)).decode())
    return f"{name}:\n{drawing.said}\n{drawing.attributes}\n{drawing.code}\n"


def flattened(value: Any, place: str = "") -> list[str]:
    """Write data as lines, each a place and a value; decimal numbers with four digits."""
    if value and isinstance(value, dict):
        return [line for key in sorted(value) for line in flattened(value[key], f"{place}/{key}")]
    if value and isinstance(value, list):
        return [line for n, one in enumerate(value) for line in flattened(one, f"{place}/{n}")]
    if isinstance(value, float):
        return [f"{place} = {value:.6f}" if abs(value) < SMALL else f"{place} = {value:.3e}"]
    return [f"{place} = {json.dumps(value, ensure_ascii=False)}"]


def without_blank_lines(text: str) -> str:
    """Leave out the lines that hold nothing."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
