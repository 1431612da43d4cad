"""Whether the palettes of a set's masks agree: one that differs from file to file is no code.

Programs that reduce colors sort the palette of each file anew, so that an index stands for another
class in each. The colors of PASCAL VOC and grays that rise with the index are made from indices:
beside them others may stand, as long as no color is that of another index.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.data.images import decode
from course_utils.data.masks import VOID, Colors, palette_colors, voc_colors
from course_utils.errors import DataError, ImageError

Color = tuple[int, ...]

Shown = dict[int, Color]
"""The color of each index that occurs in a mask, but for void."""


def require_one_palette(root: Path, masks: Iterable[tuple[Path, frozenset[int]]]) -> None:
    """Refuse masks in which a color stands for two indices, or an index has two colors.

    Args:
        root: Folder of the set, for errors.
        masks: Files, and the indices that occur in each. Only palette pictures are looked at, and
            of them the heads alone.

    Raises:
        DataError: If two of them contradict each other.
    """
    colors: dict[int, tuple[Path, Color]] = {}
    indices: dict[Color, tuple[Path, int]] = {}
    for path, used in masks:
        shown, single = _shown(path, used)
        for index, color in shown.items():
            if color in single:
                first, other = indices.setdefault(color, (path, index))
                if other != index:
                    reason = f"{color} is the index {other} in the first and {index} in the second"
                    raise DataError(_differ(root, first, path, reason))
            if color not in (tuple(voc_colors()[index].tolist()), (index, index, index)):
                first, known = colors.setdefault(index, (path, color))
                if known != color:
                    reason = f"the index {index} is {known} in the first and {color} in the second"
                    raise DataError(_differ(root, first, path, reason))


def _differ(root: Path, first: Path, second: Path, reason: str) -> str:
    return (
        f"{root}: the palettes of {first.name} and {second.name} contradict each other: {reason}; "
        "save all masks with one palette, or as RGB in the colors of PASCAL VOC"
    )


def _shown(path: Path, used: frozenset[int]) -> tuple[Shown, set[Color]]:
    """The colors of a mask, and those that its palette has only once."""
    if path.suffix.lower() == ".npy":
        return {}, set()
    try:
        table = decode(path, _palette, of_indices=True)
    except ImageError:
        return {}, set()
    known = [index for index in sorted(used) if index < min(len(table), VOID)]
    shown = {index: tuple(table[index].tolist()) for index in known}
    once = {color for color in shown.values() if (table == color).all(axis=1).sum() == 1}
    return shown, once


def _palette(image: Image.Image) -> Colors:
    """Red, green and blue of each index ``(k, 3)``: those of a PNG stand in its head."""
    return palette_colors(image) if image.mode == "P" else np.empty((0, 3), np.uint8)
