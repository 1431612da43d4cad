"""Look at a set before a training starts, so that it does not stop hours later."""

from pathlib import Path

from course_utils.data.folders import ImageFolder
from course_utils.data.images import load_image
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import DataError, ImageError

MOST_BAD = 0.1
"""A set with a larger share of bad files is refused: something is wrong with it as a whole."""


def drop_bad_pictures(pictures: ImageFolder) -> list[ImageError]:
    """Read every file once and take those that are no pictures out of the set.

    Args:
        pictures: Changed in place.

    Returns:
        An error for each file that was taken out, and for each folder with others.

    Raises:
        DataError: If more than a tenth of the files are bad, or a class has none left.
    """
    bad = [error for path, _ in pictures.samples if (error := _problem_with(path))]
    if len(bad) > MOST_BAD * len(pictures):
        raise DataError(
            f"{pictures.root}: {len(bad)} of {len(pictures)} files are no pictures; the first is "
            f"{bad[0]}. Look at the folder before you train"
        )
    bad_paths = {error.path for error in bad}
    good = [(path, index) for path, index in pictures.samples if path not in bad_paths]
    for lost in {index for _, index in pictures.samples} - {index for _, index in good}:
        folder = pictures.root / pictures.class_names[lost]
        raise DataError(f"{folder}: none of its files is a picture")
    pictures.samples = good
    return [*pictures.left_out, *bad]


def _problem_with(path: Path) -> ImageError | None:
    try:
        load_image(path)
    except ImageError as error:
        return error
    return None


def drop_bad_pairs(pictures: VOCSegmentation) -> list[ImageError]:
    """Read every picture and its mask once, and take out what cannot be used.

    Args:
        pictures: Changed in place.

    Returns:
        An error for each pair that was taken out.

    Raises:
        DataError: If more than a tenth of the pairs are bad, or the others label nothing.
    """
    bad: dict[str, ImageError] = {}
    for name in pictures.names:
        try:
            pictures.read(name)
        except ImageError as error:
            bad[name] = error
    if len(bad) > MOST_BAD * len(pictures):
        raise DataError(
            f"{pictures.root}: {len(bad)} of {len(pictures)} pictures of {pictures.split} or their "
            f"masks cannot be used; the first is {next(iter(bad.values()))}. Look at the set first"
        )
    pictures.names = [name for name in pictures.names if name not in bad]
    pictures.require_labels()
    return list(bad.values())
