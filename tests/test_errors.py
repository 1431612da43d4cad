"""The errors are one family, and each module raises its own."""

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from course_utils import errors
from course_utils.errors import (
    CourseError,
    ImageError,
    about_system,
    did_you_mean,
    first_line,
    is_of,
    is_of_network,
    printable,
    shortened,
    some_of,
)

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


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a bee.png", "a bee.png"),
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("\x1b[31mred\x1b]0;title\x07", r"\x1b[31mred\x1b]0;title\x07"),
        ("\x9b2J\x7f\x00", r"\x9b2J\x7f\x00"),
        ("latin-\udce9 \ud800", r"latin-\udce9 \ud800"),
        ("\u202egnp.bee \u2066\u200f", r"\u202egnp.bee \u2066\u200f"),
        ("\u2028\u2029\u200b\ufeff", r"\u2028\u2029\u200b\ufeff"),
        ("蜜蜂 é 🐝 می\u200cخواهم 👩\u200d🔬 a\xa0b", "蜜蜂 é 🐝 می\u200cخواهم 👩\u200d🔬 a\xa0b"),
    ],
)
def test_names_are_cleaned_where_they_would_do_more_than_be_seen(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_what_the_system_says_and_where() -> None:
    assert about_system(OSError(28, "No space left", "a/b")) == "a/b: No space left"
    assert about_system(OSError(28, "No space left")) == "No space left"
    assert about_system(OSError("some words\nand more")) == "some words"
    assert about_system(TimeoutError()) == "TimeoutError"


def test_an_error_is_of_who_raised_it_last() -> None:
    """Ours that others call are bugs of ours; what others call in turn is theirs."""
    for wrong, of_json, of_network in (
        (lambda: json.loads("["), True, False),
        (
            lambda: json.loads("[]", object_pairs_hook=shortened, parse_int=shortened) + 1,
            False,
            False,
        ),
        (lambda: json.loads("{}", object_hook=shortened), False, False),
        (lambda: nn.Linear(2, 2)(torch.ones(3)), False, True),
        (lambda: {}["bug"], False, False),
    ):
        with pytest.raises(Exception) as caught:
            wrong()
        assert is_of(caught.value, ("json",)) == of_json
        assert is_of_network(caught.value) == of_network
