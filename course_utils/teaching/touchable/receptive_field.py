"""What one cell of a map sees: the arithmetic field and the measured heat on a picture, to touch.

Its data:

- ``picture``: its ``side`` in pixels, and ``image``, a ``data:`` address of any size, which is
  stored small and gray;
- ``stages``, each with ``name``, ``cells`` (a side of the map), ``jump`` and ``size`` of the field
  in pixels, ``start``, which is the center of cell 0, and ``heats``, one for each cell that can be
  chosen: ``cell``, its row and column; ``blocks``, n × n numbers over the picture, in any unit;
  ``centroid``, x and y in pixels; ``side95``, the side of the square around the center that holds
  95 % of the heat. These cells are a full grid of some rows and some columns, row by row;
- ``start``: a ``stage`` and a ``cell``.

Pixel 0 goes from −0.5 to 0.5. A heat is stored as twelve levels of its largest block.
"""

import math
import re
from collections.abc import Iterator, Sequence
from itertools import chain

from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.pictures import require_picture, shrunk
from course_utils.teaching.touchable.svg import picture, text

LEVELS = 12
UNUSED = re.compile(r";--(?:c[2-4]|well):#\w+|\.(?:c\d|m|e|well)\{[^}]*\}")
"""What the still picture does not need."""

WIDTH, VIEW = 480, 244
"""Of the still picture: its width, and the side of the square with the picture and its room."""


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    side = data["picture"]["side"]
    require_picture(data["picture"]["image"])
    if not 2 <= len(data["stages"]) <= 5:
        raise ValueError("a receptive field to touch has two to five stages")
    for stage in data["stages"]:
        name, rows, columns = stage["name"], *_grid(stage)
        cells = [tuple(heat["cell"]) for heat in stage["heats"]]
        if not cells or cells != [(row, column) for row in rows for column in columns]:
            raise ValueError(f"{name}: the cells with heat are a full grid, row by row")
        if min(cells[0]) < 0 or max(cells[-1]) >= stage["cells"]:
            raise ValueError(f"{name}: a cell lies outside of the map")
        sizes = {
            (len(heat["blocks"]), len(row)) for heat in stage["heats"] for row in heat["blocks"]
        }
        n = len(stage["heats"][0]["blocks"])
        if sizes != {(n, n)} or side % n:
            raise ValueError(f"{name}: a heat has n × n blocks, where n divides the side")
        for heat in stage["heats"]:
            _check_heat(f"{name}, cell {list(heat['cell'])}", heat, side / n)
    _start(data)


def _check_heat(name: str, heat: Data, block: float) -> None:
    blocks = heat["blocks"]
    total = math.fsum(chain(*blocks))
    if not all(math.isfinite(b) and b >= 0 for b in chain(*blocks)) or not total:
        raise ValueError(f"{name}: blocks are finite, at least 0, and not all 0")
    rows = [sum(row) for row in blocks]
    columns = [sum(column) for column in zip(*blocks, strict=True)]
    for found, sums in zip(heat["centroid"], (columns, rows), strict=True):
        mean = sum(k * share for k, share in enumerate(sums)) / total
        if abs((mean + 0.5) * block - 0.5 - found) > block / 2:
            raise ValueError(f"{name}: the centroid, x and y, is not that of the blocks")
    if not heat["side95"] > 0:
        raise ValueError(f"{name}: the side of the square with 95 % is above 0")


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    return f"At the start: {_said(data, *_start(data))}"


def _said(data: Data, stage: Data, heat: Data) -> str:
    row, column = heat["cell"]
    x, y = _center(stage, heat)
    out, seen = _shares(data, stage, heat)
    (cx, cy), size, wide = _centroid(heat), stage["size"], round(heat["side95"])
    away = fixed(math.hypot(cx - x, cy - y), 0)
    return (
        f"{stage['name']}, row {row}, column {column}: it can depend on {size} by {size} pixels"
        f" around x {number(x)}, y {number(y)}. {percent(out)} of them lie outside of the picture;"
        f" it covers {percent(seen)} of the picture. Centroid of the heat: x {number(cx)},"
        f" y {number(cy)}, {away} pixels from the center. 95 % of the heat lie in {wide} by"
        f" {wide} pixels around the center."
    )


def still(data: Data) -> str:
    """Draw the start: the picture with the heat of a cell, its field, and the numbers."""
    check(data)
    stage, heat = _start(data)
    side, size, n = data["picture"]["side"], stage["size"], len(heat["blocks"])
    low, span = _view(data, stage)
    (x, y), (cx, cy), (out, seen) = (
        _center(stage, heat),
        _centroid(heat),
        _shares(data, stage, heat),
    )
    wide = round(heat["side95"])
    paths: dict[int, str] = {}
    for k, level in enumerate(round(level / 2) for level in _levels(heat)):
        paths[level] = f"{paths.get(level, '')}M{k % n} {k // n}h1"
    heats = (f'<path d="{d}" opacity="{k / 6:.2g}"/>' for k, d in paths.items() if k)
    lines = [
        ("b", f"{stage['name']}, row {heat['cell'][0]}, column {heat['cell'][1]}"),
        ("f", f"□ can depend on {size} × {size}"),
        ("quiet", f"{percent(out)} outside of the picture"),
        ("quiet", f"holds {percent(seen)} of the picture"),
        ("f", f"+ center x {number(x)}, y {number(y)}"),
        ("d", f"● centroid x {cx}, y {cy}"),
        ("quiet", f"95 % of the heat in {wide} × {wide}"),
    ]
    return UNUSED.sub(
        "",
        picture(
            WIDTH,
            VIEW + 16,
            "<style>.f{fill:var(--c0)}.s{fill:none;stroke:var(--c0);stroke-width:6}.d,circle{fill:"
            "var(--c1)}.h{stroke:#ff8000}text{font-size:14px}</style>",
            f'<svg x="8" y="8" width="{VIEW}" height="{VIEW}"'
            f' viewBox="{low:.0f} {low:.0f} {span:.0f} {span:.0f}">'
            f'<image href="{shrunk(data["picture"]["image"], 48, 30, 48, "L")}" width="{side}"'
            f' height="{side}"/><g class="h" transform="scale({side / n:g})translate(0,.5)">',
            *heats,
            f'</g><path d="M{x - size / 2:g} {y - size / 2:g}h{size}v{size}h-{size}z'
            f'M{x - 15:g} {y:g}h30m-15-15v30" class="s"/>'
            f'<circle cx="{cx}" cy="{cy}" r="12" stroke="#fff" stroke-width="4"/></svg>',
            *(text(VIEW + 24, 48 + 26 * k, line, kind) for k, (kind, line) in enumerate(lines)),
        ),
    )


