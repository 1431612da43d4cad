"""The ladder of cardinality to touch: its data, counted by PyTorch, and the figure as HTML."""

from functools import cache
from typing import Any

from course_utils.teaching.ladders import ladder_data
from course_utils.teaching.touchable import DESIGNS
from course_utils.teaching.touchable.output import Data, as_html


@cache
def data() -> dict[str, Any]:
    """What the chapter gives the figure."""
    return ladder_data()


def ladder_html(own: Data | None = None) -> str:
    """The figure as a notebook stores it."""
    alt, caption = (
        "A falling line, and five dots on it. " * 4,
        "Draw the point along the line. " * 6,
    )
    return as_html("ladder", DESIGNS["ladder"](), own or data(), alt, caption)
