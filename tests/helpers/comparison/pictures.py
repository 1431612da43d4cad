"""Two figures compared as an eye does it: by the part that differs most."""

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

BLUR = 0.7
MOST = ImageFilter.MaxFilter(3)
BLOCK = 6
ALIKE = 0.05
"""A block that differs by no more (1: black and white) looks the same.

What is drawn may lie one pixel beside, for rounding does that. Two palettes of one chart differ by
0.047 at most. Another digit gives 0.3 or more, a point that moves by two pixels 0.6.
"""

WIDE = ImageFilter.BoxBlur(16)
SAME_COLOR = 0.015
"""The mean color around a pixel that differs by no more is the same.

A photograph stored once more differs by 0.008, other instructions of a processor give as much, and
a color map whose values move by a thousandth 0.012. A photograph that is 3 % brighter differs by
0.023, and 0.05 more in a color map by 0.04.
"""

ROUGHLY = 0.05
"""The sides of a figure of measured times may differ by this share."""

TIMES_DRAWN = 2
"""It has at most so many times as much that is drawn, and at least so many times less."""


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
        allowed: The share of what is drawn that may look otherwise; 1 compares only the size and
            how much is drawn, and these but roughly: times differ, and their labels in width.
    """
    if stored.strip() == new.strip():
        return ""
    old, now = open_picture(stored), open_picture(new)
    slack = ROUGHLY if allowed >= 1 else 0
    if any(abs(a - b) > slack * a for a, b in zip(old.size, now.size, strict=True)):
        return f"figure: {old.size} pixels stored, {now.size} new"
    if allowed >= 1:
        return compare_amounts(old, now)
    box = differing(old, now)
    if box is None:
        return ""
    gaps = difference(old.crop(box), now.crop(box))
    if not gaps.blocks:
        return "" if allowed else compare_colors(old.crop(box), now.crop(box))
    share = min(gaps.blocks / drawn_blocks(old, now), 1.0)
    if share <= allowed:
        return ""
    place = (box[0] + gaps.place[0], box[1] + gaps.place[1])
    return (
        f"figure: {share:.1%} of what is drawn looks otherwise, allowed {allowed:.1%}; "
        f"most (by {gaps.largest:.2f}) around pixel {place}"
    )


def compare_amounts(old: Image.Image, now: Image.Image) -> str:
    """Say whether much more, or much less, is drawn in a figure of times."""
    few, many = sorted((drawn_blocks(old), drawn_blocks(now)))
    return f"figure: {many} blocks are drawn in one, {few} in the other" * (
        many > few * TIMES_DRAWN
    )


def compare_colors(old: Image.Image, now: Image.Image) -> str:
    """Say whether an area is brighter, darker or of another color, too little for a block."""
    old, now = old.filter(WIDE), now.filter(WIDE)
    gap = max(float(outside(old, now).max()), float(outside(now, old).max()))
    return f"figure: an area's color differs by {gap:.3f}" * (gap > SAME_COLOR)


def differing(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int] | None:
    """The part of two pictures that holds all that is not the same in both, with a margin."""
    box = ImageChops.difference(one, other).getbbox(alpha_only=False)
    if box is None:
        return None
    margin = 2 * BLOCK
    left, top, right, bottom = box
    return (
        max(left - margin, 0),
        max(top - margin, 0),
        min(right + margin, one.width),
        min(bottom + margin, one.height),
    )


@dataclass(frozen=True)
class Gaps:
    """What differs.

    Attributes:
        blocks: How many blocks look otherwise.
        largest: The largest difference of a block (1: black and white).
        place: The pixel around which it is.
    """

    blocks: int
    largest: float
    place: tuple[int, int]


def difference(one: Image.Image, other: Image.Image) -> Gaps:
    """Compare two pictures block by block; blocks overlap by half, so that no change is halved."""
    gap = np.maximum(outside(one, other), outside(other, one))
    half = BLOCK // 2
    means = {(y, x): blocks(gap[y:, x:]).mean(axis=2) for y in (0, half) for x in (0, half)}
    (y, x), strongest = max(means.items(), key=lambda one: float(one[1].max()))
    row, column = np.unravel_index(strongest.argmax(), strongest.shape)
    place = (x + int(column) * BLOCK + half, y + int(row) * BLOCK + half)
    changed = max(int((each > ALIKE).sum()) for each in means.values())
    return Gaps(changed, float(strongest.max()), place)


def drawn_blocks(*pictures: Image.Image) -> int:
    """Count the blocks where something is drawn in one of the pictures; 1 at least."""
    parts = [np.asarray(picture, np.float32) / np.float32(255) for picture in pictures]
    edges = [np.ptp(blocks(part[..., n]), axis=2) for part in parts for n in range(4)]
    return max(int((np.max(edges, axis=0) > ALIKE).sum()), 1)


def outside(one: Image.Image, other: Image.Image) -> NDArray[np.float32]:
    """How far each pixel is outside of what the other picture holds around it (0 to 1).

    What is drawn is moved to whole pixels: a value that is rounded otherwise may move it by one.
    """
    values = softened(one)
    around = softened(other.filter(ImageFilter.MinFilter(3))), softened(other.filter(MOST))
    lowest, highest = np.minimum(*around), np.maximum(*around)
    gap: NDArray[np.float32] = np.maximum(lowest - values, values - highest).max(axis=2)
    return gap.clip(0)


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
