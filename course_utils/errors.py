"""The errors of the package: each says what is wrong and what to do about it."""

from pathlib import Path


class CourseError(Exception):
    """Base class of all errors that the package raises on purpose."""


class ImageError(CourseError):
    """A file cannot be turned into a picture.

    Attributes:
        path: The file.
        reason: What is wrong with it and what to do, without the file's name.
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = Path(path)
        self.reason = reason
        super().__init__(f"{path}: {reason}")


class DataError(CourseError):
    """A data set, or a list of class names, is missing, damaged or not what it should be."""


class ModelError(CourseError):
    """A network cannot be built as asked, or cannot take the input that it was given."""


class WeightsError(CourseError):
    """A weights file is damaged, unsafe, or belongs to another network."""


class TrainingError(CourseError):
    """A training cannot start or cannot go on."""
