"""One wide picture of the garden: flowers from left to right, a bee at the lower right."""

import numpy as np

from garden.insects.bee import bee
from garden.painting.color import oklch
from garden.painting.sprite import Light
from garden.places.meadows import blades, landscape
from garden.places.perches import leaf_sprite
from garden.scenes.camera import develop, jpeg
from garden.scenes.placing import put_flower
from garden.scenes.scene import Scene
from garden.scenes.truth import Thing, visible_things

HEIGHT, WIDTH, FACTOR = 387, 1024, 2
SEED, BEE_SEED = 3, 0  # chosen by eye: a bright garden, a bee that looks into it
MORNING = Light((-0.75, -0.6, 0.8), (1.25, 1.14, 0.94), (0.28, 0.32, 0.37), 0.8)

# name, center (shares of width and height), size (share of the height), blur (pixels)
FAR = [
    ("tulip", 0.03, 0.56, 0.2, 15.0),
    ("daisy", 0.2, 0.63, 0.17, 15.0),
    ("rose", 0.43, 0.6, 0.19, 15.0),
    ("sunflower", 0.57, 0.46, 0.22, 13.0),
    ("tulip", 0.74, 0.5, 0.2, 13.0),
    ("daisy", 0.8, 0.42, 0.2, 11.0),
    ("dandelion", 0.9, 0.5, 0.18, 13.0),
    ("rose", 0.965, 0.4, 0.2, 12.0),
    ("daisy", 0.28, 0.5, 0.2, 7.0),
    ("tulip", 0.4, 0.42, 0.22, 6.0),
    ("dandelion", 0.655, 0.6, 0.2, 6.0),
]
NEAR = [
    ("sunflower", 0.1, 0.36, 0.56, 0.0),
    ("tulip", 0.235, 0.42, 0.36, 0.0),
    ("daisy", 0.33, 0.3, 0.3, 0.0),
    ("daisy", 0.385, 0.66, 0.36, 0.0),
    ("rose", 0.5, 0.38, 0.42, 0.0),
    ("dandelion", 0.6, 0.72, 0.3, 0.0),
    ("tulip", 0.675, 0.34, 0.3, 0.0),
]


def panorama() -> tuple[bytes, list[Thing]]:
    """The bytes of a JPEG file of 387×1024 pixels, and the things in focus; the last is its bee."""
    rng = np.random.default_rng([3, 0, 0, SEED])
    scene = _background(rng)
    _put_flowers(rng, scene, NEAR)
    _put_bee(rng, scene)
    things = visible_things(scene, FACTOR)[-len(NEAR) - 1 :]
    return jpeg(develop(rng, scene.linear, FACTOR), 92), things


def _background(rng: np.random.Generator) -> Scene:
    height, width = FACTOR * HEIGHT, FACTOR * WIDTH
    scene = Scene.on(landscape(rng, height, width, 238, 0.5), MORNING, near=False)
    _put_grass(rng, scene, 100, 0.5, 22.0)
    _put_flowers(rng, scene, FAR[:8])
    _put_grass(rng, scene, 60, 0.55, 9.0)
    _put_flowers(rng, scene, FAR[8:])
    _put_grass(rng, scene, 40, 0.58, 3.0)
    return scene


def _put_grass(
    rng: np.random.Generator, scene: Scene, count: int, lightness: float, defocus: float
) -> None:
    height, width = scene.instances.shape
    layer = blades(rng, height, width, count, oklch(lightness, 0.12, 130))
    scene.put(layer, (width / 2, height * 0.62), defocus=defocus, gloss=0.1)


def _put_flowers(
    rng: np.random.Generator, scene: Scene, flowers: list[tuple[str, float, float, float, float]]
) -> None:
    for name, x, y, size, defocus in flowers:
        put_flower(rng, scene, name, _place(x, y), size * FACTOR * HEIGHT, defocus)


def _put_bee(rng: np.random.Generator, scene: Scene) -> None:
    """A large leaf reaches in from the right; the bee sits in its middle."""
    size = FACTOR * HEIGHT
    scene.put(leaf_sprite(rng, int(0.6 * size), 2.6), _place(0.98, 0.86), gloss=0.25)
    scene.put(leaf_sprite(rng, int(1.0 * size), 3.35), _place(0.87, 0.72), lift=12, gloss=0.25)
    honey_bee = bee(np.random.default_rng(BEE_SEED), int(0.4 * size))
    scene.put(honey_bee, _place(0.855, 0.71), "bee", lift=10, gloss=0.3)


def _place(x: float, y: float) -> tuple[float, float]:
    return x * FACTOR * WIDTH, y * FACTOR * HEIGHT
