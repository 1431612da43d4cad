"""Detection on composed panoramas, beside resizing the whole picture and classifying it."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.analysis.box_metrics import (
    Box,
    Counts,
    Found,
    count_matches,
    intersection_over_union,
)
from course_utils.data.datasets import dataset_path
from course_utils.data.images import load_image
from course_utils.errors import DataError
from course_utils.inference import Localizer, ResponseMap
from course_utils.inference.detections import detections_of
from course_utils.inference.localization import NOTHING
from course_utils.teaching.measurements import Row

PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom edge, in pixels."""

SETTINGS: Row = {"scales": [0.707], "threshold": 0.9}
"""The best of 77 that were tried on 100 other panoramas; the record *settings tried* has them."""

LENIENT = 0.3
"""Intersection over union that a rough box needs."""

STRICT = 0.5
"""The same as PASCAL VOC asks."""


def panorama_of(seed: int) -> tuple[Image.Image, list[tuple[str, PixelBox]]]:
    """An embedded composed panorama, and class and box of each thing in it.

    Raises:
        DataError: If this one is not embedded; those that are, are listed.
    """
    path = stored_path(f"composed_{seed:03d}")
    things = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["things"]
    return load_image(path), [(thing["label"], tuple(thing["box"])) for thing in things]


def true_things() -> list[tuple[str, PixelBox]]:
    """Class and box of each thing in focus in the panorama that is composed by hand."""
    path = dataset_path("panorama") / "panorama.json"
    things = json.loads(path.read_text(encoding="utf-8"))["things"]
    return [(thing["label"], tuple(thing["box"])) for thing in things]


def stored_path(name: str) -> Path:
    """The file of an embedded wide picture.

    Args:
        name: Such as ``composed_000``; the picture's seed is a part of it.

    Raises:
        DataError: If there is none of this name; those that there are, are listed.
    """
    path = dataset_path("panoramas") / f"{name}.jpg"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in path.parent.glob("*.jpg")))
        raise DataError(f"{path}: this picture is not embedded; choose one of {known}")
    return path


def everything_in(localizer: Localizer, image: Image.Image, settings: Row) -> list[Found]:
    """The boxes of all classes but background; each is looked for by its name."""
    responses = [localizer.respond(image, scale) for scale in settings["scales"]]
    return found_on(localizer, responses, settings["threshold"], image.size)


def found_on(
    localizer: Localizer,
    responses: Sequence[ResponseMap],
    threshold: float,
    size: tuple[int, int],
) -> list[Found]:
    """The same, on response maps of one picture that is ``size`` wide and high."""
    return [
        Found(name, detection.score, detection.box)
        for index, name in enumerate(localizer.class_names)
        if name != NOTHING
        for detection in detections_of(responses, index, threshold, size)
    ]


def resized_answer(localizer: Localizer, image: Image.Image) -> Found:
    """The picture as it is classified without a map: squeezed to the native size, one label.

    Its box is the whole picture: it knows no other. Background is no answer here either.
    """
    side = localizer.native_size
    small = pil_to_tensor(image.resize((side, side), Image.Resampling.BILINEAR))
    logits = localizer.network(localizer.prepare(small[None].to(localizer.device)))
    scores = logits[0, :, 0, 0].softmax(dim=0).tolist()
    things = [index for index, name in enumerate(localizer.class_names) if name != NOTHING]
    best = max(things, key=scores.__getitem__)
    whole = (0.0, 0.0, float(image.width), float(image.height))
    return Found(localizer.class_names[best], scores[best], whole)


def try_picture(
    localizer: Localizer,
    image: Image.Image,
    things: list[tuple[str, PixelBox]],
    settings: Row = SETTINGS,
) -> Row:
    """Look for everything in one picture.

    Returns:
        Names and boxes of the things; name, score and box of what was found, rounded; the label of
        the resized picture, and whether it is the name of a thing.
    """
    whole = resized_answer(localizer, image)
    row = row_of(things, everything_in(localizer, image, settings))
    there = whole.label in row["labels"]
    return {**row, "resized_label": whole.label, "resized_label_is_there": there}


def row_of(things: Sequence[tuple[str, PixelBox]], found: Sequence[Found]) -> Row:
    """What is in a picture and what was found, as it is recorded: rounded."""
    return {
        "labels": [label for label, _ in things],
        "boxes": [list(box) for _, box in things],
        "found": [
            [one.label, round(one.score, 4), [round(edge) for edge in one.box]] for one in found
        ],
    }


def counts_of(row: Row, enough: float = LENIENT) -> Counts:
    """How many things there are in a picture, how many boxes were found, and how many are right.

    Args:
        row: From ``try_picture``.
        enough: Intersection over union that a box needs to be right.
    """
    found = [Found(label, score, tuple(box)) for label, score, box in row["found"]]
    truth: list[tuple[str, Box]] = list(zip(row["labels"], map(tuple, row["boxes"]), strict=True))
    return count_matches(found, truth, enough)


def totals(rows: Iterable[Row], enough: float = LENIENT) -> Counts:
    """The counts over all pictures."""
    return sum((counts_of(row, enough) for row in rows), Counts())


Shift = tuple[float, float, float, float]
"""Middle of a thing, across and down, and how far a box lies to the right of it and below."""

MET = 0.2
"""Intersection over union from which a box is about a thing, however badly it is placed."""


def shifts_in(row: Row, width: int = 1024, height: int = 387) -> list[Shift]:
    """Where things are, and how far boxes lie to the right of them and below: middle to middle.

    Counted are things and boxes that touch no edge of the picture: there a box is cut off.

    Args:
        row: From ``row_of``.
        width: Of the picture, in pixels.
        height: Likewise.
    """

    def is_inside(box: Box) -> bool:
        return min(box[:2]) > 1 and box[2] < width - 1 and box[3] < height - 1

    shifts = []
    for label, box in zip(row["labels"], map(tuple, row["boxes"]), strict=True):
        found = [tuple(other) for name, _, other in row["found"] if name == label]
        about = [
            one for one in found if is_inside(one) and intersection_over_union(one, box) >= MET
        ]
        if about and is_inside(box):
            best = max(about, key=lambda one: intersection_over_union(one, box))
            x, y = _middle(box)
            across, down = _middle(best)
            shifts.append((x, y, across - x, down - y))
    return shifts


def _middle(box: Box) -> tuple[float, float]:
    left, top, right, bottom = box
    return (left + right) / 2, (top + bottom) / 2
