"""Seeds to touch: made-up trainings that are plausible, and the figure as HTML."""

from typing import Any

from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html

PICTURES = 200
RESNET = [183, 184, 183, 181, 182, 185, 180, 183, 186, 184]
RESNEXT = [184, 186, 187, 185, 184, 188, 183, 186, 185, 187]


def seeds_data() -> dict[str, Any]:
    """What a chapter gives the figure: ten seeds of each."""
    return {
        "names": ["ResNet", "ResNeXt"],
        "pictures": PICTURES,
        "right": [list(RESNET), list(RESNEXT)],
    }


def seeds_html(data: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    design, alt = DESIGNS["seeds"](), "Two rows of dots, and the interval of a difference. " * 3
    return as_html("seeds", design, data or seeds_data(), alt, "Draw three seeds of each. " * 5)
