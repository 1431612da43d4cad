"""Wide pictures with several things in them, and the box of each: to try a localizer on."""

import numpy as np

from garden.scenes.camera import develop, jpeg
from garden.scenes.panorama import FACTOR, HEIGHT, WIDTH
from garden.scenes.pictures import mixed_picture
from garden.scenes.truth import Thing, visible_things

QUALITY = 90


def composed_panorama(seed: int) -> tuple[bytes, list[Thing]]:
    """Render a panorama of its own composition.

    Args:
        seed: Of the composition. It is a series of its own: no other picture has its numbers.

    Returns:
        The bytes of a JPEG file of 387×1024 pixels, and the class and the box of each thing that
        can be seen, in the order in which they were put there. A box holds the visible part.
    """
    rng = np.random.default_rng([10, seed])
    scene = mixed_picture(rng, FACTOR * HEIGHT, FACTOR * WIDTH)
    things = visible_things(scene, FACTOR)
    return jpeg(develop(rng, scene.linear, FACTOR), QUALITY), things
