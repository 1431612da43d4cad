"""The folded table of the chapter on five flowers says what its record says."""

from pathlib import Path

import nbformat
import numpy as np

from course_utils.teaching.measurements import Row, read_measurement

RECORD = "resnext_flowers_colors"

CONTROLS = (
    ("flowers by 1/6: hue alone", "flowers", "1/6, old luma"),
    ("brightness alone", "flowers", "1/6, luma alone"),
    ("brightness, doubled", "flowers", "1/6, luma twice"),
    ("ground by 3/6: hue alone", "ground", "3/6, old luma"),
    ("brightness alone", "ground", "3/6, luma alone"),
    ("brightness, doubled", "ground", "3/6, luma twice"),
    ("ground by 1/6", "ground", "1/6"),
    ("ground by 5/6", "ground", "5/6"),
    ("ground by 2/6", "ground", "2/6"),
    ("ground by 4/6", "ground", "4/6"),
    ("flowers half as bright", "flowers", "half as bright"),
    ("their brightness shuffled", "flowers", "luma shuffled"),
    ("their colors shuffled", "flowers", "color shuffled"),
    ("gone, 4 pixels more", "flowers", "gone, and 4 pixels round them"),
)
"""What the chapter calls a control, in its order, and what the record calls it."""


def test_each_line_is_in_the_record(root: Path) -> None:
    notebook = nbformat.read(root / "book" / "resnext" / "resnext_flowers.ipynb", as_version=4)
    (text,) = (cell.source for cell in notebook.cells if "<summary>The controls" in cell.source)
    lines = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    stated = [(name.strip(), dose.strip(), right.strip()) for name, dose, right in lines[2:]]
    gray = [r for r in read_measurement(RECORD, "gray").rows if r["change"] == "gone"]
    assert f"fall, too ({_span(gray, ' to ')})" in text
    assert stated == [(name, *_recorded(*place)) for name, *place in CONTROLS]


def _recorded(part: str, change: str) -> tuple[str, str]:
    rows = read_measurement(RECORD, "controls").rows
    found = [row for row in rows if (row["part"], row["change"]) == (part, change)]
    return f"{found[0]['rms']:.0f}", _span(found, "–")


def _span(rows: list[Row], between: str) -> str:
    shares = [np.trace(row["answers"]) / 200 for row in rows]
    return f"{min(shares):.2f}{between}{max(shares):.2f}"
