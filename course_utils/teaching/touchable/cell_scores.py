"""A cell of the coarse map and its scores, over the picture and beside the answer, to touch.

Its data:

- ``picture``: ``image``, a ``data:`` address of any size, and ``size``, its height and width in
  pixels;
- ``classes`` and ``colors``: the names of two to eight classes, and the color of each, such as
  ``#008000``;
- ``cell``: side of a cell in pixels;
- ``scores``: for each row and column of the map a score for each class;
- ``answer`` and ``truth``: the class of each pixel, rows of whole numbers. Other numbers in
  ``truth`` are void;
- ``start``: the row and the column of a cell.

Of a cell at the right or lower edge only the pixels within the picture are counted.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from PIL import Image

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.pictures import address, require_picture, shrunk
from course_utils.teaching.touchable.svg import bar, line, picture, text

COLOR = re.compile(r"#[0-9a-f]{6}")
WIDTH, WIDE = 640, 300
"""Of the still picture, and of each of the two pictures in it."""

UNUSED = re.compile(r";--(?:c[1-3]|well):#\w+|\.(?:c[1-3]|m|well)\{[^}]*\}")
"""What the still picture does not need."""

VOID = "void"


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    height, width = data["picture"]["size"]
    require_picture(data["picture"]["image"])
    names, colors = data["classes"], data["colors"]
    if not 2 <= len(names) <= 8 or len(set(names)) < len(names) or VOID in names:
        raise ValueError("there are two to eight classes, each with a name of its own")
    if len(colors) != len(names) or not all(COLOR.fullmatch(color) for color in colors):
        raise ValueError("each class has a color, such as #008000")
    rows, columns = (math.ceil(side / data["cell"]) for side in (height, width))
    if [len(row) for row in data["scores"]] != [columns] * rows:
        raise ValueError(f"a picture of {height}×{width} has {rows}×{columns} cells with scores")
    every = [scores for row in data["scores"] for scores in row]
    if any(len(scores) != len(names) for scores in every):
        raise ValueError("a cell has a score for each class")
    if not all(map(math.isfinite, chain(*every))):
        raise ValueError("a score is a number")
    for name in ("answer", "truth"):
        if [len(row) for row in data[name]] != [width] * height:
            raise ValueError(f"{name} has a class for each of the {height}×{width} pixels")
    if not set(chain(*data["answer"])) <= set(range(len(names))):
        raise ValueError("the answer holds classes only")
    row, column = data["start"]
    if not (0 <= row < rows and 0 <= column < columns):
        raise ValueError("it starts at a cell that the map has")


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    row, column = data["start"]
    scores = _shown(data, row, column)
    order = ranked(scores)
    said = ", ".join(f"{data['classes'][k]} {fixed(scores[k], 1)}" for k in order)
    answer, truth = (shares(data, of, row, column) for of in ("answer", "truth"))
    return (
        f"At the start: row {row}, column {column}: {said}. Of its pixels the network answers"
        f" {answer}; the truth is {truth}."
    )


def _shown(data: Data, row: int, column: int) -> list[float]:
    """The scores of a cell to a tenth, as they are shown."""
    return [round(10 * score) / 10 for score in data["scores"][row][column]]


def ranked(scores: Sequence[float]) -> list[int]:
    """Positions of the scores, the highest first; of equal ones the first."""
    return sorted(range(len(scores)), key=lambda k: -scores[k])


def shares(data: Data, of: str, row: int, column: int) -> str:
    """Say which classes the pixels of a cell have, the most frequent first.

    >>> pixels = {"answer": [[0, 0, 1], [0, 2, 1]], "classes": ["a", "b"], "cell": 2}
    >>> shares(pixels, "answer", 0, 0), shares(pixels, "answer", 0, 1)
    ('a 75 %, void 25 %', 'b 100 %')
    """
    names, counts = data["classes"], _counts(data, of, row, column)
    total = sum(counts.values())
    return ", ".join(
        f"{names[k] if 0 <= k < len(names) else VOID} {_percent(count / total)}"
        for k, count in counts.most_common()
    )


def _counts(data: Data, of: str, row: int, column: int) -> Counter[int]:
    """Pixels of each class; void has one number."""
    side, classes = data["cell"], len(data["classes"])
    lines = data[of][row * side : (row + 1) * side]
    pixels = chain.from_iterable(one[column * side : (column + 1) * side] for one in lines)
    counts = Counter(k if 0 <= k < classes else -1 for k in pixels)
    return Counter(dict(sorted(counts.items())))


def _percent(part: float) -> str:
    return ("<1" if part < 0.005 else fixed(100 * part, 0)) + " %"


def scale(data: Data) -> tuple[float, float]:
    """The least and the largest score, and 0."""
    every = [0.0, *chain.from_iterable(chain.from_iterable(data["scores"]))]
    return min(every), max(every)


def still(data: Data) -> str:
    """Draw the start: the picture and the answer with the cell, and the bars of its scores."""
    check(data)
    height, width = data["picture"]["size"]
    row, column = data["start"]
    scores, high = _shown(data, row, column), WIDE * height / width
    best, (least, most) = ranked(scores)[0], scale(data)
    unit = 330 / (most - least)
    zero = 170 - unit * least
    views = (shrunk(data["picture"]["image"], 72, 22), 14), (mask(data, 5), 324)
    parts = [
        "<style>.r{fill:none;stroke:#fff;stroke-width:2.5}.k{stroke:#000;stroke-width:5}</style>"
    ]
    for (shown, left), title in zip(views, ("the picture", "the answer"), strict=True):
        place = f'x="{left}" y="28" width="{WIDE}" height="{high:.0f}"'
        parts += [text(left, 20, title, "quiet"), f'<image href="{shown}" {place}/>']
        side = data["cell"] * WIDE / width
        x, y = left + column * side, 28 + row * side
        for kind in ("r k", "r"):
            parts.append(
                f'<path d="M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z" class="{kind}"/>'
            )
    top = 28 + high + 14
    for k, (name, score) in enumerate(zip(data["classes"], scores, strict=True)):
        y = top + 22 * k
        long, kind = abs(score) * unit, "c0" if k == best else "c4"
        parts.append(
            f'<rect x="14" y="{y + 3:g}" width="14" height="14" fill="{data["colors"][k]}"'
            ' stroke="#888"/>'
        )
        parts += [
            text(36, y + 15, name, "b" if k == best else ""),
            bar(zero - (long if score < 0 else 0), y + 3, long, 14, kind),
            text(626, y + 15, fixed(score, 1), "e b" if k == best else "e"),
        ]
    bottom = top + 22 * len(scores)
    parts.append(line(f"M{zero:.1f} {top:g}V{bottom:g}"))
    return UNUSED.sub("", picture(WIDTH, round(bottom + 10), *parts))


def mask(data: Data, every: int = 1) -> str:
    """The answer in the colors of the classes, as a PNG; every so many pixels."""
    rows = [row[::every] for row in data["answer"][::every]]
    image = Image.new("P", (len(rows[0]), len(rows)))
    image.putdata(list(chain.from_iterable(rows)))
    image.putpalette(bytes.fromhex("".join(color[1:] for color in data["colors"])))
    return address(image, "PNG", optimize=True)


def stored(data: Data) -> dict[str, Any]:
    """Write the data as short as the script reads them: scores in tenths, counts of pixels."""
    cells = [(i, j) for i, row in enumerate(data["scores"]) for j in range(len(row))]

    def pairs(of: str) -> Iterable[list[int]]:
        for cell in cells:
            yield [n for pair in _counts(data, of, *cell).most_common() for n in pair]

    return {
        "image": shrunk(data["picture"]["image"], 160, 32),
        "answer": mask(data, 2),
        "size": data["picture"]["size"],
        "cell": data["cell"],
        "classes": data["classes"],
        "colors": data["colors"],
        "columns": len(data["scores"][0]),
        "scores": [round(10 * s) for i, j in cells for s in data["scores"][i][j]],
        "pixels": [list(pairs(of)) for of in ("answer", "truth")],
        "at": data["start"],
    }


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("cell_scores.js"), own_file("cell_scores.css")
    return Design(script, style, still, words, tight=True, stored=stored)
