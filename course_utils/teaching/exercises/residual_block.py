"""Checks of the exercises on the residual block."""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.analysis import count_parameters
from course_utils.models import BasicBlock, ResNet
from course_utils.models.blocks import conv3x3
from course_utils.teaching.exercises.checks import exercise, require_close, require_equal

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
        require_close(f"residual_forward(BasicBlock{case}, x)", found, expected)
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
    require_close("pre_activation(layers, x)", found, (out + x).detach())


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
