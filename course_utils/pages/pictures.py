"""Small pictures inside a page, as ``data:`` addresses."""

import base64
import io

import numpy as np
from PIL import Image

from course_utils.data.masks import BACKGROUND, VOID, ClassMap, voc_colors

QUALITY = 80
"""Of the JPEGs."""

VOID_TINT = (255, 255, 255)
"""Void is light, whatever a palette says of it."""


def address(image: Image.Image) -> str:
    """The picture as a JPEG in a ``data:`` address; nothing else of its file comes along."""
    stored = io.BytesIO()
    pixels = Image.frombytes("RGB", image.size, image.convert("RGB").tobytes())
    pixels.save(stored, "JPEG", quality=QUALITY, subsampling=0, optimize=True)
    return "data:image/jpeg;base64," + base64.b64encode(stored.getvalue()).decode()


def thumbnail(image: Image.Image, side: int) -> Image.Image:
    """The picture with no side longer than this, in pixels; the sides keep their ratio."""
    small = image.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return small


def tinted(image: Image.Image, classes: ClassMap) -> Image.Image:
    """The picture at the size of a mask, with each area in the color of its class.

    Args:
        image: Of mode RGB.
        classes: The mask ``(h, w)``. Background stays as it is, and void is whitened.
    """
    height, width = classes.shape
    pixels = np.asarray(image.resize((width, height), Image.Resampling.LANCZOS))
    colors = voc_colors().copy()
    colors[VOID] = VOID_TINT
    mixed = pixels // 2 + (colors // 2)[classes]  # (h, w, 3)
    shown = np.where((classes == BACKGROUND)[..., None], pixels, mixed)
    return Image.fromarray(_outlined(shown, classes))


def _outlined(pixels: np.ndarray, classes: ClassMap) -> np.ndarray:
    """With a white line where two classes meet."""
    lined = pixels.copy()
    lined[:, :-1][classes[:, :-1] != classes[:, 1:]] = 255
    lined[:-1][classes[:-1] != classes[1:]] = 255
    return lined


def color_of(index: int) -> str:
    """The color of a class in ``tinted``, for CSS."""
    red, green, blue = VOID_TINT if index == VOID else voc_colors()[index].tolist()
    return f"rgb({red},{green},{blue})"
