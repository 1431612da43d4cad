"""Light, and what lies behind the subject of a picture."""

from collections.abc import Callable

import numpy as np

from garden.painting.focus import blur, focus_along
from garden.painting.sprite import Light, Sprite
from garden.places.grounds import bark, leaf, paving, sand, soil
from garden.places.meadows import foliage, meadow, sky
from garden.scenes.scene import Scene

Backdrop = Callable[[np.random.Generator, int, int], Sprite]

FLAT: list[Backdrop] = [soil, sand, paving, bark, leaf]
AIRY: list[Backdrop] = [meadow, foliage, foliage, sky]


def random_light(rng: np.random.Generator) -> Light:
    """From hazy to sunny, from midday to evening; the sun always stands above the picture."""
    side, sunny = rng.uniform(-0.9, 0.9), rng.uniform(0.75, 1.3)
    warmth = rng.uniform(0, 1) ** 2
    sun = (sunny, sunny * (0.96 - 0.12 * warmth), sunny * (0.88 - 0.3 * warmth))
    fill = rng.uniform(0.24, 0.42)
    direction = (side, -rng.uniform(0.35, 0.8), rng.uniform(0.7, 1.1))
    return Light(direction, sun, (0.92 * fill, fill, 1.06 * fill), rng.uniform(0.4, 1.0))


def flat_scene(rng: np.random.Generator, height: int, width: int) -> Scene:
    """A ground seen from above, in focus along a band where the lens is tilted."""
    light = random_light(rng)
    ground = FLAT[rng.integers(len(FLAT))](rng, height, width)
    scene = Scene.on(ground, light, near=True)
    sharpest, depth = rng.uniform(0.4, 0.65), rng.uniform(0.3, 0.8)
    softness = rng.uniform(0.01, 0.028) * scene.short_side
    scene.linear = focus_along(blur(scene.linear, 0.1 * softness), sharpest, depth, softness)
    return scene


def airy_scene(rng: np.random.Generator, height: int, width: int) -> Scene:
    """A meadow, foliage or a sky behind whatever is in focus."""
    light = random_light(rng)
    return Scene.on(AIRY[rng.integers(len(AIRY))](rng, height, width), light, near=False)
