"""The errors are one family, and each module raises its own."""

from pathlib import Path

import pytest

from course_utils import errors
from course_utils.errors import CourseError, ImageError

FAMILY = [value for value in vars(errors).values() if isinstance(value, type) and value is not Path]


@pytest.mark.parametrize("error", FAMILY, ids=lambda error: error.__name__)
def test_every_error_is_a_course_error(error: type) -> None:
    assert issubclass(error, CourseError)
    assert error.__doc__


def test_there_are_six() -> None:
    assert len(FAMILY) == 6


def test_an_image_error_keeps_its_parts() -> None:
    error = ImageError("a/b.jpg", "is empty")
    assert (error.path, error.reason, str(error)) == (
        Path("a/b.jpg"),
        "is empty",
        "a/b.jpg: is empty",
    )
