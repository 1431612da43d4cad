"""A table that a chapter shows: it scrolls on a phone, and lines up in a terminal."""

from collections.abc import Sequence
from html import escape

PAGE = '<div class="pst-scrollable-table-container"><table class="table">{}</table></div>'
"""The book's own class for tables that are wider than the page."""


class Table:
    """Rows below a header; columns of numbers stand on the right.

    >>> Table(["network", "layers"], [["vgg16", "16"], ["resnet152", "152"]])
    network    layers
    vgg16          16
    resnet152     152

    Args:
        header: The names of the columns, with their units.
        rows: As many texts each; numbers rounded as they should be read.

    Raises:
        ValueError: If a row has more or fewer cells than the header.
    """

    def __init__(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        columns = zip(header, *rows, strict=True)
        self.columns = [list(column) for column in columns]
        self.numeric = [all(map(_is_number, column[1:])) for column in self.columns]

    def __repr__(self) -> str:
        lined_up = []
        for column, right in zip(self.columns, self.numeric, strict=True):
            width = max(map(len, column))
            lined_up.append([c.rjust(width) if right else c.ljust(width) for c in column])
        return "\n".join("  ".join(row).rstrip() for row in zip(*lined_up, strict=True))

    def _repr_html_(self) -> str:
        header, *rows = zip(*self.columns, strict=True)
        body = "".join(self._html_row("td", row) for row in rows)
        return PAGE.format(f"<thead>{self._html_row('th', header)}</thead><tbody>{body}</tbody>")

    def _html_row(self, tag: str, row: Sequence[str]) -> str:
        sides = ["right" if right else "left" for right in self.numeric]
        cells = zip(row, sides, strict=True)
        filled = (f'<{tag} style="text-align: {side}">{escape(c)}</{tag}>' for c, side in cells)
        return f"<tr>{''.join(filled)}</tr>"


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", ""))
    except ValueError:
        return False
    return True
