"""What a cell may ask for in its metadata."""

from typing import Any

import pytest

from comparison.rules import read_rules

GOOD = {"tolerance": 0.05, "difference": 0.1, "why": "a training is live"}


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        [GOOD, {"range": [3, 9], "lines": ["boxes"], "why": "rounding decides"}],
        {"measured": True},
        {"measured": ["pictures/s"]},
        {"figure": 0.2, "why": "a training is live"},
    ],
)
def test_rules_are_read(said: Any) -> None:
    assert read_rules({"compare": said}).each


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({**GOOD, "tolerence": 1}, "unknown: tolerence"),
        ({"tolerance": 0.05, "difference": 0.1}, "needs a why"),
        ({**GOOD, "why": " "}, "needs a why"),
        ({**GOOD, "tolerance": 0.06}, "half of the difference"),
        ({**GOOD, "tolerance": 0}, "above 0"),
        ({**GOOD, "tolerance": True}, "tolerance is a number"),
        ({**GOOD, "tolerance": "0.05"}, "tolerance is a number"),
        ({**GOOD, "difference": float("inf")}, "difference is a number"),
        ({**GOOD, "difference": float("nan")}, "difference is a number"),
        ({**GOOD, "lines": [" "]}, "lines is a list"),
        ({**GOOD, "lines": []}, "lines is a list"),
        ({"range": 3, "why": "x"}, "two whole numbers"),
        ({"range": [False, True], "why": "x"}, "two whole numbers"),
        ({"measured": [","]}, "measured is"),
        ({"measured": []}, "measured is"),
        ({"measured": True, "lines": ["loss"]}, "without lines"),
        ({"figure": "0.2", "why": "x"}, "figure is a number"),
        ("measured", "is a dictionary"),
        ([["measured"]], "is a dictionary"),
        ({"tolerance": 0.05, "why": "x"}, 'needs a "difference"'),
        ({"range": [3, 9]}, "needs a why"),
        ({"range": [9, 3], "why": "x"}, "begins below"),
        ({"range": [0.1, 0.3], "why": "x"}, "two whole numbers"),
        ({"measured": False}, "measured is"),
        ({"measured": "ms"}, "measured is"),
        ({"lines": ["a"], "why": "x"}, "says nothing"),
        ({**GOOD, "lines": "loss"}, "lines is a list"),
        ({"figure": 0.2}, "needs a why"),
        ({"figure": 1, "why": "x"}, "between 0 and 1"),
    ],
)
def test_other_rules_are_refused(said: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_rules({"compare": said})


def test_a_cell_without_rules_has_none() -> None:
    rules = read_rules({"tags": ["a"]})
    assert not rules.measured
    assert rules.figure == 0
    assert rules.tolerance("x") is rules.range("x") is None
