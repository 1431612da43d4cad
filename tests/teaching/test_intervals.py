"""A mean of a few runs, and how far off it may be."""

import pytest
from scipy import stats

from course_utils.teaching.intervals import confidence_interval


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
