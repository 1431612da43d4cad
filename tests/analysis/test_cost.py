"""Counts that can be checked by hand, and the published ones."""

import pytest
import torch
from torch import nn

from course_utils.analysis import (
    bytes_kept_for_backward,
    count_multiply_adds,
    count_parameters,
    measure_time,
    median_seconds,
)
from course_utils.models import resnet18, resnet50


def test_a_convolution_by_hand() -> None:
    layer = nn.Conv2d(3, 8, 3, padding=1, bias=False)
    assert count_parameters(layer) == 3 * 8 * 9
    assert count_multiply_adds(layer, (1, 3, 10, 20)) == 3 * 8 * 9 * 10 * 20


@pytest.mark.parametrize(("build", "published"), [(resnet18, 1.814), (resnet50, 4.089)])
def test_the_published_multiply_adds(build: type[nn.Module], published: float) -> None:
    giga = count_multiply_adds(build().eval(), (1, 3, 224, 224)) / 1e9
    assert round(giga, 3) == published


def test_between_two_layers_the_result_is_kept_and_nothing_else() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.Linear(6, 2))
    many = torch.rand(50, 4)
    assert bytes_kept_for_backward(model, many[:5]) == 5 * 6 * 4


@pytest.mark.parametrize("guard", [torch.no_grad, torch.inference_mode])
def test_without_gradients_nothing_is_kept(guard: type[torch.no_grad]) -> None:
    with guard():
        assert bytes_kept_for_backward(resnet18(2, stem_width=4), torch.rand(1, 3, 64, 64)) == 0


def test_twice_the_pictures_keep_twice_the_memory() -> None:
    model = resnet18(2, stem_width=4).eval()
    one, two = (bytes_kept_for_backward(model, torch.rand(n, 3, 64, 64)) for n in (4, 8))
    assert two == pytest.approx(2 * one, rel=0.02)


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
