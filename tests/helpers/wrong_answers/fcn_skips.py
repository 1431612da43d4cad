"""Answers to the exercises of the chapter ``fcn_skips``: wrong ones, and right ones."""

from math import log

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers


def _band_by_shifts(labels: Tensor, width: int) -> Tensor:
    """Compare with each neighbor, one after the other."""
    height, columns = labels.shape
    found = torch.zeros(height, columns, dtype=torch.bool)
    for down in range(-width, width + 1):
        for right in range(-width, width + 1):
            here = (
                slice(max(0, -down), height - max(0, down)),
                slice(max(0, -right), columns - max(0, right)),
            )
            there = (
                slice(max(0, down), height + min(0, down)),
                slice(max(0, right), columns + min(0, right)),
            )
            if labels[here].numel():
                found[here] |= labels[here] != labels[there]
    return found


def _band_padded_with_zeros(labels: Tensor, width: int) -> Tensor:
    values = F.pad(labels.float()[None, None], (width,) * 4)
    side = 2 * width + 1
    highest, lowest = F.max_pool2d(values, side, 1), -F.max_pool2d(-values, side, 1)
    return (highest != lowest)[0, 0]


def _band_of_four_neighbors(labels: Tensor, width: int) -> Tensor:
    found = torch.zeros(labels.shape, dtype=torch.bool)
    for step in range(1, width + 1):
        down, right = labels[step:] != labels[:-step], labels[:, step:] != labels[:, :-step]
        found[step:] |= down
        found[: -step or None] |= down
        found[:, step:] |= right
        found[:, :-step] |= right
    return found


class _NamedLayers(nn.Module):
    """The same with attributes instead of a dictionary, and the maps from fine to coarse."""

    def __init__(self, channels: dict[int, int], classes: int) -> None:
        super().__init__()
        self.strides = tuple(sorted(channels))
        for stride in self.strides:
            score = nn.Conv2d(channels[stride], classes, (1, 1))
            if stride != max(self.strides):
                score.weight.data.zero_()
                nn.init.constant_(score.bias, 0)  # type: ignore[arg-type]
            setattr(self, f"score{stride}", score)

    def forward(self, maps: dict[int, Tensor], size: tuple[int, int]) -> Tensor:
        total = self._up_to(0, maps)
        up = nn.Upsample(scale_factor=self.strides[0], mode="bilinear")
        large: Tensor = up(total)
        return large.narrow(2, 0, size[0]).narrow(3, 0, size[1])

    def _up_to(self, place: int, maps: dict[int, Tensor]) -> Tensor:
        stride = self.strides[place]
        scores: Tensor = self.get_submodule(f"score{stride}")(maps[stride])
        if place + 1 == len(self.strides):
            return scores
        double = nn.Upsample(scale_factor=2, mode="bilinear")
        doubled = double(self._up_to(place + 1, maps))
        return scores + doubled[:, :, : scores.shape[2], : scores.shape[3]]


WRONG: WrongAnswers = {
    "the first step": {
        "nothing moves": -log(3),
        "ant alone": -log(3) + 0.675,
        "up the gradient": -log(3) - 1.35,
        "the map's value once": -log(3) + 0.45,
        "the map's value never": -log(3) + 0.15,
        "a learning rate of 1": -log(3) + 13.5,
        "without the coarse scores": 1.35,
        "an error of 1": -log(3) + 1.8,
    },
    "the band": {
        "the edge is a border": _band_padded_with_zeros,
        "four neighbors": _band_of_four_neighbors,
        "one side only": {
            "(highest != lowest)[0]": "(highest != values)[0]",
        },
        "the other side only": {"(highest != lowest)[0]": "(lowest != values)[0]"},
        "a square that is too small": {
            "side = 2 * width + 1": "width, side = width // 2, 2 * (width // 2) + 1",
        },
        "void is no label": {"labels.float()": "labels.where(labels != 255, 0).float()"},
        "always three steps": {"side = 2 * width + 1": "width, side = 3, 7"},
        "void taken out": {
            "(highest != lowest)[0]": "(highest != lowest)[0] & (labels != 255)",
        },
        "numbers": {"(highest != lowest)[0]": "(highest != lowest)[0].int()"},
        "the inner rim of what is not ground": {
            "(highest != lowest)[0]": "(highest != lowest)[0] & (labels > 0)",
        },
    },
    "larger pictures": {
        "nothing enlarged": [0.736, 0.736, 0.736],
        "the other network": [0.802, 0.736, 0.462],
        "pixel accuracy": [0.949, 0.944, 0.903],
        "ants alone": [0.27, 0.29, 0.13],
        "backwards": [0.430, 0.696, 0.736],
        "percent": [73.6, 69.6, 43.0],
        "one number": 0.736,
        "two numbers": [0.736, 0.43],
        "what one expects": [0.736, 0.76, 0.78],
    },
    "a sum of scores": {
        "skips that speak at once": {"if stride != self.strides[0]:": "if stride < 0:"},
        "all silent": {"if stride != self.strides[0]:": "if stride > 0:"},
        "a bias that speaks": {"            nn.init.zeros_(score.bias)\n": ""},
        "cut at the upper left": {
            "doubled[..., :height, :width]": "doubled[..., -height:, -width:]",
        },
        "the picture cut at the upper left": {
            "large[..., : size[0], : size[1]]": "large[..., -size[0] :, -size[1] :]",
        },
        "stretched to the finer map": {
            'F.interpolate(total, scale_factor=2, mode="bilinear")': (
                'F.interpolate(total, size=(height, width), mode="bilinear")'
            ),
        },
        "not cut": {"doubled[..., :height, :width]": "doubled"},
        "not cut to the picture": {"large[..., : size[0], : size[1]]": "large"},
        "the nearest cell": {
            'F.interpolate(total, scale_factor=2, mode="bilinear")': (
                "F.interpolate(total, scale_factor=2)"
            ),
        },
        "always eight times": {"factor = self.strides[-1]": "factor = 8"},
        "from fine to coarse": {"sorted(channels, reverse=True)": "sorted(channels)"},
        "as they are given": {"sorted(channels, reverse=True)": "list(channels)"},
        "the sum alone is lost": {"[..., :height, :width] + finer": "[..., :height, :width]"},
        "without a bias": {
            "nn.Conv2d(channels[stride], classes, 1)": (
                "nn.Conv2d(channels[stride], classes, 1, bias=False)"
            ),
            "            nn.init.zeros_(score.bias)\n": "",
        },
        "multiplied": {"[..., :height, :width] + finer": "[..., :height, :width] * finer"},
    },
}

RIGHT: RightAnswers = {
    "the first step": {"to two decimals": 0.25, "exactly": 1.35 - log(3)},
    "the band": {
        "by shifts": _band_by_shifts,
        "row by row": {
            "F.max_pool2d(values, side, stride=1, padding=width)": (
                "F.max_pool2d(values, (side, 1), stride=1, padding=(width, 0))\n"
                "    highest = F.max_pool2d(highest, (1, side), stride=1, padding=(0, width))"
            )
        },
        "with the threshold of a difference": {
            "(highest != lowest)[0]": "(highest - lowest > 0.5).squeeze(0)"
        },
    },
    "larger pictures": {"rounded": [0.74, 0.70, 0.43], "as a tuple": (0.736, 0.696, 0.43)},
    "a sum of scores": {
        "by names": _NamedLayers,
        "silent by the data": {
            "nn.init.zeros_(score.weight)": "score.weight.data.mul_(0)",
        },
    },
}
