"""Averages of cells that slide over a picture: what each answers, and its window, to touch.

Its data:

- ``picture``: its ``width`` and ``height`` in pixels, and ``image``, a ``data:`` address, which is
  stored small; where it has a ``sharp`` box (left, upper, right, lower), that is stored less small;
- ``classes``: their names; ``shown`` is the index of the one that is drawn on the picture;
- ``step``: pixels from a cell to the next, which is also the side of its square;
- ``logits``: of each class in each cell, ``[class][row][column]``, whole multiples of 1 / ``unit``;
- ``windows``: sides of the averages that one can choose, in cells; 0 is the whole map;
- ``start``: a ``window``, a ``stride`` (1, or the window's side), a ``row`` and a ``column``;
- ``checks``: the same four, and the ``probabilities`` that PyTorch gives there.
"""

import base64
import io
import math
import re
from collections.abc import Sequence
from itertools import chain

from PIL import Image

from course_utils.teaching.touchable.digits import share
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.pictures import address, require_picture
from course_utils.teaching.touchable.svg import bar, picture, text

WIDTH, LEFT, TALLEST = 520, 8, 255
"""Of the still picture: its width, and its margin; how far apart the logits may be, in units."""

SMALL, QUALITY = 0.28, 14
"""How much smaller the picture is stored, and how well."""

LESS_SMALL, LESS_LOW = 0.63, 30
"""The same, of its sharp box."""

UNUSED = re.compile(r";--(?:c[1-4]|quiet|well):#\w+|\.(?:c[1-4]|line|m|e|quiet|well)\{[^}]*\}")
"""What the still picture does not need."""

CLOSE = 1e-4
"""How far a probability may be off."""


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    require_picture(data["picture"]["image"])
    rows, columns = _size(data)
    if not all(len(one) == rows and {len(row) for row in one} == {columns} for one in _maps(data)):
        raise ValueError("the logits are a map of the same size for each class")
    if len(data["classes"]) != len(_maps(data)):
        raise ValueError("there is a map of logits for each class")
    units = _units(data)
    if any(abs(unit - round(unit)) > CLOSE for unit in units):
        raise ValueError("the logits are whole multiples of 1 / unit")
    if max(units) - min(units) > TALLEST:
        raise ValueError(f"the logits are at most {TALLEST} / unit apart: a byte holds each")
    for state in (data["start"], *data["checks"]):
        _answers(data, state)
    for state in data["checks"]:
        found = probabilities(data, state)
        pairs = zip(found, state["probabilities"], strict=True)
        if any(abs(one - other) > CLOSE for one, other in pairs):
            raise ValueError("the probabilities of a check are not those of the logits")


def probabilities(data: Data, state: Data) -> list[float]:
    """Softmax of the mean logits of the cells of one answer."""
    (top, bottom), (left, right) = _cells(data, state)
    means = [
        math.fsum(chain(*(row[left : right + 1] for row in one[top : bottom + 1])))
        / ((bottom - top + 1) * (right - left + 1))
        for one in _maps(data)
    ]
    powers = [math.exp(mean - max(means)) for mean in means]
    return [power / math.fsum(powers) for power in powers]


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    state = data["start"]
    (top, bottom), (left, right) = _cells(data, state)
    high, wide = _answers(data, state)
    step = data["step"]
    shares = ", ".join(
        f"{name} {share(p)}"
        for name, p in zip(data["classes"], probabilities(data, state), strict=True)
    )
    return (
        f"{high} × {wide} answers. Row {state['row']}, column {state['column']}: the average of the"
        f" cells in rows {top} to {bottom}, columns {left} to {right}; its window is x"
        f" {left * step} to {right * step + step - 1}, y {top * step} to"
        f" {bottom * step + step - 1}. {shares}."
    )


