"""Two figures compared as an eye does it: by the part that differs most."""

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

BLUR = 0.7
BLOCK = 6
ALIKE = 0.03
"""A block that differs by no more (1: black and white) looks the same.

Other instructions of a processor change up to 0.004 where no training is live. Another digit
gives 0.06 in print of 6 points and 0.1 in print of 8, a point that moves by four pixels 0.5.
"""


def open_picture(content: str) -> Image.Image:
    """Open a picture as a notebook holds it."""
    picture = Image.open(io.BytesIO(base64.b64decode(content)))
    picture.load()
    return picture.convert("RGBA")


def compare_pictures(stored: str, new: str, allowed: float = 0) -> str:
    """Say what is wrong with a new figure, or nothing.

    Args:
        stored: A file in base64.
        new: Likewise.
        allowed: The share of what is drawn that may look otherwise; 1 compares the size alone.
    """
    if stored.strip() == new.strip():
        return ""
    old, now = open_picture(stored), open_picture(new)
    if old.size != now.size:
        return f"figure: {old.size} pixels stored, {now.size} new"
    share, largest, place = difference(old, now)
    if share <= allowed:
        return ""
    return (
        f"figure: {share:.1%} of what is drawn looks otherwise, allowed {allowed:.1%}; "
        f"most (by {largest:.2f}) around pixel {place}"
    )


def difference(one: Image.Image, other: Image.Image) -> tuple[float, float, tuple[int, int]]:
    """Compare two pictures block by block.

    Returns:
        The share of the blocks where something is drawn that look otherwise, the largest difference
        (1: black and white), and the pixel around which it is.
    """
    old, now = softened(one), softened(other)
    gap = np.abs(old - now).max(axis=2)
    half = BLOCK // 2
    # Blocks that overlap by half: a small change is not shared out among several.
    means = {(y, x): blocks(gap[y:, x:]).mean(axis=2) for y in (0, half) for x in (0, half)}
    (y, x), strongest = max(means.items(), key=lambda one: float(one[1].max()))
    row, column = np.unravel_index(strongest.argmax(), strongest.shape)
    place = (x + int(column) * BLOCK + half, y + int(row) * BLOCK + half)
    largest = float(strongest.max())
    edges = [np.ptp(blocks(part[..., n]), axis=2) for part in (old, now) for n in range(4)]
    drawn = max(int((np.max(edges, axis=0) > ALIKE).sum()), 1)
    changed = max(int((each > ALIKE).sum()) for each in means.values())
    return min(changed / drawn, 1.0), largest, place


def blocks(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut an image of one channel into blocks: ``(rows, columns, pixels of a block)``."""
    high, wide = (-(-side // BLOCK) for side in values.shape)
    padded = np.pad(
        values,
        ((0, high * BLOCK - values.shape[0]), (0, wide * BLOCK - values.shape[1])),
        mode="edge",
    )
    cut = padded.reshape(high, BLOCK, wide, BLOCK).transpose(0, 2, 1, 3)
    return cut.reshape(high, wide, BLOCK * BLOCK)


def softened(picture: Image.Image) -> NDArray[np.float32]:
    """Return the channels from 0 to 1, a little blurred; what is transparent has no color."""
    blurred = picture.filter(ImageFilter.GaussianBlur(BLUR))
    values = np.asarray(blurred, np.float32) / 255
    return np.concatenate([values[..., :3] * values[..., 3:], values[..., 3:]], axis=2)
