"""What a chapter gives the figure of a crop, from a drawn mask."""

from copy import deepcopy
from functools import cache
from typing import Any

import torch
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.teaching.crop_counts import crops_data
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html
from voc_files import blocks, picture_of

SIZE, CROP = (70, 99), (36, 48)
NAMES = ("background", "red", "blue")
PLACES = ((1.0, 20, 10), (0.5, -1, 2), (2.0, 104, 150), (1.3, 30, 0))


@cache
def classes() -> torch.Tensor:
    """A mask of three classes with void, ``(70, 99)``."""
    return torch.from_numpy(blocks(3, SIZE))


@cache
def _data() -> dict[str, Any]:
    picture = pil_to_tensor(picture_of(classes().numpy()))
    return crops_data(picture, classes(), NAMES, CROP, PLACES)


def data() -> dict[str, Any]:
    """What a chapter gives the figure."""
    return deepcopy(_data())


def crops_html(own: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt, caption = "A picture with a frame, and what lies in it.", "What a crop holds."
    return as_html("crops", DESIGNS["crops"](), own or data(), alt, caption)
