"""How an answer is checked, and what is said of it."""

from collections.abc import Callable

import pytest
import torch

from course_utils.teaching.exercises import check, checks
from course_utils.teaching.exercises.checks import (
    exercise,
    positive_numbers,
    problem_with,
    refuse_slips,
    require_close,
    require_equal,
    require_number,
    shares_in,
)


@pytest.fixture(autouse=True)
def double(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The only exercise there is: a function that gives twice its number."""
    monkeypatch.setattr(checks, "CHECKS", {})

    @exercise("double")
    def check_double(answer: Callable[[int], int]) -> None:
        require_equal("double(2)", answer(2), 4)

    return check_double


def test_an_exercise_is_registered_by_its_name(double: Callable[..., None]) -> None:
    assert {"double": double} == checks.CHECKS
    assert problem_with("double", lambda x: 2 * x) is None
    assert problem_with("double", lambda x: 3 * x) == "double(2) gives 6, not 4"


def test_a_check_prints_its_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    for answer in (lambda x: 2 * x, lambda x: 3 * x):
        check("double", answer)
    assert capsys.readouterr().out == "correct\nnot yet: double(2) gives 6, not 4\n"


def test_an_answer_may_fail_in_any_way() -> None:
    problem = problem_with("double", lambda x: 1 / 0)
    assert problem == "it raises ZeroDivisionError: division by zero"


def test_an_unknown_exercise_is_a_mistake_of_the_book() -> None:
    with pytest.raises(KeyError):
        check("none", abs)


@pytest.mark.parametrize(
    ("found", "hint"), [(None, "does the function return something"), (5, "gives 5, not 4")]
)
def test_a_hint_shows_what_was_found(found: object, hint: str) -> None:
    with pytest.raises(AssertionError, match=hint):
        require_equal("double(2)", found, 4)


def test_rounding_is_forgiven() -> None:
    require_close("f(x)", torch.tensor([1.0]), torch.tensor([1.0 + 1e-6]))
    require_close("f(x)", torch.tensor([1.0]), torch.tensor([1.1]), absolute=0.2)


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (None, "gives None: does the function return something"),
        (3.0, "gives float, not a tensor"),
        (torch.zeros(1, 2), r"the shape of f\(x\) gives \(1, 2\), not \(2,\)"),
        (torch.zeros(2), r"gives \[0.0, 0.0\], not \[1.0, 1.0\]"),
    ],
)
def test_of_few_numbers_all_are_shown(found: object, hint: str) -> None:
    with pytest.raises(AssertionError, match=hint):
        require_close("f(x)", found, torch.ones(2))


def test_many_numbers_are_not_written_out() -> None:
    with pytest.raises(AssertionError, match=r"f\(x\) has the right shape but other values$"):
        require_close("f(x)", torch.zeros(9), torch.ones(9))


def test_numbers_can_be_had_again_and_none_is_zero() -> None:
    numbers = positive_numbers(3, 4, seed=1)
    assert torch.equal(numbers, positive_numbers(3, 4, seed=1))
    assert not torch.equal(numbers, positive_numbers(3, 4, seed=2))
    assert numbers.dtype == torch.float64
    assert 0.1 <= numbers.min() < numbers.max() <= 1.1


@pytest.mark.parametrize("found", [0.88, 0.8808, 0.884, torch.tensor(0.88)])
def test_a_number_may_be_rounded(found: object) -> None:
    require_number(found, 0.8808, slips={0.12: "that is the other class"})


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (None, "in the place of None"),
        (0.12, "your answer 0.12: that is the other class"),
        (0.9, "your answer 0.9 is another number"),
        (float("nan"), "your answer nan is another number"),
        (True, "of the type bool, not a number"),
        ("0.88", "of the type str, not a number"),
        (torch.ones(2), "of the type Tensor, not a number"),
    ],
)
def test_another_number_gets_the_hint_of_its_slip(found: object, hint: str) -> None:
    with pytest.raises(AssertionError, match=hint):
        require_number(found, 0.8808, slips={0.12: "that is the other class"})


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (None, "write your list in the place of None"),
        (0.5, "your answer is of the type float, not a list"),
        ([0.5], "your list has 1 numbers; give one for each: small, large"),
        ([50.0, 0.5], "give your numbers from 0 to 1"),
    ],
)
def test_a_list_has_a_share_for_each_name(found: object, hint: str) -> None:
    with pytest.raises(AssertionError, match=hint):
        shares_in(found, ("small", "large"))
    assert shares_in((0, 0.5), ("small", "large")) == [0.0, 0.5]


def test_a_slip_in_a_list_is_named_and_other_numbers_are_let_through() -> None:
    slips: dict[tuple[float, ...], str] = {(0.1, 0.2): "the wrong way round"}
    with pytest.raises(AssertionError, match="your answer: the wrong way round"):
        refuse_slips([0.104, 0.196], slips, 0.005)
    refuse_slips([0.104, 0.206], slips, 0.005)
