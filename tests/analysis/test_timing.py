"""Times that are compared: computations take turns, and a CPU's clock counts no waiting."""

import itertools
import statistics
import time

import pytest
import torch

from course_utils.analysis import (
    measure_time,
    median_seconds,
    timing,
)
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


@pytest.mark.parametrize("device", ["cuda:1", "mps"])
def test_a_gpu_is_waited_for(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    timing.wait_for(device)
    assert waited == [device]


def test_all_readings_are_there_round_by_round(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([0, 1, 1, 3, 10, 14, 20, 28])
    monkeypatch.setattr(timing, "_clock", lambda device: next(readings))
    assert readings_in_turns([lambda: None, lambda: None], rounds=2) == [[1, 4], [2, 8]]


def test_the_median_leaves_out_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[int] = []
    clock = iter([0.0, 5.0, 10.0, 11.0, 20.0, 22.0])  # three readings: 5, 1 and 2 seconds
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    assert median_seconds(lambda: runs.append(1), repeats=3) == 2.0
    assert len(runs) == 1 + 3


def test_the_spread_holds_half_of_the_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [4.0, 1.0, 3.0, 2.0, 90.0]
    clock = iter([time for reading in seconds for time in (0.0, reading)])
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    timing = measure_time(lambda: None, repeats=5)
    assert (timing.median, timing.spread) == (3.0, 4.0 - 2.0)
