"""The pictures that a command's arguments name."""

from collections.abc import Iterator, Sequence
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


def file_names(paths: Sequence[Path]) -> Iterator[str]:
    """The pictures' names without ending; one that was there already gets a number."""
    taken: set[str] = set()
    for path in paths:
        name, number = path.stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{path.stem}_{number}"
        taken.add(name.casefold())
        yield name
