"""A picture with a heat map of scores laid over it, and boxes with their names."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torchvision.transforms.v2.functional import pil_to_tensor, to_pil_image
from torchvision.utils import draw_bounding_boxes

from course_utils.drawing.fonts import font_for, legible
from course_utils.inference.detections import score_map
from course_utils.inference.localization import Location

ANCHORS = (0, 23, 40, 64, 113, 139, 152, 167, 184, 204, 235, 242, 249, 255)
"""Scores, 0 to 255, where the colors bend. Between them they are straight."""

VIRIDIS = (
    (68, 72, 69, 58, 37, 30, 33, 48, 77, 121, 202, 220, 238, 253),
    (1, 33, 54, 82, 130, 154, 167, 180, 194, 209, 224, 226, 229, 231),
    (84, 114, 129, 139, 142, 137, 132, 122, 107, 81, 30, 24, 27, 36),
)
"""Red, green and blue at these scores. Source: matplotlib's viridis, in the public domain (CC0),
from which these are no more than 1 in 255 away."""

COLORS = np.stack(
    [np.interp(np.arange(256), ANCHORS, channel).round() for channel in VIRIDIS], axis=1
).astype(np.uint8)
"""``(256, 3)``: a scale whose lightness rises with the score, for color-blind readers too."""

STRONGEST = 0.6
"""Share of the heat map where the score is 1; where it is 0 the picture shows through."""


def location_picture(
    location: Location, on_missing: Callable[[str], None] = warnings.warn
) -> Image.Image:
    """The picture of a location, with its heat map and a box for each place.

    Args:
        location: What a ``Localizer`` found.
        on_missing: Called with a sentence if no font here has the signs of the label; its index
            stands in its place.
    """
    step = max(1, location.response.window.stride // 8)
    scores = score_map(location.response, location.index, step)
    boxes = [detection.box for detection in location.detections]
    label = legible({location.index: location.label}, on_missing)[location.index]
    names = [f"{label} {detection.score:.3f}" for detection in location.detections]
    return heat_picture(location.picture, scores, boxes, names)


def heat_picture(
    image: Image.Image,
    scores: Tensor,
    boxes: Sequence[tuple[float, float, float, float]] = (),
    names: Sequence[str] = (),
) -> Image.Image:
    """Lay scores over a picture.

    Args:
        image: Of mode RGB.
        scores: ``(h, w)``, 0 to 1; brought to the size of the picture.
        boxes: Left, top, right, bottom, in pixels of the picture.
        names: Written at the boxes, one for each.
    """
    heat = Image.fromarray(np.round(scores.numpy() * 255).astype(np.uint8))
    heat = heat.resize(image.size, Image.Resampling.BILINEAR)
    colors = COLORS[np.asarray(heat)]  # (H, W, 3)
    mask = heat.point(lambda score: STRONGEST * score)
    mixed = Image.composite(Image.fromarray(colors), image, mask)
    return with_boxes(mixed, boxes, names) if boxes else mixed


def with_boxes(
    image: Image.Image,
    boxes: Sequence[tuple[float, float, float, float]],
    names: Sequence[str],
) -> Image.Image:
    """Draw boxes in white on black, which shows on every ground."""
    drawn = pil_to_tensor(image)
    width = max(1, min(image.size) // 200)
    corners = torch.tensor(boxes)
    last = torch.tensor([image.width - 1, image.height - 1] * 2)
    corners = torch.minimum(corners, last)
    drawn = draw_bounding_boxes(drawn, corners, colors="black", width=3 * width)
    drawn = draw_bounding_boxes(drawn, corners, colors="white", width=width)
    return _with_names(to_pil_image(drawn), boxes, names)


def _with_names(
    image: Image.Image,
    boxes: Sequence[tuple[float, float, float, float]],
    names: Sequence[str],
) -> Image.Image:
    """Write each name in white on black above its box, or at its top where there is no room."""
    draw = ImageDraw.Draw(image)
    size = max(10, min(image.size) // 28)
    for (left, top, *_), name in zip(boxes, names, strict=True):
        font = font_for(name, size)
        *_, width, lower = draw.textbbox((0, 0), name, font=font)
        x = max(0, min(left, image.width - width - 6))
        y = max(0, top - lower - 6)
        draw.rectangle((x, y, x + width + 6, y + lower + 6), fill="black")
        draw.text((x + 3, y + 3), name, font=font, fill="white")
    return image
