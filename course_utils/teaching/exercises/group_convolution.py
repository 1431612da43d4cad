"""Checks of the exercises on group convolution."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    positive_numbers,
    require_close,
    require_number,
)

Pair = tuple[Tensor, Tensor]
"""Weights of a depthwise convolution and of a 1×1 convolution."""


@exercise("half-filled registers")
def half_filled_registers(times_fewer: float) -> None:
    """Of 96 channels in 12 groups, with registers of 16 numbers."""
    slips: dict[float, str] = {
        12: "that is the work; do the 8 outputs of a group fill a register?",
        1 / 12: "that is a share, of the work; do the 8 outputs of a group fill a register?",
        1 / 6: "that is a share; how many times fewer?",
        0.5: "a kernel of a group sees fewer channels",
        72: "that is one group; there are 12",
        1: "without groups, 96 outputs need more than one register",
        2: "half of a register is idle; count the instructions of both layers",
        16: "so many numbers a register holds; count the instructions",
    }
    require_number(times_fewer, 6, absolute=1e-6, slips=slips)


@exercise("one dense kernel")
def one_dense_kernel(answer: Callable[[Tensor, int], Tensor]) -> None:
    """Weight of a group convolution → weight of the ordinary convolution that is equal."""
    for kernel, inputs, outputs, groups in ((1, 4, 4, 2), (3, 6, 4, 2), (3, 3, 3, 3), (1, 2, 3, 1)):
        weight = positive_numbers(outputs, inputs // groups, kernel, kernel) - 0.6
        picture = positive_numbers(1, inputs, 5, 5, seed=1)
        call = f"{name_of(answer)}(weight {tuple(weight.shape)}, {groups})"
        given = weight.clone()
        found = answer(given, groups)
        assert torch.equal(given, weight), f"{call} changes the weight that it gets"
        _require_shape(call, found, (outputs, inputs, kernel, kernel))
        assert found.dtype == weight.dtype, (
            f"{call} has numbers of the type {found.dtype}; those of the weight are {weight.dtype}"
        )
        expected = F.conv2d(picture, weight, groups=groups)
        right = _dense(weight, groups, ())
        for what in ("kernels", "channels"):
            mixed = _dense(weight, groups, (what,))
            assert torch.equal(mixed, right) or not torch.allclose(found.double(), mixed), (
                f"{call} deals the {what} to the groups in turn; a group has those that follow"
                " each other"
            )
        require_close(f"a convolution with {call}", F.conv2d(picture, found.double()), expected)


def _dense(weight: Tensor, groups: int, in_turn: tuple[str, ...]) -> Tensor:
    """The dense weight, also of those who give kernel or channel i to group ``i % groups``."""
    n, inside = weight.shape[:2]
    kernels, channels = torch.arange(n), torch.arange(inside * groups)
    own = kernels % groups if "kernels" in in_turn else kernels // (n // groups)
    if "channels" in in_turn:
        place, number = channels % groups, channels // groups
    else:
        place, number = channels // inside, channels % inside
    return weight[:, number] * (own[:, None] == place)[..., None, None]


def _require_shape(call: str, found: object, expected: tuple[int, ...]) -> None:
    assert found is not None, f"{call} gives None: does the function return something?"
    assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
    assert found.shape == expected, f"{call} has the shape {tuple(found.shape)}, not {expected}"


@exercise("how many layers")
def how_many_layers(layers_needed: object) -> None:
    """For 64 channels in 2, 4, 8, 16 and 32 groups, with a shuffle between each two layers."""
    assert layers_needed is not None, "write your five numbers in the place of None"
    kind = f"your answer is of the type {type(layers_needed).__name__}"
    assert isinstance(layers_needed, list | tuple | Tensor), f"{kind}, not a list of five numbers"
    assert len(layers_needed) == 5, f"your list has {len(layers_needed)} numbers, not five"
    words = [one for one in layers_needed if isinstance(one, str)]
    assert not words, f"your list is not five numbers: {layers_needed!r}"
    try:
        found = [int(number) for number in layers_needed]
        whole = all(float(one) == int(one) for one in layers_needed)
    except (TypeError, ValueError, OverflowError):
        raise AssertionError(f"your list is not five numbers: {layers_needed!r}") from None
    assert whole, f"layers are counted, so your numbers are whole: {layers_needed!r}"
    expected = [2, 2, 2, 3, 6]
    if found == [number - 1 for number in expected]:
        raise AssertionError("your numbers count the shuffles; how many convolutions are that?")
    if found == expected[::-1]:
        raise AssertionError(
            "your list is the other way round: does it begin with 2 groups, and has your stack g"
            " groups, not 64/g?"
        )
    for groups, one, right in zip((2, 4, 8, 16, 32), found, expected, strict=True):
        if one < right:
            raise AssertionError(f"your {one} for {groups} groups: then not all 64 inputs are seen")
        if one > right:
            raise AssertionError(
                f"your {one} for {groups} groups: all are seen before; is your shuffle of {groups}?"
            )


@exercise("the nearest separable layer")
def the_nearest_separable_layer(answer: Callable[[Tensor, int], Pair]) -> None:
    """Weight ``(n, C, k, k)`` and kernels for each channel → the two nearest weights."""
    for n, channels, k, m in ((8, 3, 3, 1), (5, 4, 3, 2), (10, 2, 3, 9), (6, 5, 2, 3)):
        weight = positive_numbers(n, channels, k, k, seed=n) - 0.6
        call = f"{name_of(answer)}(weight {tuple(weight.shape)}, {m})"
        given = weight.clone()
        pair = answer(given, m)
        assert torch.equal(given, weight), f"{call} changes the weight that it gets"
        assert isinstance(pair, tuple | list) and len(pair) == 2, f"{call} gives no two weights"
        depthwise, pointwise = pair
        _require_shape(f"the depthwise weight of {call}", depthwise, (m * channels, 1, k, k))
        _require_shape(f"the 1×1 weight of {call}", pointwise, (n, m * channels, 1, 1))
        made = _together(depthwise.double(), pointwise.double(), channels)
        off, least = float((made - weight).square().sum()), _least(weight, m)
        assert off <= least * (1 + 1e-6) + 1e-9, (
            f"{call}: the squared differences add up to {off:.4f}, and {least:.4f} is possible"
        )


def _together(depthwise: Tensor, pointwise: Tensor, channels: int) -> Tensor:
    """The kernels of the ordinary convolution that computes what both compute."""
    slices = depthwise.view(channels, -1, *depthwise.shape[2:])  # (C, m, k, k)
    mixing = pointwise.view(len(pointwise), channels, -1)  # (n, C, m)
    return torch.einsum("ncm,cmij->ncij", mixing, slices)


def _least(weight: Tensor, m: int) -> float:
    sizes = torch.linalg.svdvals(weight.transpose(0, 1).flatten(2))
    return float(sizes[:, m:].square().sum())
