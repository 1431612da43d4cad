"""A panorama to touch: the map of a class, three places for its positions, boxes and overlaps.

Its data:

- ``picture``: ``width`` and ``height`` in pixels, and ``image``, a ``data:`` address of a picture
  of any size, which is stored small;
- ``names`` of the classes, and ``probabilities``, rows × columns numbers for each of them; a byte
  each is stored, and boxes are those of the bytes;
- ``window``: its ``side``, the ``step`` to the next one, and ``field``, where the field of the
  first position has its center, in pixels;
- ``things``: class and box (left, top, right, bottom) of each thing that is there;
- ``start``: a ``label``, a ``threshold`` in hundredths, a ``place`` (one of ``PLACES``) and a
  ``position``, its row and column.
"""

import base64
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

from course_utils.analysis.box_metrics import Box, intersection_over_union
from course_utils.teaching.touchable.digits import fixed
from course_utils.teaching.touchable.output import Data, Design, own_file
from course_utils.teaching.touchable.pictures import shrunk
from course_utils.teaching.touchable.svg import picture, text

PLACES = {
    "stretched": "stretched",
    "field": "field’s center",
    "window": "window’s middle",
}
"""Where a position may belong, and what the figure calls it."""

WIDTH, STILL = 480, 128
"""Of the still picture, and of the panorama that is stored in it (pixels)."""

UNUSED = re.compile(r";--(?:c\d|well|quiet):#\w+|\.(?:c\d|m|e|well|quiet|line)\{[^}]*\}")
"""What the still picture does not need."""

STORED, QUALITY = 220, 30
"""Width and JPEG quality of the panorama that the script shows."""

LANCZOS = Image.Resampling.LANCZOS


def check(data: Data) -> None:
    """Say what is wrong with the data of a figure.

    Raises:
        ValueError: If something is missing, or does not fit together.
    """
    given = np.asarray(data["probabilities"])
    if given.ndim != 3 or len(given) != len(data["names"]) or min(given.shape[1:]) < 2:
        raise ValueError("give a map of at least 2 × 2 positions for each class")
    if not (np.isfinite(given).all() and given.min() >= 0 and given.max() <= 1):
        raise ValueError("probabilities lie between 0 and 1")
    if not data["picture"]["image"].startswith("data:image/"):
        raise ValueError("the picture is a data: address")
    if any(name not in data["names"] for name, _ in data["things"]):
        raise ValueError("a thing is of a class that is not among the names")
    start, (rows, columns) = data["start"], given.shape[1:]
    row, column = start["position"]
    if start["label"] not in data["names"] or start["place"] not in PLACES:
        raise ValueError("it starts with a class and a place that it has")
    if not (0.05 <= start["threshold"] <= 0.99 and 0 <= row < rows and 0 <= column < columns):
        raise ValueError("it starts at a threshold from 0.05 to 0.99 and a position of the map")


def bytes_of(data: Data) -> npt.NDArray[np.uint8]:
    """The probabilities as they are stored: ``(classes, rows, columns)``."""
    levels = np.rint(255 * np.asarray(data["probabilities"], dtype=float))
    return np.asarray(levels, dtype=np.uint8)


def grid(data: Data, place: str, axis: int) -> tuple[float, float]:
    """Where the first position belongs along an axis, and how far it is to the next, in pixels."""
    length = data["picture"][("height", "width")[axis]]
    cells, window = bytes_of(data).shape[1 + axis], data["window"]
    if place == "stretched":
        return length / cells / 2 - 0.5, length / cells
    first = window["field"] if place == "field" else (window["side"] - 1) / 2
    return first, window["step"]


def boxes(data: Data, label: str, threshold: float, place: str) -> list[Box]:
    """The boxes around what reaches the threshold, from the top."""
    scores = bytes_of(data)[data["names"].index(label)] / 255
    for axis in (0, 1):
        first, step = grid(data, place, axis)
        cells = scores.shape[axis]
        length = data["picture"][("height", "width")[axis]]
        at = ((np.arange(length) - first) / step).clip(0, cells - 1)
        takes = (1 - abs(at[:, None] - np.arange(cells))).clip(min=0)  # (length, cells)
        scores = takes @ scores if axis == 0 else scores @ takes.T
    pieces = ndimage.find_objects(ndimage.label(scores >= threshold - 1e-9)[0])
    return [(across.start, down.start, across.stop, down.stop) for down, across in pieces]


