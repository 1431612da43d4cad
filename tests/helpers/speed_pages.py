"""What a chapter gives the figures on speed, by PyTorch and by Python, and their pages."""

from itertools import product
from typing import Any

import torch

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

CHANNELS, ROWS, COLUMNS, LINE = 4, 4, 8, 16
ORDERS = {"channels first": torch.contiguous_format, "channels last": torch.channels_last}
TIMES = [1, 2, 3, 5, 10, 100]


def read_by_pytorch(order: str, y: int, x: int) -> list[int]:
    """Where the numbers of a 3×3 window lie in the storage of a tensor, in order."""
    size = CHANNELS * ROWS * COLUMNS
    numbers = torch.empty(1, CHANNELS, ROWS, COLUMNS).contiguous(memory_format=ORDERS[order])
    places = torch.arange(size).as_strided(numbers.shape, numbers.stride())
    window = places[0, :, max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
    found: list[int] = window.flatten().sort().values.tolist()
    return found


def layout_data() -> dict[str, Any]:
    """A small picture, and the windows around three of its pixels."""
    pixels = ((1, 3), (0, 0), (3, 7))
    return {
        "channels": CHANNELS,
        "rows": ROWS,
        "columns": COLUMNS,
        "line": LINE,
        "start": [1, 3],
        "checks": [[o, y, x, read_by_pytorch(o, y, x)] for o, (y, x) in product(ORDERS, pixels)],
    }


def amdahl_data() -> dict[str, Any]:
    """Half of the time, and a part that becomes ten times as fast."""
    cases = ((50, 10), (0, 100), (100, 5), (37, 3))
    return {
        "part": "the network",
        "times": TIMES,
        "start": {"percent": 50, "times": 10},
        "checks": [[p, t, 1 / ((100 - p) / 100 + p / 100 / t)] for p, t in cases],
    }


def speed_html(name: str, data: Data | None = None) -> str:
    """One of the figures as a notebook stores it."""
    given = data or {"memory_layout": layout_data, "amdahl": amdahl_data}[name]()
    return as_html(name, DESIGNS[name](), given, "At the start.", "One idea.")
