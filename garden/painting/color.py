"""Colors are mixed in OKLab, where equal steps look equal, and light is added in linear RGB.

Source: B. Ottosson, "A perceptual color space for image processing" (2020).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float32]

_LMS_FROM_OKLAB = np.array(
    [
        [1.0, 0.3963377774, 0.2158037573],
        [1.0, -0.1055613458, -0.0638541728],
        [1.0, -0.0894841775, -1.2914855480],
    ],
    dtype=np.float32,
)
_RGB_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ],
    dtype=np.float32,
)


def oklch(lightness: float, chroma: float, hue: float) -> Array:
    """One color as OKLab coordinates ``(3,)``.

    Args:
        lightness: 0 (black) to 1 (white).
        chroma: 0 (gray) to about 0.3 (vivid).
        hue: In degrees: about 30 red, 70 orange, 105 yellow, 140 green, 260 blue, 350 pink.
    """
    angle = np.deg2rad(hue)
    return np.array([lightness, chroma * np.cos(angle), chroma * np.sin(angle)], dtype=np.float32)


def mix(first: Array, second: Array, amount: ArrayLike) -> Array:
    """Blend two OKLab colors; ``amount`` (any shape) goes from 0 (first) to 1 (second)."""
    weight = np.asarray(amount, dtype=np.float32)[..., None]
    return (first * (1 - weight) + second * weight).astype(np.float32)


def lighter(oklab: Array, amount: Array) -> Array:
    """Add ``amount`` ``(H, W)`` to the lightness."""
    return np.asarray(oklab + amount[..., None] * np.array([1, 0, 0], np.float32), np.float32)


def linear_from_oklab(oklab: Array) -> Array:
    """OKLab ``(..., 3)`` to linear RGB ``(..., 3)`` between 0 and 1."""
    cube_root = oklab @ _LMS_FROM_OKLAB.T
    return np.clip(cube_root**3 @ _RGB_FROM_LMS.T, 0, 1).astype(np.float32)


def srgb_from_linear(linear: Array) -> Array:
    """Linear RGB to the gamma-coded values (0 to 1) that a picture file holds."""
    clipped = np.clip(linear, 0, 1)
    return np.where(
        clipped <= 0.0031308, 12.92 * clipped, 1.055 * clipped ** (1 / 2.4) - 0.055
    ).astype(np.float32)
