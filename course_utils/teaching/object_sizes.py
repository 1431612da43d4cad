"""How large a thing must be to be named: the whole picture resized, against a dense evaluation."""

import torch
from PIL import Image, ImageOps
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.data.images import load_image
from course_utils.inference.localization import NOTHING, Localizer
from course_utils.inference.scales import resized
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import resized_answer, stored_path

SIZES = (24, 48, 72, 96, 144, 192)
"""Sides, in pixels, of the square that a thing is drawn in."""

_BILINEAR = Image.Resampling.BILINEAR

SETTINGS: Row = {
    "dense_small": [96 / 387],
    "half_scale": [0.354],
    "one_scale": [0.707],
    "twice_scale": [1.414],
    "pyramid": [0.354, 0.707, 1.414],
}
"""Scales of the dense maps; the first is 96 pixels high, no higher than a window."""


def empty_picture(seed: int) -> Image.Image:
    """An embedded wide ground with nothing on it.

    Raises:
        DataError: If this one is not embedded; those that are, are listed.
    """
    return load_image(stored_path(f"empty_{seed:03d}"))


def picture_with(label: str, size: int, seed: int) -> Image.Image:
    """An embedded picture of one thing on an empty ground, wholly inside the picture.

    Args:
        label: Of the thing.
        size: Side of the square that it is drawn in, in pixels.
        seed: Of the ground.

    Raises:
        DataError: If this one is not embedded; those that are, are listed.
    """
    return load_image(stored_path(f"empty_{seed:03d}_{label}_{size:03d}"))


def answers_for(localizer: Localizer, image: Image.Image, settings: Row = SETTINGS) -> Row:
    """What each way answers.

    Returns:
        The label of the picture squeezed into the native size (``resized``); that of the whole
        picture in a square of this size, with gray above and below (``letterbox``); that of a
        picture as high as the native size, from one mean over all of it (``average``); and those
        of the dense maps, by the highest probability anywhere. The copies of ``letterbox`` and of
        ``dense_small`` are also enlarged again, to the size of ``one_scale``: the same pixels,
        but a thing is as large beside the window as there (``letterbox_enlarged``, ``enlarged``,
        and ``average_enlarged`` beside ``average_large``). Background is no answer.
    """
    side = localizer.native_size
    boxed = ImageOps.pad(image, (side, side), _BILINEAR, color=_gray(localizer))
    low = resized(image, side / image.height)
    large = resized(image, settings["one_scale"][0])
    lowest = resized(image, side / image.width)
    grown, most_grown = (copy.resize(large.size, _BILINEAR) for copy in (low, lowest))
    answers = {
        "resized": resized_answer(localizer, image).label,
        "letterbox": _classified(localizer, boxed),
        "average": _classified(localizer, low),
        "average_enlarged": _classified(localizer, grown),
        "average_large": _classified(localizer, large),
    }
    for way, copy in (("enlarged", grown), ("letterbox_enlarged", most_grown)):
        answers[way] = localizer.class_names[localizer.winner([localizer.respond(copy)])]
    for way, scales in settings.items():
        responses = [localizer.respond(image, scale) for scale in scales]
        answers[way] = localizer.class_names[localizer.winner(responses)]
    return answers


def _gray(localizer: Localizer) -> tuple[int, int, int]:
    """The color that the preprocessing turns into zeros, nearly."""
    red, green, blue = (round(255 * part) for part in localizer.preprocessing.mean)
    return red, green, blue


@torch.inference_mode()
def _classified(localizer: Localizer, image: Image.Image) -> str:
    """The class of a picture of any size, by the classifier with its one pooling over all of it."""
    x = localizer.prepare(pil_to_tensor(image)[None].to(localizer.device))
    scores = localizer.model(x)[0].tolist()
    things = [index for index, name in enumerate(localizer.class_names) if name != NOTHING]
    return localizer.class_names[max(things, key=scores.__getitem__)]


def share_right(rows: list[Row], way: str, size: int) -> float:
    """Share of the things of a size whose name a way found (0 to 1)."""
    of_size = [row for row in rows if row["size"] == size]
    right = [bool(row[way] == row["label"]) for row in of_size]
    return sum(right) / len(right)
