"""Detection on composed panoramas, beside resizing the whole picture and classifying it."""

import json
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.analysis.box_metrics import Box, Counts, Found, count_matches
from course_utils.data.datasets import dataset_path
from course_utils.data.images import load_image
from course_utils.errors import DataError
from course_utils.inference import Localizer
from course_utils.inference.detections import detections_of
from course_utils.inference.localization import NOTHING
from course_utils.teaching.measurements import Row

PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom edge, in pixels."""

SETTINGS: Row = {"scales": [0.707], "threshold": 0.8}
"""Chosen on 50 other panoramas, rendered from another series of seeds."""


def panorama_of(seed: int) -> tuple[Image.Image, list[tuple[str, PixelBox]]]:
    """An embedded composed panorama, and class and box of each thing in it.

    Raises:
        DataError: If this one is not embedded; those that are, are listed.
    """
    path = stored_path(f"composed_{seed:03d}")
    things = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["things"]
    return load_image(path), [(thing["label"], tuple(thing["box"])) for thing in things]


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
    return [
        Found(name, detection.score, detection.box)
        for index, name in enumerate(localizer.class_names)
        if name != NOTHING
        for detection in detections_of(responses, index, settings["threshold"], image.size)
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
    """Count on one picture.

    Returns:
        The things, the counts of the boxes, the label of the whole picture and whether it is
        right, and the counts of the whole picture taken for a box.
    """
    truth: list[tuple[str, Box]] = list(things)
    counts = count_matches(everything_in(localizer, image, settings), truth)
    whole = resized_answer(localizer, image)
    labels = [label for label, _ in things]
    return {
        "labels": labels,
        "boxes": [list(box) for _, box in things],
        "found": counts.found,
        "right": counts.right,
        "resized_label": whole.label,
        "resized_label_is_there": whole.label in labels,
        "resized_right": count_matches([whole], truth).right,
    }


def totals(rows: Iterable[Row]) -> dict[str, Counts]:
    """The counts over all pictures: of the dense evaluation, and of resizing."""
    dense, resized = Counts(), Counts()
    for row in rows:
        dense += Counts(len(row["labels"]), row["found"], row["right"])
        resized += Counts(len(row["labels"]), 1, row["resized_right"])
    return {"dense": dense, "resized": resized}
