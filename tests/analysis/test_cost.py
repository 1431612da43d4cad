"""Counts that can be checked by hand, and the published ones."""

import pytest
import torch
from torch import nn

from course_utils.analysis import (
    bytes_kept_for_backward,
    count_multiply_adds,
    count_parameters,
    peak_bytes,
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


def test_a_chain_holds_all_results_with_gradients_and_two_without() -> None:
    model = nn.Sequential(*(nn.Sigmoid() for _ in range(5)))
    images, one = torch.rand(10, 3, 4, 4), 10 * 3 * 4 * 4 * 4
    assert peak_bytes(model, images.clone().requires_grad_()) == 5 * one
    with torch.inference_mode():
        assert peak_bytes(model, images) == 2 * one


def test_where_nothing_is_computed_the_peak_is_the_same() -> None:
    peaks = []
    for device in ("cpu", "meta"):
        model = resnet18(2, stem_width=4).eval().to(device)
        with torch.inference_mode():
            peaks.append(peak_bytes(model, torch.zeros(2, 3, 64, 64, device=device)))
    assert peaks[0] == pytest.approx(peaks[1], rel=0.01)
