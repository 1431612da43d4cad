"""Checks of the exercises on the receptive field."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from course_utils.analysis import receptive_field
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_equal,
    require_number,
)


@exercise("the stride moves")
def the_stride_moves(pixels: float) -> None:
    """Of ResNet-50, whose first 1×1 convolutions of the stages have the stride."""
    slips: dict[float, str] = {
        427: "a 1×1 adds nothing, but the 3×3 behind it now works at another jump",
        455: "your 3×3 adds two jumps, one on each side",
        371: "the jump is larger now, so more pixels are seen",
        435: "the stride moves in three stages",
        459: "the stride moves in three stages",
        539: "count what is added besides: at the old jump the 3×3 added something, too",
        487: "layer1 has no stride of 2, so there nothing changes",
        595: "only the first 3×3 of each stage works at another jump",
    }
    require_number(pixels, 483, absolute=0.5, slips=slips)


@exercise("read it off the layers")
def read_it_off_the_layers(answer: Callable[[nn.Sequential], tuple[int, int, int]]) -> None:
    """A stack of layers → how many pixels a cell sees, the jump, and cell 0's first pixel."""
    for network in _stacks():
        span = receptive_field(network, (1, 256, 256))[""].square
        found = answer(network)
        triple = tuple(found) if isinstance(found, list | tuple) else found
        layers = ", ".join(str(layer) for layer in network)
        expected = span.size, span.stride, span.first
        require_equal(f"{name_of(answer)}(nn.Sequential({layers}))", triple, expected)


def _stacks() -> list[nn.Sequential]:
    def conv(*window: int, **how: int) -> nn.Conv2d:
        return nn.Conv2d(1, 1, *window, **how)  # type: ignore[arg-type]

    return [
        nn.Sequential(conv(3), conv(3)),
        nn.Sequential(conv(3, 2, 1), nn.ReLU(), conv(3, 1, 1)),
        nn.Sequential(conv(3, padding=2, dilation=2), conv(3, padding=4, dilation=4)),
        nn.Sequential(conv(7, 2, 3), nn.BatchNorm2d(1), nn.ReLU(), nn.MaxPool2d(3, 2, 1), conv(3)),
        nn.Sequential(conv(5), nn.AvgPool2d(2), conv(3, 1, 1)),
        nn.Sequential(nn.MaxPool2d(2, 1, dilation=3), conv(4, 3, 2, dilation=2), conv(1, 2, 1)),
    ]


@exercise("inside the kernels")
def inside_the_kernels(sides: Sequence[float]) -> None:
    """Of five networks, whose weights were shuffled inside their kernels: 237 to 241 pixels.

    As it was trained the network has 203 (211 with its own statistics), with all weights
    shuffled 271 to 275, and with whole kernels moved 267 to 271.
    """
    assert sides is not None, "call sides_of with five networks from your shuffled_inside"
    assert isinstance(sides, list | tuple | torch.Tensor), "give your five sides as a list"
    values = [float(side) for side in sides]
    assert len(values) == 5, f"your list has {len(values)} sides, not five"
    mean = sum(values) / 5
    assert min(values) > 100, (
        "these are too small for the last stage: sides_of gives its sides first"
    )
    assert len(set(values)) > 1, "five seeds, and all your sides alike? Use the seed"
    assert mean > 222, (
        "your sides are too small: recalibrate the networks after shuffling, and give each "
        "table an order of its own"
    )
    assert mean < 250, (
        "your sides are those of weights that leave their kernels: flatten only the last two axes"
    )
    assert max(values) < 256, "one of your sides is too large: are all from the last stage?"


@exercise("without a hole")
def without_a_hole(answer: Callable[[int], Sequence[int]]) -> None:
    """A number of 3×3 convolutions → their dilations, whose field is large and without a hole."""
    for n in (1, 2, 3, 4, 6):
        call, given = f"{name_of(answer)}({n})", answer(n)
        if given is None:
            require_equal(call, given, ())
        found = [int(dilation) for dilation in given]
        assert len(found) == n, f"{call} gives {len(found)} dilations, not {n}"
        assert min(found) >= 1, f"{call} gives {found}: a dilation is at least 1"
        seen = {0}
        for dilation in found:
            seen = {cell + step for cell in seen for step in (-dilation, 0, dilation)}
        field = 2 * sum(found) + 1
        assert len(seen) == field, (
            f"{call} gives {found}: the field is {field} pixels of a row, and your cell sees "
            f"{len(seen)} of them"
        )
        assert field == 3**n, f"{call} gives {found}: no hole, but your field can be larger"
