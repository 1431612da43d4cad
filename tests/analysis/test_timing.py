"""Times that are compared: computations take turns, and a CPU's clock counts no waiting."""

import itertools
import statistics
import time

import pytest

from course_utils.analysis import timing
from course_utils.analysis.timing import readings_in_turns, seconds_in_turns


def test_each_is_called_once_in_every_round_and_once_before() -> None:
    calls: list[str] = []
    seconds_in_turns([lambda: calls.append("a"), lambda: calls.append("b")], rounds=3)
    assert calls == ["a", "b"] * 4


@pytest.mark.parametrize("steps", [[1, 5, 2], [4, 4, 9, 0]])
def test_the_median_of_each_is_given(steps: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    ends = [[0, step, step, step + 10 * step] for step in steps]
    readings = itertools.chain.from_iterable(ends)
    monkeypatch.setattr(timing, "_clock", lambda device: next(readings))
    found = seconds_in_turns([lambda: None, lambda: None], rounds=len(steps))
    assert found == [statistics.median(steps), 10 * statistics.median(steps)]


def test_on_a_cpu_waiting_does_not_count() -> None:
    sleeping, busy = seconds_in_turns(
        [lambda: time.sleep(0.05), lambda: sum(range(200_000))], "cpu"
    )
    assert sleeping < 0.025
    assert busy > 0


def test_all_readings_are_there_round_by_round(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([0, 1, 1, 3, 10, 14, 20, 28])
    monkeypatch.setattr(timing, "_clock", lambda device: next(readings))
    assert readings_in_turns([lambda: None, lambda: None], rounds=2) == [[1, 4], [2, 8]]
