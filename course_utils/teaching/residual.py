"""Checks of the exercises on the residual block and on the networks built from it."""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.models import BasicBlock, Bottleneck, ResNet
from course_utils.models.blocks import conv3x3
from course_utils.teaching.checks import exercise, require_equal

Block = TypeVar("Block", bound=nn.Module)

SHAPES = ((64, 64, 1), (64, 128, 2), (16, 32, 1), (8, 8, 2))
"""Channels in, channels out and stride of blocks, with and without a downsample."""


def _fresh(block: Block) -> Block:
    """A block in ``eval`` mode whose batch norms do something."""
    generator = torch.Generator().manual_seed(0)
    for name, tensor in block.state_dict().items():
        if tensor.is_floating_point():
            low, high = (0.5, 1.5) if "var" in name else (-0.3, 0.3)
            tensor.uniform_(low, high, generator=generator)
    return block.eval()


def _require_close(call: str, found: object, expected: Tensor) -> None:
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    shapes = f"{tuple(found.shape)}, not {tuple(expected.shape)}"
    assert found.shape == expected.shape, f"{call} has the shape {shapes}"
    close = torch.allclose(found, expected, rtol=1e-4, atol=1e-4)
    assert close, f"{call} has the right shape but other values"


@exercise("block by hand")
def block_by_hand(answer: Callable[[list[float], float, float], list[float]]) -> None:
    """Numbers and two weights → ``relu(w2·relu(w1·x) + x)``."""
    for x, first, second, expected in (
        ([1.0, -2.0, 3.0], 2.0, 0.5, [2.0, 0.0, 6.0]),
        ([1.0, -2.0, 3.0], -1.0, 2.0, [1.0, 2.0, 3.0]),
        ([4.0, -1.0], 1.0, -0.5, [2.0, 0.0]),
        ([4.0, -1.0], 0.0, 0.0, [4.0, 0.0]),
    ):
        found = answer(list(x), first, second)
        numbers = None if found is None else [round(float(value), 6) for value in found]
        require_equal(f"block({x}, {first}, {second})", numbers, expected)


@exercise("parameters of a block")
def parameters_of_a_block(answer: Callable[[int, int, int], int]) -> None:
    """Channels in, channels out, stride → parameters of a BasicBlock."""
    for case in SHAPES:
        with torch.device("meta"):
            expected = count_parameters(BasicBlock(*case))
        require_equal(f"parameters_of_block{case}", answer(*case), expected)


