"""What is a number in a line, and what belongs to a word."""

from decimal import Decimal

import pytest

from comparison.tokens import Number, bounds, form, tidy, tokens


def numbers(line: str) -> list[str]:
    """List the numbers of a line as they are printed."""
    return [token.text for token in tokens(line) if isinstance(token, Number)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("accuracy 0.94 (at least 0.85)", ["0.94", "0.85"]),
        ("gap 2e-7 and 1.2e-05", ["2e-7", "1.2e-05"]),
        ("11,689,512 weights", ["11,689,512"]),
        ("(1,3,96)", ["1", "3", "96"]),
        ("from -2.5 to −3, 4-5, +0.010", ["-2.5", "−3", "4", "5", "+0.010"]),
        ("95 %, 0.021s, 254.3 ms", ["95", "0.021", "254.3"]),
        ("the end is 7.", ["7"]),
        ("[.5, 1.]", [".5", "1."]),
        ("[0. -1. 2.]", ["0.", "-1.", "2."]),
        ("resnet18 layer4.0.conv1 float32 x0_5 torch 2.15.0", []),
        ("nan inf -inf", []),
        ("commit 4e7f01", ["4"]),
        ("1e9999999999999999999999 1e-12", ["1", "1e-12"]),
    ],
)
def test_numbers_are_found(line: str, expected: list[str]) -> None:
    assert numbers(line) == expected


@pytest.mark.parametrize("line", ["a 0.5 b", "0.5", "", "1 2  3", "x", "(3×3) −1e-5;"])
def test_nothing_is_lost(line: str) -> None:
    texts = [token if isinstance(token, str) else token.text for token in tokens(line)]
    assert "".join(texts) == line


@pytest.mark.parametrize(
    ("text", "value", "unit", "decimal"),
    [
        ("0.940", "0.94", "0.001", True),
        ("2e-7", "2e-7", "1e-7", True),
        ("1.25e+3", "1250", "10", True),
        ("−1,234.5", "-1234.5", "0.1", True),
        ("1,234", "1234", "1", False),
    ],
)
def test_a_number_has_a_value_and_a_last_place(
    text: str, value: str, unit: str, decimal: bool
) -> None:
    (number,) = tokens(text)
    assert isinstance(number, Number)
    assert (number.value, number.unit, number.decimal) == (Decimal(value), Decimal(unit), decimal)


def test_runs_of_spaces_count_as_one() -> None:
    assert tidy("a   b \t c   ") == "a b c"
    assert tidy("    12.5 ms") == "12.5 ms"
    assert tidy("    words") == " words"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tensor([ 0.25, -0.50])", "tensor([-0.25, -0.50])".replace("-0.25", "0.25")),
        ("tensor([[ 9.9999, 10.5000],", "tensor([[9.9999, 10.5000],"),
        ("[0.25 0.5 ]", "[0.25 0.5]"),
    ],
)
def test_spaces_that_fill_up_an_array_do_not_count(one: str, other: str) -> None:
    assert tidy(one) == tidy(other)


def test_the_form_has_gaps_for_numbers() -> None:
    assert form("a 0.5 b") == form("a 7 b") != form("a nan b")


def test_bounds_know_their_value() -> None:
    assert bounds(tokens("x 3 y 0.9 (at least 0.8)")) == {5: (3, "at least")}
    both = bounds(tokens("0.9 s (at least 0.8, at most 1)"))
    assert both == {2: (0, "at least"), 4: (0, "at most")}
    assert not bounds(tokens("5 at least 4"))
