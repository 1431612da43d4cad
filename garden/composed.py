"""Wide pictures with several things in them, and the box of each: to try a localizer on."""

import numpy as np

from garden.camera import boxes, develop, jpeg, visible_instances
from garden.panorama import FACTOR, HEIGHT, WIDTH
from garden.pictures import mixed_picture

PixelBox = tuple[int, int, int, int]
"""Left, top, right and bottom edge, in pixels."""

QUALITY = 90


def composed_panorama(seed: int) -> tuple[bytes, list[tuple[str, PixelBox]]]:
    """Render a panorama of its own composition.

    Args:
        seed: Of the composition. It is a series of its own: no other picture has its numbers.

    Returns:
        The bytes of a JPEG file of 387×1024 pixels, and the class and the box of each thing that
        can be seen, in the order in which they were put there. A box holds the visible part.
    """
    rng = np.random.default_rng([10, seed])
    scene = mixed_picture(rng, FACTOR * HEIGHT, FACTOR * WIDTH)
    instances = visible_instances(scene.instances, len(scene.labels), FACTOR)
    things = []
    for number, label in enumerate(scene.labels):
        if number and (instances == number).any():
            things.append((label, boxes(np.where(instances == number, 1, 0), 2)[0]))
    return jpeg(develop(rng, scene.linear, FACTOR), QUALITY), things
