"""What a chapter gives the figures of transposed convolution, by PyTorch, and plain pages."""

import base64
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

CELLS, WEIGHTS = [1, 2, 1, 3], [1, 3, 3, 1, 2]
START = {"kernel": 4, "stride": 2, "padding": 1}
WINDOWS = [(4, 2, 1), (4, 2, 0), (3, 2, 0), (5, 3, 1), (2, 3, 0), (1, 1, 0)]
KERNELS = {
    "tent": [0.25, 0.75, 0.75, 0.25],
    "0 1 1 0": [0.0, 1.0, 1.0, 0.0],
    "1 0 0 1": [1.0, 0.0, 0.0, 1.0],
}
SIDE = 12


def scattered(
    cells: Sequence[float], weights: Sequence[float], stride: int, padding: int
) -> list[float]:
    """The transposed convolution of a row, by PyTorch; nothing, where it raises an error."""
    row = torch.tensor([[list(cells)]], dtype=torch.float64)
    kernel = torch.tensor([[list(weights)]], dtype=torch.float64)
    try:
        out = F.conv_transpose1d(row, kernel, stride=stride, padding=padding)
    except RuntimeError:
        return []
    return list(out.flatten().tolist())


def scatter_data() -> dict[str, Any]:
    """What a chapter gives the figure of copies."""
    checks = []
    for kernel, stride, padding in WINDOWS:
        out = scattered(CELLS, WEIGHTS[:kernel], stride, padding)
        checks.append([kernel, stride, padding, [int(x) for x in out]])
    return {"cells": CELLS, "weights": WEIGHTS, "start": START, "checks": checks}


def scatter_html(data: Data | None = None) -> str:
    """The figure of copies as a notebook stores it."""
    alt, caption = "Four cells and a kernel.", "Drag a cell."
    return as_html("scatter", DESIGNS["scatter"](), data or scatter_data(), alt, caption)


def gray() -> Tensor:
    """A picture of gray numbers, ``(SIDE, SIDE)``."""
    random = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (SIDE, SIDE), generator=random, dtype=torch.uint8)


def enlarged(weights: Sequence[float]) -> Tensor:
    """The picture, twice as large, by PyTorch: ``(2·SIDE, 2·SIDE)``."""
    line = torch.tensor(weights, dtype=torch.float64)
    kernel, cells = torch.outer(line, line)[None, None], gray().double()[None, None]
    return F.conv_transpose2d(cells, kernel, stride=2, padding=1)[0, 0]


def checkerboard_data() -> dict[str, Any]:
    """What a chapter gives the figure of checkerboards."""
    checks = []
    for weights in KERNELS.values():
        large = enlarged(weights)
        some = [[y, x, large[y, x].item()] for y, x in ((1, 1), (5, 12), (20, 7))]
        checks.append({"ramp": scattered(range(5), weights, 2, 1), "some": some})
    picture = {"side": SIDE, "gray": base64.b64encode(gray().numpy().tobytes()).decode()}
    kernels = [{"name": name, "weights": weights} for name, weights in KERNELS.items()]
    return {"kernels": kernels, "start": 2, "picture": picture, "checks": checks}


def checkerboard_html(data: Data | None = None) -> str:
    """The figure of checkerboards as a notebook stores it."""
    alt, caption = "Four weights and a picture.", "Drag a weight."
    design = DESIGNS["checkerboard"]()
    return as_html("checkerboard", design, data or checkerboard_data(), alt, caption)
