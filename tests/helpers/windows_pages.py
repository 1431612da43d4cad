"""What a chapter gives the figure of the sliding windows, from a map of random logits."""

from functools import cache
from typing import Any

import torch
from PIL import Image
from torch.nn.functional import avg_pool2d

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import as_html
from course_utils.teaching.touchable.pictures import address

ROWS, COLUMNS, STEP = 6, 14, 32
WIDTH, HEIGHT = 448, 170
NAMES = ("ant", "bee", "nothing")
ALT = "A picture with dots and a frame; three bars."
CAPTION = "Move the frame."


@cache
def logits() -> torch.Tensor:
    """Three classes on a map of 6×14 cells, in fifths: (3, 6, 14)."""
    noise = 4 * torch.randn(3, ROWS, COLUMNS, generator=torch.Generator().manual_seed(0))
    return (noise.double() * 5).round() / 5


def answers(window: int, stride: int) -> torch.Tensor:
    """The probabilities that PyTorch gives: (3, rows, columns)."""
    if not window:
        return logits().mean(dim=(1, 2), keepdim=True).softmax(dim=0)
    return avg_pool2d(logits()[None], window, stride)[0].softmax(dim=0)


def state(window: int, stride: int, row: int, column: int) -> dict[str, Any]:
    """One answer, with its probabilities."""
    found = answers(window, stride)[:, row, column].tolist()
    place = {"window": window, "stride": stride, "row": row, "column": column}
    return {**place, "probabilities": found}


def windows_data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    image = address(Image.new("RGB", (WIDTH, HEIGHT), (40, 120, 60)), "JPEG")
    return {
        "picture": {"width": WIDTH, "height": HEIGHT, "image": image, "sharp": [64, 32, 160, 96]},
        "classes": list(NAMES),
        "shown": 1,
        "step": STEP,
        "unit": 5,
        "logits": logits().tolist(),
        "windows": [1, 3, 5, 0],
        "start": {"window": 3, "stride": 1, "row": 2, "column": 4},
        "checks": [state(3, 1, 2, 4), state(1, 1, 5, 13), state(5, 5, 0, 1), state(0, 1, 0, 0)],
    }


def windows_html() -> str:
    """The figure as a notebook stores it."""
    return as_html("windows", DESIGNS["windows"](), windows_data(), ALT, CAPTION)