@exercise("forward of a block")
def forward_of_a_block(answer: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """What ``BasicBlock.forward`` computes, with and without a downsample, ``x`` left alone."""
    for case in SHAPES:
        block = _fresh(BasicBlock(*case))
        x = torch.randn(2, case[0], 6, 6, generator=torch.Generator().manual_seed(1))
        before = x.clone()
        with torch.no_grad():
            expected = block(x)
            block.forward = _refuse  # type: ignore[method-assign]
            found = answer(block, x)
        _require_close(f"residual_forward(BasicBlock{case}, x)", found, expected)
        assert torch.equal(x, before), "x itself has changed: something works on it in place"


def _refuse(x: Tensor) -> Tensor:
    raise AssertionError("call the layers of the block, not the block itself")


class _Layers(nn.Module):
    """The layers of a pre-activation block, in no order."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = conv3x3(channels, channels), conv3x3(channels, channels)
        self.bn1, self.bn2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)
        self.relu = nn.ReLU()


@exercise("pre-activation")
def pre_activation(answer: Callable[[nn.Module, Tensor], Tensor]) -> None:
    """He et al. (2016), "Identity Mappings": norm, ReLU, convolution, twice; then add."""
    layers = _fresh(_Layers(8))
    x = torch.randn(2, 8, 5, 5, generator=torch.Generator().manual_seed(2))
    out = layers.conv1(layers.relu(layers.bn1(x)))
    out = layers.conv2(layers.relu(layers.bn2(out)))
    with torch.no_grad():
        found = answer(layers, x)
    _require_close("pre_activation(layers, x)", found, (out + x).detach())


@exercise("gradient norms")
def gradient_norms(answer: Callable[[nn.Module, Tensor, Tensor], dict[str, float]]) -> None:
    """Norm of the loss's gradient for each convolution, by its name."""
    torch.manual_seed(0)
    model = ResNet(BasicBlock, [1, 1, 1, 1], 3, stem_width=4)
    images, labels = torch.randn(4, 3, 64, 64), torch.tensor([0, 1, 2, 1])
    ours = copy.deepcopy(model)
    torch.autograd.backward(F.cross_entropy(ours(images), labels))
    expected = {
        name: round(float(layer.weight.grad.norm()), 3)
        for name, layer in ours.named_modules()
        if isinstance(layer, nn.Conv2d) and layer.weight.grad is not None
    }
    for call in ("gradient_norms(model, images, labels)", "the same call once more"):
        found = answer(model, images, labels)
        numbers = None if found is None else {n: round(float(v), 3) for n, v in found.items()}
        missing = set(expected) ^ set(numbers or expected)
        assert not missing, f"{call}: these names are missing or too many: {sorted(missing)}"
        require_equal(call, numbers, expected)


@exercise("count the layers")
def count_the_layers(answer: Callable[[int, list[int]], int]) -> None:
    """Convolutions of a block, blocks of each stage → layers with weights."""
    for case in ((2, [2, 2, 2, 2]), (2, [3, 4, 6, 3]), (3, [3, 4, 6, 3]), (3, [3, 8, 36, 3])):
        require_equal(f"depth_of{case}", answer(*case), 2 + case[0] * sum(case[1]))


@exercise("sides of the maps")
def sides_of_the_maps(answer: Callable[[int], list[int]]) -> None:
    """Side of the picture → sides after conv1, max-pool and the four stages."""
    for side in (224, 96, 225, 33, 32, 7, 1):
        windows = ((7, 2, 3), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1))
        expected, length = [], side
        for kernel, stride, padding in windows:
            length = (length + 2 * padding - kernel) // stride + 1
            expected.append(length)
        found = answer(side)
        require_equal(f"sides_of({side})", None if found is None else list(found), expected)


@exercise("multiply-adds of a convolution")
def multiply_adds(answer: Callable[[int, int, int, int, int], int]) -> None:
    """Channels in and out, kernel, stride, side of the input → multiply–adds."""
    for case in ((3, 64, 7, 2, 224), (64, 64, 3, 1, 56), (64, 128, 1, 2, 56), (8, 4, 3, 2, 5)):
        channels, out, kernel, stride, side = case
        layer = nn.Conv2d(channels, out, kernel, stride, kernel // 2)
        expected = count_multiply_adds(layer, (1, channels, side, side))
        require_equal(f"multiply_adds{case}", answer(*case), expected)


@exercise("parameters by stage")
def parameters_by_stage(answer: Callable[[nn.Module], dict[str, int]]) -> None:
    """A network → parameters of each of its children that has some."""
    with torch.device("meta"):
        networks = [ResNet(BasicBlock, [1, 2, 1, 1], 7, stem_width=4), ResNet(Bottleneck, [1] * 4)]
    for model in networks:
        counts = {name: count_parameters(part) for name, part in model.named_children()}
        expected = {name: count for name, count in counts.items() if count}
        found = answer(model)
        require_equal("parameters_by_stage(model)", found, expected)


@exercise("weights of another file")
def weights_of_another_file(answer: Callable[[dict[str, Tensor]], dict[str, Tensor]]) -> None:
    """Names that begin with ``module.`` → the same tensors under the names without it."""
    names = ("conv1.weight", "layer1.0.bn1.bias", "head.module.scale", "fc.bias")
    weights = {f"module.{name}": torch.ones(1) * n for n, name in enumerate(names)}
    given = dict(weights)
    found = answer(weights)
    require_equal("renamed(weights)", None if found is None else list(found), list(names))
    assert list(weights) == list(given), "the dict that was given has changed: make a new one"
    same = all(found[name] is given[f"module.{name}"] for name in names)
    assert same, "a name has the tensor of another one"
