"""What is where in a picture, at its final size: instances, classes, boxes."""

import numpy as np
from scipy.ndimage import maximum_filter, minimum_filter

from garden.painting.color import Array
from garden.painting.focus import shrink
from garden.scenes.scene import Scene

VOID = 255

PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom edge, in pixels; the last two lie just outside."""

Thing = tuple[str, PixelBox]
"""The class of a thing, and the box of what can be seen of it."""


def visible_instances(instances: Array, count: int, factor: int) -> Array:
    """At the picture's size: which instance covers most of each pixel, ``(H, W)``."""
    shares = [shrink((instances == number).astype(np.float32), factor) for number in range(count)]
    return np.asarray(np.argmax(np.stack(shares), axis=0))


def class_map(instances: Array, classes: list[int]) -> Array:
    """Class of every pixel, with a void border two pixels wide around each instance.

    Args:
        instances: ``(H, W)``, 0 where there is none.
        classes: The class of each instance, beginning with that of none.
    """
    border = maximum_filter(instances, 3) != minimum_filter(instances, 3)
    return np.where(border, VOID, np.array(classes)[instances]).astype(np.uint8)


def visible_things(scene: Scene, factor: int) -> list[Thing]:
    """Each thing that can be seen at all, in the order in which they were put there."""
    instances = visible_instances(scene.instances, len(scene.labels), factor)
    things = []
    for number, label in enumerate(scene.labels):
        rows, columns = np.nonzero(instances == number)
        if label and rows.size:
            left, right = int(columns.min()), int(columns.max()) + 1
            things.append((label, (left, int(rows.min()), right, int(rows.max()) + 1)))
    return things
