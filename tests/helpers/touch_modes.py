"""What a chapter gives the figures of preprocessing and of train mode."""

import torch
from torchvision.transforms.v2 import functional as transforms

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from course_utils.teaching.touchable.pictures import address
from course_utils.teaching.touchable.preprocessing import KEYS

SIZES, TRAINED = (64, 96, 128, 160), 96
BATCHES = (1, 2, 4, 8)


def pixels() -> torch.Tensor:
    """A picture of bands, with a black and a white corner: bytes ``(3, 96, 96)``."""
    side = torch.arange(TRAINED)
    y, x = torch.meshgrid(side, side, indexing="ij")
    bands = torch.stack([30 + 2 * x, 1 + (3 * y) % 200, 9 + (x + y) // 4])
    bands[:, :12, :12], bands[:, -12:, -12:] = 0, 255
    return bands.to(torch.uint8)


def preprocessing_data() -> Data:
    """A picture without loss, and accuracies that all differ."""
    rows = {key: [0.95 - 0.06 * k - 0.021 * n for n in range(4)] for k, key in enumerate(KEYS)}
    return {
        "picture": address(transforms.to_pil_image(pixels()), "PNG", optimize=True),
        "sizes": list(SIZES),
        "trained": TRAINED,
        "accuracy": rows,
        "chance": 0.5,
        "pictures": 150,
    }


def train_mode_data() -> Data:
    """Four sizes of a batch."""
    return {
        "sizes": list(BATCHES),
        "eval": 0.94,
        "chance": 0.5,
        "pictures": 150,
        "classes": ["ants", "bees"],
        "mixed": {
            "accuracy": [0.633, 0.74, 0.85, 0.91],
            "low": [0.633, 0.72, 0.83, 0.89],
            "high": [0.633, 0.75, 0.87, 0.92],
            "second": [0.853, 0.53, 0.52, 0.51],
        },
        "one_class": {
            "accuracy": [0.633, 0.53, 0.54, 0.56],
            "low": [0.633, 0.5, 0.52, 0.55],
            "high": [0.633, 0.56, 0.57, 0.57],
            "second": [0.853, 0.56, 0.54, 0.52],
        },
    }


def preprocessing_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    given = data or preprocessing_data()
    return as_html("preprocessing", DESIGNS["preprocessing"](), given, "A picture.", "One idea.")


def train_mode_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    given = data or train_mode_data()
    return as_html("train_mode", DESIGNS["train_mode"](), given, "A batch.", "One idea.")
