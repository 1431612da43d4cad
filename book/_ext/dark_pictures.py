"""A picture for the dark theme: its ground becomes the page's, its colors keep their hue."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

GROUND = (18, 18, 18)
"""The background of the page in the dark theme."""

INK = (206, 214, 221)
"""The color of its text."""

LIFT = 0.8
"""How much pale colors are lifted."""


def dark(image: Image.Image, photographs: Sequence[Sequence[int]]) -> Image.Image:
    """Turn a picture drawn on white into one on the dark page.

    Lightness is inverted and the hue is kept: white becomes the page's ground, black the color of
    its text, dark blue a light blue. Pale colors become a little lighter than their opposites, so
    that they stand out from the ground as they did from white.

    Args:
        image: Of mode RGB.
        photographs: Left, top, right and bottom of what stays as it is.
    """
    pixels = np.asarray(image)
    turned = _turned(pixels.astype(float))
    for left, top, right, bottom in photographs:
        inside = slice(max(0, top), max(0, bottom)), slice(max(0, left), max(0, right))
        turned[inside] = pixels[inside]
    return Image.fromarray(turned)


def _turned(colors: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """Each color ``(H, W, 3)`` with its lightness inverted, between ground and ink."""
    shares = colors / 255
    most, least = shares.max(axis=2, keepdims=True), shares.min(axis=2, keepdims=True)
    middle, half = (most + least) / 2, (most - least) / 2
    light = 1 - middle
    light = light + LIFT * light * (1 - light) ** 2
    room = np.minimum(light, 1 - light) / np.maximum(half, 1e-6)
    inverted = light + (shares - middle) * np.minimum(1, room)  # (H, W, 3), 0 to 1
    ground, ink = np.array(GROUND), np.array(INK)
    turned: npt.NDArray[np.uint8] = np.round(ground + inverted * (ink - ground)).astype(np.uint8)
    return turned
