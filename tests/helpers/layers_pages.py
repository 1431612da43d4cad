"""What a chapter gives the figure of layers, computed by PyTorch, and a plain page with it."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

LAYERS: list[dict[str, Any]] = [
    {"name": "conv1", "kernel": 7, "stride": 2, "padding": 3, "more": 0},
    {"name": "maxpool", "kernel": 3, "stride": 2, "padding": 1, "more": 0},
    {"name": "layer1", "kernel": 3, "stride": 1, "padding": 1, "more": 3},
    {"name": "layer2", "kernel": 3, "stride": 2, "padding": 1, "more": 3},
    {"name": "layer3", "kernel": 3, "stride": 2, "padding": 1, "more": 3},
    {"name": "layer4", "kernel": 3, "stride": 2, "padding": 1, "more": 3},
]
CHANGES = [
    (224, 0, (7, 2, 3)),
    (33, 0, (7, 2, 3)),
    (224, 0, (3, 1, 1)),
    (224, 1, (1, 1, 0)),
    (225, 3, (3, 2, 0)),
    (224, 4, (5, 3, 2)),
    (4, 0, (7, 2, 0)),
]
"""Side, layer, and its other kernel, stride and padding."""


def changed(layer: int, window: tuple[int, int, int]) -> list[dict[str, Any]]:
    """The layers of ResNet-18, one of them changed."""
    layers = [dict(one) for one in LAYERS]
    layers[layer] |= dict(zip(("kernel", "stride", "padding"), window, strict=True))
    return layers


def sizes_by_pytorch(side: int, layers: Sequence[Data]) -> list[int]:
    """The sides of the maps, up to the layer where PyTorch raises an error or spreads a cell."""
    x, found = torch.zeros(1, 1, side, side), []
    for number, one in enumerate(layers):
        window = one["kernel"], one["stride"], one["padding"]
        kind = nn.MaxPool2d(*window) if number == 1 else nn.Conv2d(1, 1, *window)
        try:
            out: Tensor = kind(x)
            if one["more"]:
                beside = nn.Conv2d(1, 1, 1, one["stride"])(x)
                if 1 in (out.shape[-1], beside.shape[-1]) and out.shape != beside.shape:
                    break
                out = out + beside
            for _ in range(one["more"]):
                out = nn.Conv2d(1, 1, 3, 1, 1)(out)
        except RuntimeError:
            break
        x = out
        found.append(x.shape[-1])
    return found


def field_by_pytorch(layers: Sequence[Data]) -> int:
    """Of a cell in the middle of a long line: from the first pixel that changes it to the last."""
    line = torch.zeros(1, 1, 8001, dtype=torch.float64, requires_grad=True)
    x: Tensor = line
    for one in layers:
        for kernel, stride in [(one["kernel"], one["stride"])] + [(3, 1)] * one["more"]:
            x = nn.functional.conv1d(x, torch.ones(1, 1, kernel).double(), stride=stride)
    (gradient,) = torch.autograd.grad(x[0, 0, x.shape[-1] // 2], line)
    seen = gradient.flatten().nonzero()
    return int(seen[-1] - seen[0]) + 1


def check_of(side: int, layer: int, window: tuple[int, int, int]) -> dict[str, Any]:
    """What PyTorch gives for one change."""
    layers = changed(layer, window)
    sizes = sizes_by_pytorch(side, layers)
    fields = [field_by_pytorch(layers[: k + 1]) for k in range(len(sizes))]
    names = zip(("kernel", "stride", "padding"), window, strict=True)
    return {"side": side, "layer": layer, **dict(names), "sizes": sizes, "fields": fields}


def layers_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    checks = [check_of(*change) for change in CHANGES]
    return {"side": 224, "most": 448, "layers": LAYERS, "checks": checks}


def layers_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt = "A picture of 224 pixels and six layers below it, each with the side of its map."
    caption = "Drag the picture, or change a `kernel`."
    return as_html("layers", DESIGNS["layers"](), data or layers_data(), alt, caption)
