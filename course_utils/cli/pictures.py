"""The pictures that a command's arguments name."""

from collections.abc import Sequence
from pathlib import Path

from course_utils.errors import DataError


def find_pictures(paths: Sequence[str]) -> tuple[list[Path], list[str]]:
    """All pictures, and a sentence for each path that has none."""
    from course_utils.data.images import find_images

    found: list[Path] = []
    problems: list[str] = []
    for path in paths:
        try:
            found += find_images([path])
        except DataError as error:
            problems.append(str(error))
    return found, problems
