"""The errors are one family, and each module raises its own."""

from pathlib import Path

import pytest

from course_utils import errors
from course_utils.errors import CourseError, ImageError, did_you_mean, first_line, some_of

FAMILY = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and value.__module__ == errors.__name__
]


@pytest.mark.parametrize("error", FAMILY, ids=lambda error: error.__name__)
def test_every_error_is_a_course_error(error: type) -> None:
    assert issubclass(error, CourseError)
    assert error.__doc__


def test_there_are_seven() -> None:
    assert len(FAMILY) == 7


def test_an_image_error_keeps_its_parts() -> None:
    error = ImageError("a/b.jpg", "is empty")
    assert (error.path, error.reason, str(error)) == (
        Path("a/b.jpg"),
        "is empty",
        "a/b.jpg: is empty",
    )


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("camel", "did you mean Arabian camel?"),
        ("CAT", "did you mean Persian cat, Egyptian cat, catégorie?"),
        ("kaola", "did you mean koala?"),
        ("Koala ", "did you mean koala?"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_names_are_suggested_by_what_they_hold_and_how_they_are_written(
    name: str, suggested: str
) -> None:
    names = ["Arabian camel", "koala", "Persian cat", "Egyptian cat", "catégorie"]
    assert did_you_mean(name, names) == suggested


def test_few_names_are_suggested() -> None:
    assert did_you_mean("a", [f"a{i}" for i in range(9)]) == "did you mean a0, a1, a2, a3, a4?"


def test_a_sentence_names_ten_of_many_and_the_first_line_of_an_error() -> None:
    names = [str(number) for number in range(11)]
    assert some_of(names[:10]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    assert some_of(tuple(names)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..."
    assert first_line(ValueError("too wide\nat layer 3")) == "too wide"
    assert first_line(KeyboardInterrupt()) == "KeyboardInterrupt"
