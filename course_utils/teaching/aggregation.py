"""Checks of the exercises of part III, group convolution and ResNeXt."""

from collections.abc import Callable
from typing import Any

import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.teaching.checks import exercise, require_equal

Layer = tuple[int, int, int, int]
"""Side of the kernel, channels in, channels out, groups."""

LAYERS: tuple[Layer, ...] = (
    (1, 4, 4, 2),
    (3, 128, 128, 32),
    (3, 12, 20, 4),
    (7, 3, 64, 1),
    (5, 6, 6, 6),
)


def _numbers(*shape: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(shape, generator=generator, dtype=torch.float64) + 0.1


def _require_close(call: str, found: object, expected: Tensor) -> None:
    assert found is not None, f"{call} gives None: does the function return something?"
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    shapes = f"{tuple(found.shape)}, not {tuple(expected.shape)}"
    assert found.shape == expected.shape, f"{call} has the shape {shapes}"
    close = torch.allclose(found.double(), expected, rtol=1e-5)
    assert close, f"{call} has the right shape but other values"


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
        weight = _numbers(outputs, inputs // groups, kernel, kernel)
        picture = _numbers(1, inputs, 5, 5, seed=1)
        call = f"dense_weight(weight {tuple(weight.shape)}, {groups})"
        found = answer(weight.clone(), groups)
        _require_shape(call, found, (outputs, inputs, kernel, kernel))
        expected = F.conv2d(picture, weight, groups=groups)
        _require_close(f"a convolution with {call}", F.conv2d(picture, found.double()), expected)


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
        _require_close(call, answer(features.clone(), groups), features[:, order].double())


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
    x = _numbers(2, layers[0].in_channels, 7, 9) - 0.6  # of both signs
    with torch.no_grad():
        first, second = (layer.weight for layer in layers)
        inner = F.conv2d(x, first, padding=first.shape[-1] // 2, groups=len(first))
        _require_close(f"a map of 7×9 behind {call}", made(x), F.conv2d(inner, second))


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


@exercise("weights of a bottleneck")
def weights_of_a_bottleneck(answer: Callable[[int, int, int], int]) -> None:
    """Channels of the block, groups, channels of a group → weights of its three layers."""
    for case in ((256, 1, 64), (256, 32, 4), (256, 8, 14), (512, 32, 8), (6, 3, 1)):
        channels, groups, width = case
        expected = 2 * channels * groups * width + 9 * groups * width**2
        require_equal(f"block_weights{case}", answer(*case), expected)


@exercise("width at constant cost")
def width_at_constant_cost(answer: Callable[[int, int, int], int]) -> None:
    """Channels, groups, a number of weights → the channels of a group that come closest."""
    for case in (
        (256, 1, 69_632),
        (256, 2, 69_632),
        (256, 4, 69_632),
        (256, 8, 69_632),
        (256, 16, 69_632),
        (256, 32, 69_632),
        (512, 32, 278_528),
        (64, 16, 100),
    ):
        channels, groups, budget = case
        errors = {
            width: abs(2 * channels * groups * width + 9 * groups * width**2 - budget)
            for width in range(1, 300)
        }
        require_equal(f"width_for{case}", answer(*case), min(errors, key=lambda w: errors[w]))


@exercise("read the name of a ResNeXt")
def read_the_name(answer: Callable[[str], list[tuple[int, int]]]) -> None:
    """``"32x4d"`` → for each stage the channels of a group, and those in the middle."""
    for name, groups, first in (("32x4d", 32, 4), ("8x14d", 8, 14), ("1x64d", 1, 64)):
        found: Any = answer(name)
        pairs = None if found is None else [tuple(pair) for pair in found]
        widths = [first * 2**stage for stage in range(4)]
        require_equal(f"stages_of({name!r})", pairs, [(w, groups * w) for w in widths])


Weights = tuple[Tensor, Tensor, Tensor]


@exercise("paths into groups")
def paths_into_groups(answer: Callable[[list[Weights]], Weights]) -> None:
    """The three weights of every path → the three weights of the grouped form."""
    for groups, width, channels in ((2, 3, 4), (4, 1, 6), (1, 2, 5)):
        shapes = ((width, channels, 1, 1), (width, width, 3, 3), (channels, width, 1, 1))
        paths = [
            tuple(_numbers(*shape, seed=10 * path + i) for i, shape in enumerate(shapes))
            for path in range(groups)
        ]
        call = f"merge({groups} paths {channels} → {width} → {width} → {channels})"
        found: Any = answer([tuple(w.clone() for w in path) for path in paths])  # type: ignore[misc]
        assert found is not None, f"{call} gives None: does the function return something?"
        require_equal(f"the number of weights of {call}", len(found), 3)
        x = _numbers(1, channels, 4, 4, seed=99)
        out = torch.stack([_chain(x, path) for path in paths]).sum(dim=0)
        _require_close(f"a block with {call}", _chain(x, found, groups), out)


def _chain(x: Tensor, weights: Any, groups: int = 1) -> Tensor:
    """1×1, ReLU, 3×3 in groups, ReLU, 1×1."""
    first, second, third = weights
    x = F.conv2d(x, first).sub(1).relu()
    return F.conv2d(F.conv2d(x, second, padding=1, groups=groups).sub(1).relu(), third)


@exercise("groups from weights")
def groups_from_weights(answer: Callable[[dict[str, Tensor]], tuple[int, int]]) -> None:
    """A state_dict → the groups, and the channels of a group in the first stage."""
    for name, expected in (
        ("resnext50_32x4d", (32, 4)),
        ("resnet50", (1, 64)),
        ("wide_resnet50_2", (1, 128)),
        ("resnext101_64x4d", (64, 4)),
    ):
        with torch.device("meta"):
            state = getattr(torchvision.models, name)().state_dict()
        found = answer(state)
        pair = tuple(found) if isinstance(found, list | tuple) else found
        require_equal(f"groups_of({name})", pair, expected)
