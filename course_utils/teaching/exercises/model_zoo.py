"""Checks of the exercises on the classic networks."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache

import torch
from torch import Tensor, nn

from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.models.registry import build_classifier
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_equal,
    require_number,
)

Network = tuple[str, float, float]
"""Name, cost and accuracy."""


@exercise("a larger kernel")
def larger_kernel(times_fewer: float) -> None:
    """Depthwise 5×5 and 1×1 against an ordinary 5×5, with 128 channels."""
    ordinary, depthwise, pointwise = 25 * 128 * 128, 25 * 128, 128 * 128
    slips = {
        ordinary / pointwise: "that is without the depthwise part",
        ordinary / depthwise: "that is without the 1×1",
        9 * 128 / (9 + 128): "that is for kernels of 3×3",
        (depthwise + pointwise) / ordinary: "how many times *fewer*? Divide the other way round",
        5 * 128 / (5 + 128): "a kernel of 5×5 has 25 weights",
        float(depthwise + pointwise): "that is what the cheap pair costs; how many times less?",
        25 * 128 * 128 / (25 * 128 * 128 + 128 * 128): "a depthwise kernel sees one channel",
    }
    require_number(times_fewer, ordinary / (depthwise + pointwise), absolute=0.051, slips=slips)


@exercise("nobody beats them")
def unbeaten_networks(answer: Callable[[list[Network]], list[str]]) -> None:
    """The Pareto front, in the order given: no other is as good in both and better in one."""
    cases: tuple[tuple[list[Network], list[str]], ...] = (
        ([("a", 1, 60), ("b", 2, 70), ("c", 3, 65), ("d", 4, 80)], ["a", "b", "d"]),
        ([("big", 9, 80), ("old", 9, 60), ("small", 1, 60)], ["big", "small"]),
        ([("slow", 5, 70), ("quick", 2, 70)], ["quick"]),
        ([("worse", 2, 60), ("better", 2, 70)], ["better"]),
        ([("one", 2, 70), ("other", 2, 70)], ["one", "other"]),
        ([("twin", 2, 70), ("dear", 3, 70), ("twin", 2, 70)], ["twin", "twin"]),
        ([("alone", 5, 50)], ["alone"]),
        ([], []),
    )
    for networks, expected in cases:
        _try_unbeaten(answer, networks, expected)
    generator = torch.Generator().manual_seed(0)
    for _ in range(5):
        numbers = torch.randint(1, 9, (12, 2), generator=generator).tolist()
        many = [(f"n{k}", cost, top1) for k, (cost, top1) in enumerate(numbers)]
        _try_unbeaten(answer, many, [n[0] for n in many if not _is_beaten(n, many)])


def _is_beaten(one: Network, networks: list[Network]) -> bool:
    others = [other for other in networks if other[1:] != one[1:]]
    return any(other[1] <= one[1] and other[2] >= one[2] for other in others)


def _try_unbeaten(
    answer: Callable[[list[Network]], list[str]], networks: list[Network], expected: list[str]
) -> None:
    given = list(networks)
    found = answer(given)
    call = f"{name_of(answer)}({networks})"
    assert given == networks, f"{call} changes the list that it gets"
    require_equal(call, None if found is None else list(found), expected)


@exercise("narrower or smaller")
def narrower_or_smaller(share: float) -> None:
    """The share of multiply–adds that is left of a ResNet-18 with half the channels."""
    left, slips = _shares_left()
    require_number(share, left, absolute=0.0006, slips=slips)


@cache
def _shares_left() -> tuple[float, dict[float, str]]:
    with torch.device("meta"):
        whole, narrow = build_classifier("resnet18"), build_classifier("resnet18", stem_width=32)
        narrower = build_classifier("resnet18", stem_width=16)
    full = count_multiply_adds(whole, (1, 3, 224, 224))

    def share(model: nn.Module, side: int = 224) -> float:
        return count_multiply_adds(model, (1, 3, side, side)) / full

    left = share(narrow)
    slips = {
        share(whole, 112): "that is with half the picture; the channels are asked for",
        count_parameters(narrow) / count_parameters(whole): "that is the share of the parameters",
        share(narrow, 112): "that is with both halved",
        share(narrower): "that is with a quarter of the channels",
        0.25: "close, but count: not every layer loses three quarters",
        0.5: "count: the channels are halved going in and coming out",
        1 / left: "that is how many times fewer; what share is left?",
        100 * left: "give it as a share, from 0 to 1",
        1 - left: "that is the share that is saved",
    }
    return left, slips


class _Twice(nn.Module):
    """One layer that is called twice, and one that is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.unused = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 9, 3)

    def forward(self, images: Tensor) -> Tensor:
        maps: Tensor = self.layer(self.layer(images).relu())
        return maps


