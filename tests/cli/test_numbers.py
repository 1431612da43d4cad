"""Numbers of all commands: one range each, and one sentence."""

import click
import pytest

from course_utils.cli.numbers import Real, Whole, numbers_in, range_text, sides_in

ABSURD = ("nan", "inf", "-inf", "1e400", "-1e400", "", " ", "one", "1,5", "0x10", "\0", "\ud800")
LONG = ("9" * 5000, "-" + "9" * 5000, "0." + "0" * 5000 + "1", "1e" + "9" * 500, " " * 5000 + "1")


@pytest.mark.parametrize("text", [*ABSURD, *LONG, "-1", "101", "1e-400", "0"])
def test_what_is_no_number_of_the_range_is_refused_with_the_range(text: str) -> None:
    with pytest.raises(click.BadParameter, match="give a whole number from 1 to 100"):
        Whole(1, 100).convert(text, None, None)
    with pytest.raises(click.BadParameter, match="give a number above 0 and at most 100"):
        Real(0, 100, above=True).convert(text, None, None)


def test_the_ends_of_the_range_are_numbers() -> None:
    assert [Whole(1, 100).convert(n, None, None) for n in ("1", "100", 7)] == [1, 100, 7]
    assert [Real(0, 1).convert(n, None, None) for n in ("0", "1", "1e-9", 0.5)] == [0, 1, 1e-9, 0.5]
    assert range_text(1e-12, 2**32 - 1) == "from 1e-12 to 4294967295"


def test_sides_and_lists_of_numbers() -> None:
    assert sides_in("160x256", 2) == (160, 256)
    for text in ("160", "1x2x3", "-1x2", "²x2", "ax2", "x", "9" * 5000 + "x1"):
        assert sides_in(text, 2) is None
    assert numbers_in("0.5,1", ",", 0, 8) == (0.5, 1)
    for text in ("", "1,", "nan", "1,9", "-1", *LONG):
        with pytest.raises(ValueError):
            numbers_in(text, ",", 0, 8)
