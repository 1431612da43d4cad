"""A mean of a few runs, and how far off it may be."""

from itertools import combinations, product

import pytest
from scipy import stats

from course_utils.teaching.intervals import confidence_interval, difference_interval, verdicts


@pytest.mark.parametrize("values", [[0.9, 0.92], [0.90, 0.92, 0.94], [1.0, 2.0, 4.0, 8.0, 16.0]])
def test_the_interval_is_students(values: list[float]) -> None:
    found = confidence_interval(values)
    low, high = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert found.mean == pytest.approx((low + high) / 2)
    assert found.half_width == pytest.approx((high - low) / 2)


def test_runs_that_agree_leave_no_doubt() -> None:
    assert confidence_interval([0.5, 0.5, 0.5]).half_width == 0


@pytest.mark.parametrize("values", [[], [0.9]])
def test_one_run_says_nothing(values: list[float]) -> None:
    with pytest.raises(ValueError, match="give the results of two or more"):
        confidence_interval(values)


@pytest.mark.parametrize(
    ("first", "second"),
    [([0.9, 0.92, 0.94], [0.93, 0.94, 0.95]), ([1, 2], [5.0, 5.0, 6, 9]), ([3, 3], [1, 2])],
)
def test_the_interval_of_a_difference_is_welchs(first: list[float], second: list[float]) -> None:
    found = stats.ttest_ind(second, first, equal_var=False).confidence_interval()
    assert difference_interval(first, second) == pytest.approx((found.low, found.high))


def test_a_difference_needs_two_results_of_each_and_some_scatter() -> None:
    with pytest.raises(ValueError, match="two results of each"):
        difference_interval([0.9], [0.8, 0.9])
    with pytest.raises(ValueError, match="do not differ"):
        difference_interval([0.9, 0.9], [0.8, 0.8])


def test_all_ways_to_draw_are_judged() -> None:
    first, second = [1.0, 2, 3, 4], [9.0, 9, 9, 2, 11]
    wanted = [0, 0, 0]
    for one, two in product(combinations(first, 3), combinations(second, 3)):
        low, high = difference_interval(one, two)
        wanted[0 if high < 0 else 2 if low > 0 else 1] += 1
    assert verdicts(first, second, 3) == tuple(wanted)
    assert verdicts(second, first, 3) == tuple(wanted[::-1])
    assert verdicts([1, 1, 1], [2, 2, 2], 3) == (0, 1, 0), "nothing scatters: nothing is known"
