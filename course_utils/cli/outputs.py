"""Where commands write: refused before the work begins if the result could not be stored."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import locked, require_other_files

OTHERS = frozenset(
    (
        *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".webp", ".npy"),
        *(".safetensors", ".pth", ".pt", ".ckpt", ".onnx"),
    )
)
"""Endings of files that a line which lacks a word may name by mistake."""


@contextmanager
def output_file(path: Path | str | None, inputs: Iterable[Path | str]) -> Iterator[None]:
    """Hold the place of a text that a command is about to write, if it is to write one.

    Args:
        path: Of the file.
        inputs: Files that are read; others, such as names of weights, do not matter.

    Raises:
        CourseError: If the file is one of the inputs, a picture, a network or a folder, or cannot
            be written, or if another run is writing it.
    """
    if path is None:
        yield
        return
    if Path(path).is_dir():
        raise CourseError(f"{path}: cannot be written (it is a folder; name a file)")
    require_other_files([Path(path)], inputs)
    if Path(path).suffix.lower() in OTHERS and Path(path).exists():
        raise CourseError(f"{path}: is a picture or a network, which no text replaces; name a file")
    with locked(path):
        yield


def require_place_of_folder(path: Path) -> None:
    """Refuse a file, or what lies below one, where a folder is to be written.

    Raises:
        CourseError: If there is one.
    """
    for place in (path, *path.parents):
        if os.path.lexists(place):
            if not place.is_dir():
                raise CourseError(
                    f"{path}: cannot be made ({place} is no folder); name another one"
                )
            return


def files_of(weights: str, classes: str | None = None) -> list[Path | str]:
    """The files that these options may stand for, and all that have a name of their own."""
    from course_utils.models.weight_sources import named_files
    from course_utils.models.weights import BESIDE, WEIGHTS

    beside = (Path(weights) / name for name in (WEIGHTS, *BESIDE))
    return [weights, *beside, *([classes] if classes else []), *named_files()]
