"""What a chapter claims is printed with its bounds, and nothing stops for a number."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch

from course_utils.teaching.claims import UNEXPECTED, claim, expect, holds

Said = pytest.CaptureFixture[str]


@pytest.fixture(params=["embedded", "real"], autouse=True)
def any_data(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both kinds of data are reported on in the same way."""
    monkeypatch.setenv("COURSE_DATA", request.param)


@pytest.mark.parametrize(
    ("value", "bounds", "line"),
    [
        (0.9412, {"at_least": 0.85}, "0.94 (at least 0.85)"),
        (0.9412, {"at_least": 0.85, "at_most": 1}, "0.94 (at least 0.85, at most 1)"),
        (0.9412, {"at_least": 0.85, "digits": 3}, "0.941 (at least 0.85)"),
        (2.1e-7, {"at_most": 1e-6}, "2e-7 (at most 1e-6)"),
        (-2.1e-12, {"at_most": 2.5e-6}, "-2e-12 (at most 2.5e-6)"),
        (0.004, {"at_most": 0.05}, "4e-3 (at most 0.05)"),
        (0.0, {"at_most": 1e-6}, "0 (at most 1e-6)"),
        (150, {"at_least": 100}, "150 (at least 100)"),
        (11_689_512, {"at_most": 2e7}, "11689512 (at most 20000000)"),
        (3.14159, {"at_least": 3.0}, "3.14 (at least 3)"),
        (2e13, {"at_least": 1e12}, "20000000000000.00 (at least 1e12)"),
        (torch.tensor(0.5), {"at_most": 0.5}, "0.50 (at most 0.5)"),
        (torch.tensor([[7]]), {"at_least": 7}, "7 (at least 7)"),
        (np.float32(0.25), {"at_least": 0.2}, "0.25 (at least 0.2)"),
        (np.int64(3), {"at_most": 3}, "3 (at most 3)"),
        (np.array([1.5]), {"at_least": 1}, "1.50 (at least 1)"),
        (math.inf, {"at_least": 1}, "inf (at least 1)"),
    ],
)
def test_a_claim_that_holds_is_a_number_and_its_bounds(
    value: object, bounds: dict[str, float], line: str, capsys: Said
) -> None:
    claim("it is", value, **bounds)  # type: ignore[arg-type]
    assert capsys.readouterr().out == f"it is {line}\n"


@pytest.mark.parametrize(
    ("value", "bounds", "line"),
    [
        (0.8, {"at_least": 0.85}, "0.80 (at least 0.85)"),
        (2e-6, {"at_most": 1e-6}, "2e-6 (at most 1e-6)"),
        (7, {"at_most": 6}, "7 (at most 6)"),
        (math.nan, {"at_least": 0, "at_most": 1}, "nan (at least 0, at most 1)"),
        (torch.tensor(math.nan), {"at_most": 1}, "nan (at most 1)"),
        (-math.inf, {"at_least": 0}, "-inf (at least 0)"),
    ],
)
def test_a_claim_that_does_not_hold_is_marked_and_stops_nothing(
    value: object, bounds: dict[str, float], line: str, capsys: Said
) -> None:
    claim("it is", value, **bounds)  # type: ignore[arg-type]
    assert capsys.readouterr().out == f"it is {line}{UNEXPECTED}\n"


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (True, {"at_least": 1}),
        (torch.tensor(True), {"at_least": 1}),
        (np.bool_(True), {"at_least": 1}),
        ("0.9", {"at_least": 0.8}),
        (0.9, {}),
    ],
)
def test_what_is_no_number_or_has_no_bound_is_refused(
    value: object, bounds: dict[str, float]
) -> None:
    with pytest.raises(TypeError, match="a number and a bound"):
        claim("it is", value, **bounds)  # type: ignore[arg-type]


@pytest.mark.parametrize("truth", [True, 1, np.bool_(True), torch.tensor(True), [0]])
def test_what_is_as_expected_prints_nothing(truth: object, capsys: Said) -> None:
    expect(truth, "bees fly")
    expect(truth)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("truth", [False, 0, np.bool_(False), torch.tensor(False), []])
def test_what_is_not_as_expected_is_said(truth: object, capsys: Said) -> None:
    expect(truth, "ants fly")
    assert capsys.readouterr().out == f"ants fly{UNEXPECTED}\n"


def test_without_a_text_the_code_is_quoted(capsys: Said) -> None:
    wings = 4
    expect(wings == 2)
    expect(
        sorted([wings, 1]) == [1, 2]  # in order
    )
    assert capsys.readouterr().out.splitlines() == [
        f"wings == 2{UNEXPECTED}",
        f"sorted([wings, 1]) == [1, 2]{UNEXPECTED}",
    ]


def test_code_that_cannot_be_found_is_a_check(capsys: Said) -> None:
    run: Callable[..., None] = exec
    run("expect(False)", {"expect": expect})
    assert capsys.readouterr().out == f"a check{UNEXPECTED}\n"


def test_a_verdict_is_printed(capsys: Said) -> None:
    holds("bees fly", True)
    holds("ants fly", torch.tensor(False))
    assert capsys.readouterr().out == f"bees fly: True\nants fly: False{UNEXPECTED}\n"