def number(x: float) -> str:
    """Write a whole number without decimals, any other with one.

    >>> number(-16.0), number(96.5)
    ('−16', '96.5')
    """
    return fixed(x, 1 if x % 1 else 0)


def percent(part: float) -> str:
    """Write a share; what is nearly nothing is not called so.

    >>> percent(0.749), percent(0.001), percent(0)
    ('75 %', '<1 %', '0 %')
    """
    return ("<1" if 0 < part < 0.005 else fixed(100 * part, 0)) + " %"


def pack(levels: Sequence[int]) -> str:
    """Write levels as letters, of which a page stores each as it is.

    From ``#`` on (without ``<``) a letter is two levels up to 7; from ``]`` on it is one level;
    from ``i`` on it is a run of zeros: 1 to 14 of them, then 28, 42, ... 126.

    >>> pack([1, 1, 1, 2, 12, 5] + [0] * 60)
    '#$hayl'
    """
    letters, k = [], 0
    while k < len(levels):
        zeros = next((i for i, level in enumerate(levels[k : k + 126]) if level), None)
        if zeros != 0:
            zeros = zeros or min(126, len(levels) - k)
            taken = zeros if zeros <= 14 else max(zeros // 14 * 14, 14)
            letters.append(104 + (taken if taken <= 14 else taken // 14 + 13))
        elif max(levels[k : k + 2]) <= 7 and len(levels) > k + 1 and levels[k + 1]:
            taken, pair = 2, 7 * levels[k] + levels[k + 1] - 8
            letters.append(35 + pair + (pair >= 25))
        else:
            taken = 1
            letters.append(92 + levels[k])
        k += taken
    return "".join(map(chr, letters))


def stored(data: Data) -> Data:
    """Write the data as short as the script reads them."""
    stages = []
    for stage in data["stages"]:
        rows, columns = _grid(stage)
        marks = [x for heat in stage["heats"] for x in (*_centroid(heat), round(heat["side95"]))]
        levels = list(chain.from_iterable(_levels(heat) for heat in stage["heats"]))
        plain = [stage[key] for key in ("name", "cells", "jump", "size", "start")]
        n = len(stage["heats"][0]["blocks"])
        stages.append([*plain, n, rows, columns, marks, pack(levels)])
    names = [stage["name"] for stage in data["stages"]]
    stage, heat = _start(data)
    rows, columns = _grid(stage)
    at = [names.index(stage["name"]), rows.index(heat["cell"][0]), columns.index(heat["cell"][1])]
    image = shrunk(data["picture"]["image"], 90, 38, 90, "L")
    return {"image": image, "side": data["picture"]["side"], "stages": stages, "at": at}


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("receptive_field.js"), own_file("receptive_field.css")
    return Design(script, style, still, words, tight=True, stored=stored)


def _grid(stage: Data) -> tuple[list[int], list[int]]:
    """The rows and the columns of the cells that can be chosen."""
    cells = [heat["cell"] for heat in stage["heats"]]
    return sorted({cell[0] for cell in cells}), sorted({cell[1] for cell in cells})


def _start(data: Data) -> tuple[Data, Data]:
    for stage in data["stages"]:
        for heat in stage["heats"]:
            at = {"stage": stage["name"], "cell": list(heat["cell"])}
            if at == {**data["start"], "cell": list(data["start"]["cell"])}:
                return stage, heat
    raise ValueError("it starts at a stage and a cell that it has")


def _levels(heat: Data) -> Iterator[int]:
    most = max(chain(*heat["blocks"]))
    return (round(LEVELS * block / most) for block in chain(*heat["blocks"]))


def _center(stage: Data, heat: Data) -> tuple[float, float]:
    row, column = (stage["start"] + stage["jump"] * k for k in heat["cell"])
    return column, row


def _centroid(heat: Data) -> tuple[int, int]:
    """To the pixel, as it is shown."""
    x, y = heat["centroid"]
    return round(x), round(y)


def _shares(data: Data, stage: Data, heat: Data) -> tuple[float, float]:
    """What of the field lies outside of the picture, and what of the picture in the field."""
    side, size = data["picture"]["side"], stage["size"]
    ends = [(max(c - size / 2, -0.5), min(c + size / 2, side - 0.5)) for c in _center(stage, heat)]
    area = math.prod(max(end - first, 0) for first, end in ends)
    return 1 - area / size**2, area / side**2


def _view(data: Data, stage: Data) -> tuple[float, float]:
    """The first pixel of the room around the picture, and how much there is to see."""
    ends = [stage["start"] + stage["jump"] * k for grid in _grid(stage) for k in grid]
    low = min(min(ends) - stage["size"] / 2, 0)
    high = max(max(ends) + stage["size"] / 2, data["picture"]["side"])
    room = 0.015 * (high - low)
    return low - room, high - low + 2 * room
