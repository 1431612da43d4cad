"""Masks: the index of the class of each pixel, from a PNG and into one.

A palette PNG holds the indices themselves; its palette only says in which colors a viewer shows
them. The colors are those of PASCAL VOC, which has one for each index from 0 to 255.
"""

from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from course_utils.data.images import decode, save_image
from course_utils.errors import ImageError

ClassMap = npt.NDArray[np.uint8]
"""The index of the class of each pixel: ``(H, W)``, 0 is background and 255 void."""

Colors = npt.NDArray[np.uint8]
"""Red, green and blue of each index: ``(256, 3)``."""

BACKGROUND = 0
"""The class of what is none of the others."""

VOID = 255
"""Pixels of no class, such as the outline of a thing, or one that is too hard to tell."""


@cache
def voc_colors() -> Colors:
    """The colors of PASCAL VOC, as its development kit computes them.

    Bits 0, 3 and 6 of the index, read backwards, are the highest bits of red; bits 1, 4 and 7
    those of green; bits 2 and 5 those of blue.

    >>> voc_colors()[[0, 1, 2, 15, 255]].tolist()
    [[0, 0, 0], [128, 0, 0], [0, 128, 0], [192, 128, 128], [224, 224, 192]]
    """
    indices = np.arange(256)
    colors = np.zeros((256, 3), int)
    for place in range(8):
        bit = indices >> place & 1
        colors[:, place % 3] |= bit << (7 - place // 3)
    return colors.astype(np.uint8)


def load_mask(path: Path | str, num_classes: int = 256) -> ClassMap:
    """Read a mask.

    Args:
        path: A palette or grayscale picture, which holds the indices, or one in the colors of
            ``voc_colors``.
        num_classes: A mask in colors may hold those of the indices below this number, and of
            void. Indices are taken as they are.

    Returns:
        The indices ``(H, W)``.

    Raises:
        ImageError: If the file is no picture, its kind is none of these, or it holds a color
            that no class has: which, where and how often.
    """
    pixels = decode(path, lambda image: _pixels(Path(path), image))
    return pixels if pixels.ndim == 2 else _indices(Path(path), pixels, num_classes)


def palette_image(classes: ClassMap) -> Image.Image:
    """The mask ``(H, W)`` as a palette picture of its indices."""
    image = Image.fromarray(classes)
    image.putpalette(voc_colors().tobytes())
    return image


def save_mask(path: Path | str, classes: ClassMap) -> None:
    """Write a mask ``(H, W)`` as a palette PNG, whole or not at all.

    Raises:
        CourseError: If the file cannot be written.
    """
    save_image(path, palette_image(classes))


def _pixels(path: Path, image: Image.Image) -> npt.NDArray[np.uint8]:
    """Indices ``(H, W)`` or colors ``(H, W, 3)``."""
    if image.mode in ("P", "L", "RGB"):
        return np.array(image, dtype=np.uint8)
    if image.mode == "RGBA":
        return np.array(image.convert("RGB"), dtype=np.uint8)
    reason = f"is of the mode {image.mode}; save the mask as a palette PNG of 8 bits a pixel"
    raise ImageError(path, reason)


def _indices(path: Path, pixels: npt.NDArray[np.uint8], num_classes: int) -> ClassMap:
    """Colors ``(H, W, 3)`` → indices ``(H, W)``, by a search among the known colors."""
    allowed = np.array([*range(min(num_classes, VOID)), VOID])
    known = _codes(voc_colors()[allowed])
    order = np.argsort(known)
    codes = _codes(pixels)  # (H, W)
    places = np.searchsorted(known[order], codes).clip(max=len(known) - 1)
    wrong = known[order][places] != codes
    if wrong.any():
        raise ImageError(path, _unknown_colors(pixels, wrong))
    found: ClassMap = allowed[order][places].astype(np.uint8)
    return found


def _codes(colors: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """One number for each color: ``(..., 3)`` → ``(...)``."""
    codes: npt.NDArray[np.int64] = colors.astype(np.int64) @ np.array([1 << 16, 1 << 8, 1])
    return codes


def _unknown_colors(pixels: npt.NDArray[np.uint8], wrong: npt.NDArray[np.bool_]) -> str:
    row, column = np.argwhere(wrong)[0].tolist()
    red, green, blue = pixels[row, column].tolist()
    count = len(np.unique(pixels[wrong], axis=0))
    return (
        f"holds colors of no class (colors: {count}, pixels: {int(wrong.sum())}); the first is "
        f"({red}, {green}, {blue}) in row {row}, column {column}; save the mask as a palette PNG "
        "of indices, or with the colors of PASCAL VOC and without blending"
    )
