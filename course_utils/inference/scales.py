"""Sizes at which a picture is looked at, relative to its own."""

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from course_utils.data.picture_limits import MAX_PIXELS, MAX_SIDE
from course_utils.errors import ImageError


def enlarged_scales(
    path: Path | str, image: Image.Image, size: int, scales: Sequence[float], upscale: bool
) -> tuple[float, ...]:
    """The scales, multiplied so that the picture has ``size`` pixels each way at the smallest.

    Args:
        path: Of the picture, for the error.
        image: The picture.
        size: What the network needs, in pixels.
        scales: Relative to the picture's size.
        upscale: Whether a picture that is too small may be enlarged.

    Raises:
        ImageError: If the picture is too small and may not be enlarged, or would become too
            large.
    """
    shorter, smallest = min(image.size), min(scales)
    if round(shorter * smallest) >= size:
        _require_reasonable(path, image, max(scales))
        return tuple(scales)
    least = math.ceil(size / smallest)
    at = "" if smallest == 1 else f" at the scale {smallest:g}"
    what = f"measures {image.width}×{image.height} pixels, and this network needs {least}{at}"
    if not upscale:
        raise ImageError(path, f"{what} each way: enlarge it, or let --upscale do it")
    factor = size / (shorter * smallest)
    if _is_too_large(image, factor * max(scales)):
        raise ImageError(path, f"{what} each way; too long to be enlarged: cut it into pieces")
    return tuple(scale * factor for scale in scales)


def _require_reasonable(path: Path | str, image: Image.Image, scale: float) -> None:
    if scale > 1 and _is_too_large(image, scale):
        size = f"{image.width * scale:.0f}×{image.height * scale:.0f}"
        reason = f"measures {size} pixels at the scale {scale:g}, which is too large"
        raise ImageError(path, f"{reason}; look at smaller scales, or cut it into pieces")


def _is_too_large(image: Image.Image, scale: float) -> bool:
    """Whether a picture exceeds at this size what may be read from a file."""
    pixels, side = image.width * image.height * scale**2, max(image.size) * scale
    return pixels > MAX_PIXELS or side > MAX_SIDE


def resized(image: Image.Image, scale: float) -> Image.Image:
    """The picture at this size; at 1 the picture itself."""
    if scale == 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)
