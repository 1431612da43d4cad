"""What a chapter gives the figure of a group convolution, computed by PyTorch."""

from functools import cache
from typing import Any

import torch
from torch import nn

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

WIDTHS = [8, 12, 16, 24, 32]
GROUPS = [1, 2, 4, 8, 16]
KERNEL = 3
ALT = "Sixteen channels in three rows, joined within four groups, and a matrix of four blocks."
CAPTION = "What groups cut, and what a shuffle joins again."


def layer(groups: int, width: int) -> nn.Conv2d:
    """A group convolution."""
    return nn.Conv2d(width, width, KERNEL, padding=1, groups=groups, bias=False)


@cache
def reached(groups: int, width: int, shuffle: bool, output: int = 0) -> tuple[int, ...]:
    """The inputs that an output depends on behind two layers, by gradient."""
    between = nn.ChannelShuffle(groups) if shuffle else nn.Identity()
    layers = nn.Sequential(layer(groups, width), between, layer(groups, width))
    for parameter in layers.parameters():
        nn.init.ones_(parameter)
    x = torch.ones(1, width, 5, 5, requires_grad=True)
    (gradient,) = torch.autograd.grad(layers(x)[0, output].sum(), x)
    return tuple(gradient[0].abs().sum(dim=(1, 2)).nonzero().flatten().tolist())


def _check(groups: int, width: int, shuffle: bool) -> dict[str, Any]:
    return {
        "groups": groups,
        "width": width,
        "shuffle": shuffle,
        "weights": layer(groups, width).weight.numel(),
        "reached": list(reached(groups, width, shuffle)),
    }


def groups_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    states = ((4, 16, False), (4, 16, True), (8, 16, True), (1, 8, False), (2, 12, True))
    return {
        "channels": 16,
        "groups": GROUPS,
        "widths": WIDTHS,
        "kernel": KERNEL,
        "budget": layer(1, 16).weight.numel(),
        "start": {"groups": 4, "width": 16, "shuffle": False},
        "checks": [_check(*state) for state in states],
    }


def groups_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    return as_html("groups", DESIGNS["groups"](), data or groups_data(), ALT, CAPTION)
