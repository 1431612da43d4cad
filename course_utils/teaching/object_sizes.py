"""How large a thing must be to be named: the whole picture resized, against a dense evaluation."""

from PIL import Image

from course_utils.data.images import load_image
from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import resized_answer, stored_path

SIZES = (24, 48, 72, 96, 144, 192)
"""Sides, in pixels, of the square that a thing is drawn in."""

SETTINGS: Row = {"one_scale": [0.707], "pyramid": [0.354, 0.707, 1.414]}


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
    """What each way answers: the label of the resized picture, and those of the dense maps."""
    answers = {"resized": resized_answer(localizer, image).label}
    for way, scales in settings.items():
        responses = [localizer.respond(image, scale) for scale in scales]
        answers[way] = localizer.class_names[localizer.winner(responses)]
    return answers


def share_right(rows: list[Row], way: str, size: int) -> float:
    """Share of the things of a size whose name a way found (0 to 1)."""
    of_size = [row for row in rows if row["size"] == size]
    right = [bool(row[way] == row["label"]) for row in of_size]
    return sum(right) / len(right)
