"""A picture with its mask laid over it, and the legend that names the colors."""

import warnings
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from scipy.ndimage import maximum_filter

from course_utils.data.masks import BACKGROUND, ClassMap, voc_colors
from course_utils.data.picture_limits import strips
from course_utils.drawing.fonts import font_for, legible

PIXELS_A_LINE = 400
"""Of the shorter side, for each pixel of an outline's width."""

ROW = 28
"""Height of a row of the legend, in pixels."""


def overlay(picture: Image.Image, classes: ClassMap) -> Image.Image:
    """The picture with each area in the color of its class, outlined in white on black.

    Args:
        picture: Of mode RGB; background stays as it is.
        classes: The mask ``(H, W)`` of its pixels.
    """
    image = picture.copy()
    for box, strip in strips(picture):
        pixels, inside = np.asarray(strip), classes[box[1] : box[3]]
        mixed = (pixels // 2) + (voc_colors() // 2)[inside]  # (rows, W, 3)
        mixed = np.where((inside == BACKGROUND)[..., None], pixels, mixed)
        image.paste(Image.fromarray(mixed), box)
    width = max(1, min(picture.size) // PIXELS_A_LINE)
    line = maximum_filter(_borders(classes), 2 * width - 1)  # its time does not grow with the width
    around = maximum_filter(line, 2 * width + 1)
    image.paste("black", mask=Image.fromarray(around - line))
    image.paste("white", mask=Image.fromarray(line))
    return image


def _borders(classes: ClassMap) -> npt.NDArray[np.uint8]:
    """255 at each pixel whose neighbor to the right or below is of another class."""
    borders = np.zeros(classes.shape, np.uint8)
    borders[:, :-1][classes[:, :-1] != classes[:, 1:]] = 255
    borders[:-1][classes[:-1] != classes[1:]] = 255
    return borders


def legend(
    class_names: Sequence[str], on_missing: Callable[[str], None] = warnings.warn
) -> Image.Image:
    """A row for each class: its color in masks, and its name.

    Args:
        class_names: In the order of their indices, in any script.
        on_missing: Called once with a sentence if no font here has the signs of a name; its index
            stands in its place.
    """
    labels = [
        f"{name} (not tinted in overlays)" if index == BACKGROUND else name
        for index, name in legible(dict(enumerate(class_names)), on_missing).items()
    ]
    fonts = [font_for(label, ROW // 2) for label in labels]
    width = max(font.getlength(label) for font, label in zip(fonts, labels, strict=True))
    image = Image.new("RGB", (round(width) + 3 * ROW, ROW * len(class_names)), "white")
    draw = ImageDraw.Draw(image)
    for index, (label, font) in enumerate(zip(labels, fonts, strict=True)):
        top = index * ROW
        color = tuple(voc_colors()[index].tolist())
        draw.rectangle((6, top + 6, 2 * ROW - 6, top + ROW - 6), fill=color, outline="black")
        draw.text((2 * ROW, top + ROW // 2), label, font=font, fill="black", anchor="lm")
    return image