def _cases() -> dict[str, tuple[nn.Module, tuple[int, ...]]]:
    """Networks by what is particular to them, each with the shape that it takes."""
    strided = nn.Conv2d(3, 8, (5, 3), stride=2, padding=1, bias=False)
    classes = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(48, 5))
    return {
        "a convolution": (nn.Conv2d(2, 3, 3, padding=1), (1, 2, 4, 4)),
        "a stride of 2 and a kernel of 5×3": (strided, (1, 3, 9, 12)),
        "4 groups": (nn.Conv2d(8, 12, 3, groups=4), (1, 8, 6, 6)),
        "a depthwise convolution": (nn.Conv2d(6, 6, 3, groups=6), (1, 6, 5, 5)),
        "a batch of 3": (nn.Sequential(nn.Conv2d(2, 4, 1), nn.BatchNorm2d(4)), (3, 2, 5, 5)),
        "a convolution and a fully connected layer": (classes, (2, 2, 6, 6)),
        "a fully connected layer for each of 7 patches": (nn.Linear(4, 6), (2, 7, 4)),
        "a layer that is called twice, and one that is not": (_Twice(), (1, 4, 5, 5)),
        "blocks inside blocks": (nn.Sequential(nn.Sequential(nn.Conv2d(1, 2, 3))), (1, 1, 4, 4)),
    }


@exercise("a counter of your own")
def own_counter(answer: Callable[[nn.Module, Tensor], int]) -> None:
    """``(model, images)`` → multiply–adds of its convolutions and fully connected layers."""
    for what, (model, shape) in _cases().items():
        model.eval()
        before = _with_hooks(model)
        call = f"{name_of(answer)}(a network with {what}, images of {shape})"
        found = answer(model, torch.zeros(shape))
        if isinstance(found, Tensor):
            found = found.item()
        require_equal(call, found, count_multiply_adds(model, shape))
        _require_hooks(model, before, call)
        assert not model.training, f"{call} leaves the network in train mode"
        again = answer(model, torch.zeros(shape))
        require_equal(f"{call}, called again,", again, found)
    _try_failing(answer)


def _try_failing(answer: Callable[[nn.Module, Tensor], int]) -> None:
    """A network that stops halfway: the hooks come off all the same."""
    model = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(5, 4, 1)).eval()
    before = _with_hooks(model)
    with suppress(RuntimeError, ValueError):
        answer(model, torch.zeros(1, 3, 4, 4))
    _require_hooks(model, before, f"{name_of(answer)}, when the network raises an error,")


def _with_hooks(model: nn.Module) -> list[list[int]]:
    """Register a hook on every part, as another program might, and name all that are there."""
    for part in model.modules():
        part.register_forward_hook(lambda layer, inputs, output: None)
    return _hooks_of(model)


def _hooks_of(model: nn.Module) -> list[list[int]]:
    return [list(part._forward_hooks) for part in model.modules()]


def _require_hooks(model: nn.Module, before: list[list[int]], call: str) -> None:
    after = _hooks_of(model)
    pairs = list(zip(before, after, strict=True))
    left = sum(len(set(new) - set(old)) for old, new in pairs)
    lost = sum(len(set(old) - set(new)) for old, new in pairs)
    assert left == 0, f"{call} leaves {left} hooks behind"
    assert lost == 0, f"{call} takes off {lost} hooks that were there before: remove your own only"
