"""Makes masks with an ant and a bee for the tests."""

import numpy as np

from course_utils.data.masks import VOID, ClassMap

ANT, BEE = 1, 2


def class_map(
    *boxes: tuple[int, int, int, int, int], size: tuple[int, int] = (120, 90)
) -> ClassMap:
    """Filled boxes (class, left, top, right, bottom) on background; ``size`` is width, height."""
    classes = np.zeros(size[::-1], np.uint8)
    for index, left, top, right, bottom in boxes:
        classes[top:bottom, left:right] = index
    return classes


SCENE = class_map((VOID, 8, 8, 52, 52), (ANT, 10, 10, 50, 50), (BEE, 80, 40, 110, 70))
