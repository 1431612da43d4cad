"""Checks of the exercises on ResNet from its blocks."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.models import BasicBlock, Bottleneck, ResNet
from course_utils.teaching.exercises.checks import exercise, require_equal


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
