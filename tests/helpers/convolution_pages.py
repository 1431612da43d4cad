"""What a chapter gives the figure of a convolution, and plain pages with it."""

import base64
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import torch
from torch.nn.functional import conv2d

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

KERNELS = {
    "left to right": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "top to bottom": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "mean": [[1 / 9] * 3] * 3,
    "sharper": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
}
GRID = [
    [1, 1, 2, 7, 8, 8],
    [1, 2, 1, 8, 7, 8],
    [0, 1, 2, 9, 8, 7],
    [1, 0, 1, 7, 9, 8],
    [2, 1, 1, 3, 2, 3],
    [1, 1, 0, 2, 3, 2],
]
ALT = "A 6 by 6 grid with a window of 3 by 3, a kernel, and the output of 4 by 4."
CAPTION = "Nine products make one number of the output."


@cache
def gray() -> torch.Tensor:
    """A disk on a slope, 52 × 52."""
    y, x = torch.meshgrid(torch.arange(52), torch.arange(52), indexing="ij")
    disk = (y - 24) ** 2 + (x - 28) ** 2 < 300
    return torch.where(disk, 208 - 4 * (y // 2), 40 + 4 * (x // 2)).to(torch.uint8)


def pixels_of(on: str) -> torch.Tensor:
    """The numbers of the grid, or of the picture."""
    return (torch.tensor(GRID) if on == "grid" else gray()).double()


def output_of(
    on: str, weights: Sequence[Sequence[float]], stride: int, padding: int
) -> torch.Tensor:
    """What PyTorch computes, (rows, columns)."""
    kernel = torch.tensor(weights, dtype=torch.float64)
    found: torch.Tensor = conv2d(
        pixels_of(on)[None, None], kernel[None, None], stride=stride, padding=padding
    )
    return found[0, 0]


def _checks() -> Iterator[dict[str, Any]]:
    for kernel, (on, stride, padding) in enumerate(
        (("grid", 1, 0), ("grid", 2, 1), ("picture", 1, 1), ("picture", 3, 0))
    ):
        found = output_of(on, list(KERNELS.values())[kernel], stride, padding)
        places = [(0, 0), (3, 5), (found.shape[0] - 1, found.shape[1] - 1)]
        yield {
            "on": on,
            "kernel": kernel,
            "stride": stride,
            "padding": padding,
            "shape": list(found.shape),
            "values": found.flatten().tolist()
            if on == "grid"
            else [[*place, float(found[place])] for place in places],
        }


def convolution_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    return {
        "kernels": [{"name": name, "weights": weights} for name, weights in KERNELS.items()],
        "grid": GRID,
        "picture": {
            "width": 52,
            "height": 52,
            "gray": base64.b64encode(bytes(gray().flatten().tolist())).decode(),
        },
        "checks": list(_checks()),
    }


def convolution_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    design = DESIGNS["convolution"]()
    return as_html("convolution", design, data or convolution_data(), ALT, CAPTION)
