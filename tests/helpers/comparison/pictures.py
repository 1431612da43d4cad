"""Two figures compared as an eye does it: by the part that differs most."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

BLUR = 0.7
BLOCK = 6
ALIKE = 0.03
"""How much the most different block of a figure may differ, where its cell says nothing else."""


def open_picture(content: str) -> Image.Image:
    """Open a picture as a notebook holds it."""
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    picture.load()
    return picture.convert("RGBA")


def compare_pictures(stored: str, new: str, allowed: float | None = None) -> str:
    """Say what is wrong with a new figure, or nothing.

    Args:
        stored: A file in base64.
        new: Likewise.
        allowed: How much a part may differ; ``inf`` compares the size alone.
    """
    if stored.strip() == new.strip():
        return ""
    old, now = open_picture(stored), open_picture(new)
    if old.size != now.size:
        return f"figure: {old.size} pixels stored, {now.size} new"
    limit = ALIKE if allowed is None else allowed
    distance, x, y = largest_difference(old, now)
    if distance <= limit:
        return ""
    return f"figure: differs by {distance:.3f} around pixel ({x}, {y}), allowed {limit:g}"


def largest_difference(one: Image.Image, other: Image.Image) -> tuple[float, int, int]:
    """Find the block of pixels that differs most: by how much (1: black and white), and where."""
    gap = np.abs(softened(one) - softened(other)).max(axis=2)
    # Blocks that overlap by half: a small change is not shared out among several.
    blocks = [
        (float(mean), x, y)
        for y0 in (0, BLOCK // 2)
        for x0 in (0, BLOCK // 2)
        for mean, x, y in [strongest_block(gap[y0:, x0:], x0, y0)]
    ]
    return max(blocks)


def strongest_block(gap: NDArray[np.float32], x0: int, y0: int) -> tuple[float, int, int]:
    """Return the largest mean over a block, and the block's middle."""
    high, wide = (-(-side // BLOCK) * BLOCK for side in gap.shape)
    padded = np.zeros((high, wide), np.float32)
    padded[: gap.shape[0], : gap.shape[1]] = gap
    means = padded.reshape(high // BLOCK, BLOCK, wide // BLOCK, BLOCK).mean(axis=(1, 3))
    row, column = np.unravel_index(means.argmax(), means.shape)
    middle = BLOCK // 2
    return float(means.max()), x0 + int(column) * BLOCK + middle, y0 + int(row) * BLOCK + middle


def softened(picture: Image.Image) -> NDArray[np.float32]:
    """Return the channels from 0 to 1, a little blurred; what is transparent has no color."""
    blurred = picture.filter(ImageFilter.GaussianBlur(BLUR))
    values = np.asarray(blurred, np.float32) / 255
    return np.concatenate([values[..., :3] * values[..., 3:], values[..., 3:]], axis=2)
