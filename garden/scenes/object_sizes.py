"""Empty grounds, and one thing of a size on each: how large must it be to be found?"""

from copy import deepcopy

import numpy as np

from garden.scenes.backdrops import airy_scene, flat_scene
from garden.scenes.camera import develop, jpeg
from garden.scenes.composed import QUALITY
from garden.scenes.panorama import FACTOR, HEIGHT, WIDTH
from garden.scenes.scene import Scene
from garden.scenes.things import THINGS
from garden.scenes.truth import Thing, visible_things


def empty_scene(seed: int) -> Scene:
    """A wide ground with nothing on it; an even seed lies flat, an odd one is a view."""
    rng = np.random.default_rng([11, seed])
    return (airy_scene if seed % 2 else flat_scene)(rng, FACTOR * HEIGHT, FACTOR * WIDTH)


def empty_picture(seed: int) -> bytes:
    """A JPEG file of an empty ground: there is no thing in it."""
    rng = np.random.default_rng([13, seed])
    return jpeg(develop(rng, empty_scene(seed).linear, FACTOR), QUALITY)


def picture_with(ground: Scene, seed: int, label: str, size: int) -> tuple[bytes, list[Thing]]:
    """Put one thing somewhere on a ground, wholly inside the picture.

    Args:
        ground: An empty scene, which stays as it is.
        seed: Of that scene.
        label: What is put there.
        size: Side of the square that it is drawn in, in pixels of the picture.

    Returns:
        The bytes of a JPEG file of 387×1024 pixels, and the thing with its box.
    """
    rng = np.random.default_rng([12, seed, list(THINGS).index(label), size])
    scene, side = deepcopy(ground), FACTOR * size
    x, y = (rng.uniform(side / 2, FACTOR * length - side / 2) for length in (WIDTH, HEIGHT))
    scene.put(THINGS[label](rng, side), (x, y), label, lift=0.04 * side, gloss=0.2)
    picture = jpeg(develop(rng, scene.linear, FACTOR), QUALITY)
    return picture, visible_things(scene, FACTOR)