def still(data: Data) -> str:
    """Draw the start: the picture with the cells and the window of an answer, and its bars."""
    check(data)
    state, step = data["start"], data["step"]
    rows, columns = _size(data)
    (top, bottom), (left, right) = _cells(data, state)
    unit = (WIDTH - 2 * LEFT) / (columns * step)
    high = round(rows * step * unit)
    height, width = (n * step for n in (bottom - top + 1, right - left + 1))
    seen = data["picture"]
    x, y = left * step, top * step
    inner = "".join(f"M{x + k:g} {y:g}v{height}" for k in range(step, width, step))
    inner += "".join(f"M{x:g} {y + k:g}h{width}" for k in range(step, height, step))
    found = probabilities(data, state)
    half = (len(found) + 1) // 2
    parts = []
    for k, (name, p) in enumerate(zip(data["classes"], found, strict=True)):
        at, line = LEFT + (k // half) * 256, high + 70 + 24 * (k % half)
        parts += [text(at, line, name), text(at + 202, line, share(p))]
        parts += [bar(at + 94, line - 11, 100 * p, 12, "c0")] if p > 0.005 else []
    answers = "{} × {} answers".format(*_answers(data, state))
    title = f"{answers}; row {state['row']}, column {state['column']}:"
    drawn = picture(
        WIDTH,
        high + 70 + 24 * half,
        "<style>.w{fill:none;stroke:#fff;stroke-width:4}.v{stroke:#c25400;stroke-width:9}</style>",
        f'<svg x="{LEFT}" y="{LEFT}" width="{WIDTH - 2 * LEFT}" height="{high}"'
        f' viewBox="0 0 {columns * step} {rows * step}">',
        f'<image href="{_webp(seen, 72 / seen["width"], 16)}" width="{seen["width"]}"'
        f' height="{seen["height"]}" preserveAspectRatio="none"/>',
        f'<path d="{inner}" class="w"/>'
        f'<path d="M{x:g} {y:g}h{width}v{height}h-{width}z" class="w v"/></svg>',
        text(LEFT, high + 38, title, "b"),
        *parts,
    )
    return UNUSED.sub("", drawn)


def stored(data: Data) -> Data:
    """Write the data as short as the script reads them."""
    rows, columns = _size(data)
    units = [round(unit) for unit in _units(data)]
    low = min(units)
    logits = base64.b64encode(bytes(unit - low for unit in units)).decode()
    seen, start = data["picture"], data["start"]
    keys = ("window", "stride", "row", "column")
    return {
        "images": _images(seen),
        "size": [seen["width"], seen["height"]],
        "map": [rows, columns],
        "step": data["step"],
        "names": list(data["classes"]),
        "shown": data["shown"],
        "logits": logits,
        "scale": [low, data["unit"]],
        "windows": list(data["windows"]),
        "start": [start[key] for key in keys],
        "checks": [
            [[one[key] for key in keys], [round(p, 5) for p in one["probabilities"]]]
            for one in data["checks"]
        ],
    }


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("windows.js"), own_file("windows.css")
    return Design(script, style, still, words, tight=True, stored=stored)


def _images(seen: Data) -> list[list[str | int]]:
    """The stored pictures, each with its left and upper edge, its width and its height."""
    boxes = [((0, 0, seen["width"], seen["height"]), SMALL, QUALITY)]
    if "sharp" in seen:
        boxes.append((tuple(seen["sharp"]), LESS_SMALL, LESS_LOW))
    return [
        [_webp(seen, scale, quality, box), *box[:2], box[2] - box[0], box[3] - box[1]]
        for box, scale, quality in boxes
    ]


def _webp(
    seen: Data, scale: float, quality: int, box: tuple[int, int, int, int] | None = None
) -> str:
    """The picture, or what a box holds of it, made small: a ``data:`` address."""
    loaded = Image.open(io.BytesIO(base64.b64decode(seen["image"].split(",", 1)[1])))
    part = loaded.convert("RGB").crop(box or (0, 0, *loaded.size))
    size = round(part.width * scale), round(part.height * scale)
    small = part.resize(size, Image.Resampling.LANCZOS)
    return address(small, "WEBP", quality=quality, method=6)


def _maps(data: Data) -> Sequence[Sequence[Sequence[float]]]:
    maps: Sequence[Sequence[Sequence[float]]] = data["logits"]
    return maps


def _size(data: Data) -> tuple[int, int]:
    """Rows and columns of the map."""
    return len(data["logits"][0]), len(data["logits"][0][0])


def _units(data: Data) -> list[float]:
    return [logit * data["unit"] for one in _maps(data) for row in one for logit in row]


def _answers(data: Data, state: Data) -> tuple[int, int]:
    """How many answers there are, down and across; the state is one of them.

    Raises:
        ValueError: If it is none.
    """
    window, stride = state["window"], state["stride"]
    if window not in data["windows"] or stride not in {1, window or 1}:
        raise ValueError("a state has one of the windows, and a stride of 1 or of its side")
    counts = [1 if not window else (n - window) // stride + 1 for n in _size(data)]
    if not (0 <= state["row"] < counts[0] and 0 <= state["column"] < counts[1]):
        raise ValueError(f"there are {counts[0]} × {counts[1]} answers, counted from 0")
    return counts[0], counts[1]


def _cells(data: Data, state: Data) -> tuple[tuple[int, int], tuple[int, int]]:
    """First and last row, and first and last column of the cells of an answer."""
    rows, columns = _size(data)
    window, stride = state["window"], state["stride"]
    if not window:
        return (0, rows - 1), (0, columns - 1)
    top, left = state["row"] * stride, state["column"] * stride
    return (top, top + window - 1), (left, left + window - 1)
