"""What an output in HTML says: its words and numbers, line by line, and its data."""

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


class Page(HTMLParser):
    """Gather what a reader reads, what a screen reader says, data, and code.

    Attributes:
        said: Words and numbers; a row of a table is a line.
        data: The numbers of figures to touch, one value a line after its place.
        code: Scripts and styles. They are the package's own, and a page keeps the ones it was
            made with: so they are compared as they are, and what is stored cannot grow old.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said, self.data, self.code = "", "", ""
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
            self.said += "  "
        self.said += "".join(f"\n{words[name]}\n" for name in SPOKEN if words.get(name))

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


def flattened(value: Any, place: str = "") -> list[str]:
    """Write data as lines, each a place and a value; decimal numbers with four digits."""
    if isinstance(value, dict):
        return [line for key in value for line in flattened(value[key], f"{place}/{key}")]
    if isinstance(value, list):
        return [line for n, one in enumerate(value) for line in flattened(one, f"{place}/{n}")]
    if isinstance(value, float):
        return [f"{place} = {value:.3e}"]
    return [f"{place} = {json.dumps(value, ensure_ascii=False)}"]


def without_blank_lines(text: str) -> str:
    """Leave out the lines that hold nothing."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
