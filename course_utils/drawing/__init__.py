"""Prediction → picture: what a user draws. Each part is loaded when it is first used."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_utils.drawing.charts import bars, confusion_chart, label_points, learning_curves
    from course_utils.drawing.grids import channel_grid, image_grid, tensor_image
    from course_utils.drawing.heat_overlays import heat_picture, location_picture, with_boxes
    from course_utils.drawing.mask_overlays import legend, overlay
    from course_utils.drawing.style import (
        NEUTRAL,
        PALETTE,
        RIGHT,
        STYLES,
        WRONG,
        use_course_style,
    )

__all__ = [
    "NEUTRAL",
    "PALETTE",
    "RIGHT",
    "STYLES",
    "WRONG",
    "bars",
    "channel_grid",
    "confusion_chart",
    "heat_picture",
    "image_grid",
    "label_points",
    "learning_curves",
    "legend",
    "location_picture",
    "overlay",
    "tensor_image",
    "use_course_style",
    "with_boxes",
]

_MODULE_OF = {
    "bars": "charts",
    "confusion_chart": "charts",
    "label_points": "charts",
    "learning_curves": "charts",
    "channel_grid": "grids",
    "image_grid": "grids",
    "tensor_image": "grids",
    "heat_picture": "heat_overlays",
    "location_picture": "heat_overlays",
    "with_boxes": "heat_overlays",
    "legend": "mask_overlays",
    "overlay": "mask_overlays",
    "NEUTRAL": "style",
    "PALETTE": "style",
    "RIGHT": "style",
    "STYLES": "style",
    "WRONG": "style",
    "use_course_style": "style",
}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        return getattr(import_module(f"course_utils.drawing.{_MODULE_OF[name]}"), name)
    raise AttributeError(f"module 'course_utils.drawing' has no attribute {name!r}")
