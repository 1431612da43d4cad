"""Checks of the exercises on ResNeXt."""

from collections.abc import Callable
from typing import Any

import torch
import torchvision
from torch import Tensor
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import (
    exercise,
    positive_numbers,
    require_close,
    require_equal,
)


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
            tuple(positive_numbers(*shape, seed=10 * path + i) for i, shape in enumerate(shapes))
            for path in range(groups)
        ]
        call = f"merge({groups} paths {channels} → {width} → {width} → {channels})"
        found: Any = answer([tuple(w.clone() for w in path) for path in paths])  # type: ignore[misc]
        assert found is not None, f"{call} gives None: does the function return something?"
        require_equal(f"the number of weights of {call}", len(found), 3)
        x = positive_numbers(1, channels, 4, 4, seed=99)
        out = torch.stack([_chain(x, path) for path in paths]).sum(dim=0)
        require_close(f"a block with {call}", _chain(x, found, groups), out)


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
