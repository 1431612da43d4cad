"""Answers to the exercises of the chapter ``speed``: wrong ones, and right ones."""

from math import ceil, floor, isclose

import numpy as np
import torch
from torch import nn
from torch.nn.functional import conv2d

from notebook_exercises import RightAnswers, WrongAnswers


def _pays_by_floats(preparation: float, before: float, after: float) -> int | None:
    return None if before <= after else floor(preparation / (before - after)) + 1


def _pays_near_a_whole(preparation: float, before: float, after: float) -> int | None:
    if before <= after:
        return None
    count = preparation / (before - after)
    nearest = round(count)
    return (nearest if isclose(count, nearest) else floor(count)) + 1


def _pays_in_nanoseconds(preparation: float, before: float, after: float) -> int | None:
    whole = [round(1e9 * seconds) for seconds in (preparation, before, after)]
    saved = whole[1] - whole[2]
    return whole[0] // saved + 1 if saved > 0 else None


@torch.no_grad()
def _folded_by_what_it_does(norm: nn.BatchNorm2d, convolution: nn.Conv2d) -> nn.Conv2d:
    """Its bias is what both give for zeros, and its weight is scaled."""
    if max(convolution.padding) > 0:  # type: ignore[type-var, operator]
        raise ValueError("it pads")
    scaled = nn.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        convolution.kernel_size,  # type: ignore[arg-type]
        convolution.stride,  # type: ignore[arg-type]
        groups=convolution.groups,
    ).to(convolution.weight)
    zeros = torch.zeros(1, convolution.in_channels, *convolution.kernel_size).to(scaled.weight)
    assert norm.running_var is not None
    factor = (norm.weight / torch.sqrt(norm.running_var + norm.eps)).chunk(convolution.groups)
    weights = convolution.weight.chunk(convolution.groups)
    both = [w * f[None, :, None, None] for w, f in zip(weights, factor, strict=True)]
    scaled.weight.copy_(torch.cat(both))
    assert scaled.bias is not None
    scaled.bias.copy_(convolution(norm(zeros)).flatten())
    return scaled


def _folded_in_place(norm: nn.BatchNorm2d, convolution: nn.Conv2d) -> nn.Conv2d:
    folded = _folded_by_what_it_does(norm, convolution)
    convolution.weight.data.copy_(folded.weight)
    return folded


class _Both(nn.Module):
    def __init__(self, norm: nn.BatchNorm2d, convolution: nn.Conv2d) -> None:
        super().__init__()
        self.both = nn.Sequential(norm, convolution)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        found: torch.Tensor = conv2d(self.both[0](x), self.both[1].weight)
        return found


WRONG: WrongAnswers = {
    "where a number begins": {
        "numbers, not bytes": 86,
        "channels first": 436,
        "numbers, channels first": 109,
        "counted from 1": 348,
        "16 bits": 172,
        "64 bits": 688,
        "the first picture": 104,
        "row and column swapped": 4 * (60 + 2 + 45 + 3),
        "a text": "344",
    },
    "pictures until it pays": {
        "round up": {"floor(": "-(-(", "before - after)) + 1": "before - after)) // 1)"},
        "divide by the time before": {"(before - after)) + 1": "before) + 1"},
        "a negative number of pictures": {"before <= after": "before == after"},
        "as floats": _pays_by_floats,
        "as fast is enough": {" + 1": ""},
        "a decimal number": {
            "floor(preparation / (before - after)) + 1": (
                "float(preparation / (before - after)) + 1"
            )
        },
        "a float for a number": {
            "floor(preparation / (before - after)) + 1": (
                "float(floor(preparation / (before - after)) + 1)"
            )
        },
        "never": lambda preparation, before, after: None,
        "zero where it never pays": {"return None": "return 0"},
        "rounded to the nearest": {"floor(preparation": "round(preparation"},
        "ceiling of floats": lambda preparation, before, after: (
            ceil(preparation / (before - after)) if before > after else None
        ),
    },
    "what a batch changes": {
        "the other way round": [47.276, 11.515],
        "the weights 16 times": [11.515, 11.515],
        "all convolutions": [5.192, 5.324],
        "numbers, not bytes": [46.06, 189.1],
        "the most": [83.0, 210.6],
        "one number": 11.5,
        "a tensor of one number": torch.tensor(11.5),
        "a tensor of another shape": torch.tensor([[11.5], [47.3]]),
        "three numbers": [11.5, 47.3, 100.0],
        "the last stage again": [11.515, 146.2],
        "the same layer, without weights": [295.0, 295.0],
        "a guess": [12, 48],
    },
    "a norm that comes first": {
        "the factor of the outputs": {
            "factor.view(groups, 1, -1, 1, 1)": (
                "torch.cat([factor, factor])[: len(old)].view(groups, each, 1, 1, 1)"
            )
        },
        "no small number below the root": {" + norm.eps": ""},
        "the variance": {".sqrt()": ""},
        "the old bias is lost": {"bias = bias + convolution.bias": "pass"},
        "the shift of the middle only": {".sum(dim=(2, 3, 4))": "[:, :, :, 0, 0].sum(dim=2)"},
        "the mean is not scaled": {"norm.running_mean * factor": "norm.running_mean"},
        "padding is taken": {"any(convolution.padding)": "False"},
        "only padding on both sides": {"any(convolution.padding)": "all(convolution.padding)"},
        "the stride is lost": {"        stride=convolution.stride,\n": ""},
        "the first group for all": {
            "weight * own_factor": "weight * own_factor[:1]",
            "weight * own_shift": "weight * own_shift[:1]",
        },
        "folded twice": {"(weight * own_shift)": "(weight * own_factor * own_shift)"},
        "the layer itself changes": _folded_in_place,
        "both layers": _Both,
        "the convolution as it is": lambda norm, convolution: convolution,
    },
}

RIGHT: RightAnswers = {
    "where a number begins": {"as a decimal number": 344.0, "by hand": 4 * (60 + 2 + 15 + 9)},
    "pictures until it pays": {
        "near a whole number": _pays_near_a_whole,
        "in nanoseconds": _pays_in_nanoseconds,
        "an integer of NumPy": {
            "floor(preparation / (before - after)) + 1": (
                "__import__('numpy').int64(floor(preparation / (before - after)) + 1)"
            )
        },
    },
    "what a batch changes": {
        "rounded": [11.5, 47.3],
        "as a tuple": (11.515, 47.276),
        "as a tensor": torch.tensor([11.515, 47.276]),
        "as an array": np.array([11.515, 47.276]),
    },
    "a norm that comes first": {
        "by what both give for zeros": _folded_by_what_it_does,
        "with a mean of shifted weights": {
            "(weight * own_shift).sum(dim=(2, 3, 4)).flatten()": (
                "own_shift.mul(weight).flatten(2).sum(2).reshape(-1)"
            )
        },
    },
}
