"""What a chapter gives the figure of the receptive field, from a small ResNet-18."""

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import torch
from torch import nn
from torch.nn.functional import avg_pool2d
from torchvision.transforms.v2.functional import to_pil_image

from course_utils.analysis import receptive_field
from course_utils.analysis.gradient_fields import gradient_of, output_of
from course_utils.models import resnet18
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from course_utils.teaching.touchable.pictures import address

SIDE = 224
STAGES: dict[str, tuple[int, Sequence[int]]] = {
    "layer1": (56, (0, 27, 55)),
    "layer2": (28, (0, 13, 27)),
    "layer3": (14, (0, 6, 13)),
    "layer4": (14, range(7)),
}
"""Blocks a side, and the rows and columns whose heat is measured."""

ALT = "A picture with a square around its corner, most of it outside; orange heat within."
CAPTION = "What a cell can see, and what it takes notice of."


@cache
def photo() -> torch.Tensor:
    """A disk on a slope with noise, (3, 224, 224), from 0 to 1."""
    noise = 0.1 * torch.rand(3, SIDE, SIDE, generator=torch.Generator().manual_seed(0))
    y, x = torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij")
    disk = (y - 100) ** 2 + (x - 130) ** 2 < 2500
    gray = torch.where(disk, 0.9 - y / 400, 0.1 + x / 500)
    return torch.stack([gray, gray * 0.8, gray * 0.5]) + noise


@cache
def network() -> nn.Module:
    """A slim ResNet-18 with random weights, in float64."""
    torch.manual_seed(0)
    return resnet18(2, stem_width=8).double().eval()


def density(layer: str, cells: Sequence[int]) -> torch.Tensor:
    """The absolute gradients of cells, each with the sum 1: (rows, columns, H, W)."""
    image = photo().double()[None].requires_grad_()
    output = output_of(network(), layer, image)
    found = [
        gradient_of(output, (row, column), image).abs()[0].sum(dim=0)
        for row in cells
        for column in cells
    ]
    maps = torch.stack([one / one.sum() for one in found])
    return maps.view(len(cells), len(cells), SIDE, SIDE)


def heat(density: torch.Tensor, center: tuple[float, float], blocks: int) -> dict[str, Any]:
    """One cell's heat, and what is said about it; the center is x, y."""
    places = torch.arange(SIDE).double()
    rows, columns = density.sum(dim=1), density.sum(dim=0)
    across, down = ((places - middle).abs() for middle in center)
    distance = torch.maximum(down[:, None], across).flatten()
    order = distance.argsort()
    last = int((density.flatten()[order].cumsum(dim=0) < 0.95).sum())
    return {
        "blocks": avg_pool2d(density[None, None], SIDE // blocks)[0, 0].tolist(),
        "centroid": [float(columns @ places), float(rows @ places)],
        "side95": 2 * float(distance[order][last]) + 1,
    }


def stage_data(name: str, blocks: int, cells: Sequence[int]) -> dict[str, Any]:
    """All that the figure needs of one stage."""
    field = receptive_field(network())[name].square
    maps = density(name, cells)
    return {
        "name": name,
        "cells": SIDE // field.stride,
        "jump": field.stride,
        "size": field.size,
        "start": field.center(),
        "heats": [
            {
                "cell": [row, column],
                **heat(maps[i, j], (field.center(column), field.center(row)), blocks),
            }
            for i, row in enumerate(cells)
            for j, column in enumerate(cells)
        ],
    }


@cache
def _data() -> dict[str, Any]:
    return {
        "picture": {
            "side": SIDE,
            "image": address(to_pil_image(photo().float()), "JPEG", quality=60),
        },
        "stages": [stage_data(name, *how) for name, how in STAGES.items()],
        "start": {"stage": "layer4", "cell": [0, 0]},
    }


def receptive_field_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    return deepcopy(_data())


def receptive_field_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    design = DESIGNS["receptive_field"]()
    return as_html("receptive_field", design, data or receptive_field_data(), ALT, CAPTION)