def overlaps(data: Data, label: str, found: Sequence[Box]) -> list[float]:
    """For each thing of a class the best intersection over union with a box."""
    there = [tuple(box) for name, box in data["things"] if name == label]
    return [max((intersection_over_union(one, box) for one in found), default=0) for box in there]


def words(data: Data) -> str:
    """Say the numbers at the start."""
    check(data)
    start = data["start"]
    return f"At the start: {said(data, **start)}"


def said(data: Data, label: str, threshold: float, place: str, position: Sequence[int]) -> str:
    """Say what the figure shows: boxes and overlaps of a class, and the answers at a position."""
    found = {way: boxes(data, label, threshold, way) for way in PLACES}
    best = {
        way: ", ".join(fixed(one, 2) for one in overlaps(data, label, found[way])) or "–"
        for way in PLACES
    }
    there = sum(name == label for name, _ in data["things"])
    row, column = position
    answers = bytes_of(data)[:, row, column] / 255
    bars = (
        f"{name} {fixed(100 * value, 0)} %"
        for name, value in zip(data["names"], answers.tolist(), strict=True)
    )
    ways = "; ".join(f"{PLACES[way]} {one}" for way, one in best.items())
    return (
        f"{label}, threshold {fixed(threshold, 2)}, {PLACES[place]}:"
        f" {len(found[place])} found, {there} there. Overlap: {ways}."
        f" Row {row}, column {column}: {', '.join(bars)}."
    )


def still(data: Data) -> str:
    """Draw the start: the picture with true and found boxes, and the overlaps of all places."""
    check(data)
    start, width, height = data["start"], data["picture"]["width"], data["picture"]["height"]
    label, threshold = start["label"], start["threshold"]
    found = {way: boxes(data, label, threshold, way) for way in PLACES}
    there = [box for name, box in data["things"] if name == label]
    tall = round(WIDTH * height / width)
    seen = shrunk(data["picture"]["image"], STILL, 25, how=LANCZOS)
    lines = [
        f"{PLACES[way]} {', '.join(fixed(one, 2) for one in overlaps(data, label, some)) or '–'}"
        for way, some in found.items()
    ]
    return UNUSED.sub(
        "",
        picture(
            WIDTH,
            tall + 58,
            "<style>.t,.f{fill:none;stroke:#fff;stroke-width:6;stroke-dasharray:16 10}"
            ".f{stroke:#ff9a2e;stroke-dasharray:none}</style>",
            f'<svg width="{WIDTH}" height="{tall}" viewBox="0 0 {width} {height}">',
            f'<image href="{seen}" width="{width}" height="{height}"/>',
            *(_rectangle(box, "t") for box in there),
            *(_rectangle(box, "f") for box in found[start["place"]]),
            "</svg>",
            text(10, tall + 22, f"{label}, threshold {fixed(threshold, 2)}: overlap", "b"),
            text(10, tall + 45, " · ".join(lines)),
        ),
    )


def _rectangle(box: Box, kind: str) -> str:
    left, top, right, bottom = box
    return f'<path class="{kind}" d="M{left} {top}H{right}V{bottom}H{left}z"/>'


def stored(data: Data) -> Data:
    """Write the data as short as the script reads them."""
    given, start, size = bytes_of(data), data["start"], data["picture"]
    return {
        "image": shrunk(size["image"], STORED, QUALITY, how=LANCZOS),
        "bytes": base64.b64encode(packed(given.tobytes())).decode(),
        "names": list(data["names"]),
        "things": [[name, list(box)] for name, box in data["things"]],
        "rows": given.shape[1],
        "columns": given.shape[2],
        "at": list(start["position"]),
        **{name: size[name] for name in ("width", "height")},
        **{name: data["window"][name] for name in ("side", "step", "field")},
        **{name: start[name] for name in ("label", "threshold", "place")},
    }


def packed(given: bytes) -> bytes:
    """Write each run of zeros, of at most 255, as a zero and their number.

    >>> list(packed(bytes([7, 0, 0, 0, 9])))
    [7, 0, 3, 9]
    """
    return re.sub(rb"\0{1,255}", lambda run: bytes([0, len(run.group())]), given)


def design() -> Design:
    """Say what the figure is made of."""
    script, style = own_file("panorama.js"), own_file("panorama.css")
    return Design(script, style, still, words, tight=True, stored=stored)
