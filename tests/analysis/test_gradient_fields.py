"""The receptive field by backpropagation: it is what arithmetic says, or a refusal."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.analysis import Span, field_by_gradient, receptive_field
from course_utils.errors import ModelError
from course_utils.models import (
    Bottleneck,
    ResNet,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
)

zoo = torchvision.models
slow = partial(pytest.param, marks=pytest.mark.slow)


def conv(kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(1, 1, kernel, stride, padding, dilation)


def slim_resnext() -> ResNet:
    return ResNet(Bottleneck, [3, 4, 6, 3], 2, stem_width=4, groups=2, width_per_group=32)


@pytest.mark.parametrize(
    ("build", "layers", "side"),
    [
        (lambda: resnet18(stem_width=1), ["conv1", "layer1", "layer3", "layer4"], 512),
        slow(lambda: resnet34(stem_width=1), ["layer4"], 992),
        (lambda: resnet50(stem_width=1), ["layer2.0.conv2", "layer4"], 512),
        slow(lambda: resnet101(stem_width=1), ["layer4"], 1056),
        (slim_resnext, ["layer2.0.downsample.0", "layer4"], 512),
        (lambda: zoo.vgg11().features[:11], ["7", "10"], 96),
        (lambda: zoo.alexnet().features, ["12"], 288),
        (zoo.squeezenet1_1, ["features"], 320),
        (lambda: zoo.mobilenet_v2(width_mult=0.1), ["features.7"], 128),
        (lambda: zoo.googlenet(init_weights=False), ["inception3b"], 128),
        (lambda: zoo.inception_v3(init_weights=False), ["Mixed_5b"], 192),
        (zoo.densenet121, ["features.denseblock1"], 160),
    ],
)
def test_arithmetic_and_backpropagation_agree(
    build: Callable[[], nn.Module], layers: list[str], side: int
) -> None:
    model = build()
    fields = receptive_field(model)
    for layer in layers:
        assert field_by_gradient(model, layer, (3, side, side)) == fields[layer]


windows = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 2), st.integers(1, 2))


@given(st.lists(windows, min_size=1, max_size=3))
def test_they_agree_for_any_stack(stack: list[tuple[int, int, int, int]]) -> None:
    model = nn.Sequential(*(conv(*window) for window in stack))
    found = field_by_gradient(model, "", (1, 160, 160))
    assert found == receptive_field(model, (1, 160, 160))[""]


@pytest.mark.parametrize("side", [192, 224, 434, 448])
def test_a_picture_in_which_the_field_does_not_fit_is_refused(side: int) -> None:
    with pytest.raises(ModelError, match=f"border of a picture of {side}×{side}, .* larger input"):
        field_by_gradient(resnet18(2, stem_width=2), "layer4", (3, side, side))


def test_one_cell_tells_no_stride() -> None:
    with pytest.raises(ModelError, match="give a larger input_shape"):
        field_by_gradient(conv(3, stride=9, padding=1, dilation=2), "", (1, 5, 5))


@pytest.mark.parametrize(
    ("layer", "problem"),
    [("layer5", "does not exist: choose one such as conv1, bn1"), ("fc", "no.*rows and columns")],
)
def test_a_layer_that_cannot_be_asked(layer: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        field_by_gradient(resnet18(2, stem_width=2), layer, (3, 64, 64))


def test_neighbors_that_see_different_numbers_of_pixels_are_cut_off() -> None:
    model = nn.Sequential(conv(4, 4, 1, 3), conv(3, 1, 3), conv(2, 4, 2, 4))  # leaves gaps
    assert receptive_field(model, (1, 51, 51))[""].square.size == 34
    with pytest.raises(ModelError, match="give a larger input_shape"):
        field_by_gradient(model, "", (1, 51, 51))
    assert field_by_gradient(model, "", (1, 160, 160)).square.size == 34


def test_no_gradient_at_all_is_refused() -> None:
    class Negative(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(-x)

    with pytest.raises(ModelError, match="no gradient reaches the picture"):
        field_by_gradient(nn.Sequential(conv(3), Negative()), "", (1, 9, 9))


def test_a_dilated_max_pooling_is_refused() -> None:
    model = nn.Sequential(conv(3), nn.MaxPool2d(3, dilation=2))
    assert receptive_field(model, (1, 32, 32))[""].square == Span(7, 3, 0)
    with pytest.raises(ModelError, match="no dilated average pooling"):
        field_by_gradient(model, "", (1, 32, 32))


def test_the_network_stays_as_it_was() -> None:
    model = resnet18(2, stem_width=2).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    receptive_field(model)
    field_by_gradient(model, "layer1", (3, 64, 64))
    assert model.training
    assert isinstance(model.maxpool, nn.MaxPool2d)
    assert not any(layer._forward_hooks for layer in model.modules())
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())
