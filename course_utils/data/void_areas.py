"""Whether the void of a mask is a thing that was saved as 255, or an outline.

An outline is thin. A mask whose only areas are thick ones of 255 has no class at all. Where other
masks of the set have some, it may come from another program, and its things would be lost; or the
areas are clouds, or what nobody labeled. So it is named, and refused where most are so. An area is
thick if a square fits in whose side is a 32nd of the mask's shorter side, and at least 7 pixels.
Rows and columns at the edge that are void from end to end do not count: they fill up a picture.
"""

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter

from course_utils.data.masks import BACKGROUND, VOID, ClassMap

THINNEST, SHARE = 7, 32


def is_thing_as_void(mask: ClassMap, indices: frozenset[int]) -> bool:
    """Whether a mask ``(H, W)`` holds only 0 and 255, and 255 is more than an outline.

    Args:
        mask: Of one picture.
        indices: Those that occur in it.
    """
    if indices != {BACKGROUND, VOID}:
        return False
    side = max(THINNEST, min(mask.shape) // SHARE)
    return _holds_square(_without_edges(mask == VOID), side)


def _without_edges(void: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Without the outer rows and columns that are void all along."""
    rows = np.flatnonzero(~void.all(axis=1))
    columns = np.flatnonzero(~void.all(axis=0))
    return void[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _holds_square(void: npt.NDArray[np.bool_], side: int) -> bool:
    """Whether a square of this side fits into what is true."""
    if min(void.shape) < side:
        return False
    inside = minimum_filter(void.view(np.uint8), side, mode="constant", cval=0)
    return bool(inside.any())
