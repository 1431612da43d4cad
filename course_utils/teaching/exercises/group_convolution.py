"""Checks of the exercises on group convolution."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import (
    exercise,
    positive_numbers,
    require_close,
    require_equal,
)

Layer = tuple[int, int, int, int]
"""Side of the kernel, channels in, channels out, groups."""


LAYERS: tuple[Layer, ...] = (
    (1, 4, 4, 2),
    (3, 128, 128, 32),
    (3, 12, 20, 4),
    (7, 3, 64, 1),
    (5, 6, 6, 6),
)


@exercise("weights of a group convolution")
def weights_of_a_group_convolution(answer: Callable[[int, int, int, int], int]) -> None:
    """Kernel, channels in and out, groups → number of weights."""
    for kernel, inputs, outputs, groups in LAYERS:
        layer = nn.Conv2d(inputs, outputs, kernel, groups=groups, bias=False, device="meta")
        call = f"weights_of({kernel}, {inputs}, {outputs}, {groups})"
        require_equal(call, answer(kernel, inputs, outputs, groups), layer.weight.numel())


@exercise("one dense kernel")
def one_dense_kernel(answer: Callable[[Tensor, int], Tensor]) -> None:
    """Weight of a group convolution → weight of the ordinary convolution that is equal."""
    for kernel, inputs, outputs, groups in ((1, 4, 4, 2), (3, 6, 4, 2), (3, 3, 3, 3), (1, 2, 3, 1)):
        weight = positive_numbers(outputs, inputs // groups, kernel, kernel)
        picture = positive_numbers(1, inputs, 5, 5, seed=1)
        call = f"dense_weight(weight {tuple(weight.shape)}, {groups})"
        found = answer(weight.clone(), groups)
        _require_shape(call, found, (outputs, inputs, kernel, kernel))
        expected = F.conv2d(picture, weight, groups=groups)
        require_close(f"a convolution with {call}", F.conv2d(picture, found.double()), expected)


def _require_shape(call: str, found: object, expected: tuple[int, ...]) -> None:
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    assert found.shape == expected, f"{call} has the shape {tuple(found.shape)}, not {expected}"


@exercise("channel shuffle")
def channel_shuffle(answer: Callable[[Tensor, int], Tensor]) -> None:
    """Features ``(N, C, H, W)`` and groups → the same channels, dealt out in turn."""
    for channels, groups in ((4, 2), (6, 2), (6, 3), (8, 8), (5, 1)):
        features = torch.arange(12.0 * channels).reshape(2, channels, 2, 3)
        per_group = channels // groups
        order = [group * per_group + i for i in range(per_group) for group in range(groups)]
        call = f"shuffle({channels} channels, {groups})"
        require_close(call, answer(features.clone(), groups), features[:, order].double())


@exercise("separable convolution")
def separable_convolution(answer: Callable[[int, int, int], nn.Module]) -> None:
    """Channels in and out, an odd kernel → a depthwise and a 1×1 convolution, without bias."""
    for inputs, outputs, kernel in ((3, 8, 3), (6, 4, 5), (4, 4, 1)):
        call = f"separable({inputs}, {outputs}, {kernel})"
        made = answer(inputs, outputs, kernel)
        assert isinstance(made, nn.Module), f"{call} gives {type(made).__name__}, not a module"
        layers = [layer for layer in made.modules() if isinstance(layer, nn.Conv2d)]
        found = [_describe(layer) for layer in layers]
        depthwise, pointwise = (kernel, inputs, inputs, inputs), (1, inputs, outputs, 1)
        require_equal(f"(kernel, in, out, groups) in {call}", found, [depthwise, pointwise])
        count = sum(parameter.numel() for parameter in made.parameters())
        require_equal(f"the parameters of {call}", count, inputs * kernel**2 + inputs * outputs)
        _require_one_behind_the_other(call, made.double(), layers)


def _require_one_behind_the_other(call: str, made: nn.Module, layers: list[nn.Conv2d]) -> None:
    """Compare with the two layers, the first with zeros around the map and nothing between."""
    x = positive_numbers(2, layers[0].in_channels, 7, 9) - 0.6  # of both signs
    with torch.no_grad():
        first, second = (layer.weight for layer in layers)
        inner = F.conv2d(x, first, padding=first.shape[-1] // 2, groups=len(first))
        require_close(f"a map of 7×9 behind {call}", made(x), F.conv2d(inner, second))


def _describe(layer: nn.Conv2d) -> Layer:
    return layer.kernel_size[0], layer.in_channels, layer.out_channels, layer.groups


@exercise("multiply-adds per byte")
def multiply_adds_per_byte(answer: Callable[[int, int, int, int, int], float]) -> None:
    """A layer and the side of its square map → multiply–adds for each byte moved once."""
    for (kernel, inputs, outputs, groups), side in zip(LAYERS, (1, 56, 7, 112, 10), strict=True):
        weights = kernel**2 * inputs * outputs // groups
        moved = 4 * (inputs * side**2 + weights + outputs * side**2)
        call = f"intensity({kernel}, {inputs}, {outputs}, {groups}, {side})"
        found = answer(kernel, inputs, outputs, groups, side)
        found = None if found is None else round(float(found), 4)
        require_equal(call, found, round(weights * side**2 / moved, 4))
