"""How things are put into a scene: insects on their perches, flowers on their stems."""

import numpy as np

from garden.painting.color import oklch
from garden.painting.painter import Painter
from garden.places.meadows import blades
from garden.places.perches import leaf_sprite, twig
from garden.scenes.scene import Point, Scene
from garden.scenes.things import FLOWER_NAMES, THINGS


def near_the_middle(rng: np.random.Generator, scene: Scene, size: float) -> Point:
    """A place a little off the middle, where a thing of ``size`` fits in."""
    height, width = scene.instances.shape
    places = []
    for length in (width, height):
        place = length * (rng.choice([0.4, 0.5, 0.6]) + rng.normal(0, 0.04))
        margin = min(0.46 * size, length / 2)
        places.append(float(np.clip(place, margin, length - margin)))
    return places[0], places[1]


def put_insect(
    rng: np.random.Generator, scene: Scene, name: str, center: Point, size: float
) -> None:
    """Set an insect down, legs on the ground."""
    lift = size * rng.uniform(0.025, 0.05)
    gloss = rng.uniform(0.15, 0.6)
    scene.put(THINGS[name](rng, int(size)), center, name, lift=lift, gloss=gloss)


def put_flower(
    rng: np.random.Generator,
    scene: Scene,
    name: str,
    center: Point,
    size: float,
    defocus: float = 0,
) -> None:
    """Set a flower on a stem with a leaf or two; ``defocus`` in pixels."""
    height = scene.instances.shape[0]
    painter = Painter(*scene.instances.shape)
    root = (center[0] + rng.normal(0, 0.25) * size, max(height * 1.05, center[1] + size))
    green = oklch(rng.uniform(0.42, 0.58), rng.uniform(0.08, 0.12), rng.uniform(120, 138))
    top = (center[0], center[1] + 0.1 * size)
    painter.stem(root, top, rng.normal(0, 0.08) * size, size * rng.uniform(0.02, 0.035), green)
    scene.put(*painter.cropped(), defocus=defocus, gloss=0.15)
    for side in (-1, 1):
        if rng.random() < 0.55:
            _put_stem_leaf(rng, scene, root, top, side * size, defocus)
    put_head(rng, scene, name, center, size, defocus)


def put_head(
    rng: np.random.Generator,
    scene: Scene,
    name: str,
    center: Point,
    size: float,
    defocus: float = 0,
) -> None:
    """Lay a flower's head into the scene."""
    label = "" if defocus > 0.02 * scene.short_side else name
    scene.put(THINGS[name](rng, int(size)), center, label, 0.05 * size, defocus, gloss=0.08)


def put_rosette(rng: np.random.Generator, scene: Scene, center: Point, size: float) -> None:
    """Leaves around a place, as under a flower seen from above."""
    start = rng.uniform(0, 2 * np.pi)
    for index in range(int(rng.integers(3, 6))):
        angle = start + 2 * np.pi * index / 5 + rng.normal(0, 0.3)
        length = size * rng.uniform(0.6, 0.95)
        place = (center[0] + 0.5 * length * np.cos(angle), center[1] + 0.5 * length * np.sin(angle))
        scene.put(leaf_sprite(rng, int(length), angle), place, lift=0.03 * size, gloss=0.2)


def put_perch(rng: np.random.Generator, scene: Scene, center: Point, size: float) -> None:
    """Something for an insect of a given size to sit on: a blossom, a leaf or a twig."""
    kind = rng.random()
    if kind < 0.3:
        name = FLOWER_NAMES[rng.integers(5)]
        put_flower(rng, scene, name, _beside(rng, center, 0.2 * size), size * rng.uniform(1.2, 2.0))
    elif kind < 0.7:
        leaf_size = int(size * rng.uniform(1.5, 2.6))
        scene.put(leaf_sprite(rng, leaf_size), _beside(rng, center, 0.15 * size), gloss=0.25)
    else:
        thickness = size * rng.uniform(0.2, 0.45)
        height, width = scene.instances.shape
        rod = twig(rng, height, width, center, thickness, rng.uniform(0, np.pi))
        scene.put(*rod, gloss=0.1)


def put_occluder(rng: np.random.Generator, scene: Scene, center: Point, size: float) -> None:
    """Hide a part of what is there behind a leaf or behind blades of grass."""
    if rng.random() < 0.35:
        angle, length = rng.uniform(0, 2 * np.pi), size * rng.uniform(0.7, 1.2)
        place = (
            center[0] + 0.62 * length * np.cos(angle),
            center[1] + 0.62 * length * np.sin(angle),
        )
        scene.put(leaf_sprite(rng, int(length), angle + np.pi), place, lift=0.06 * size, gloss=0.2)
        return
    painter = Painter(*scene.instances.shape)
    for _ in range(int(rng.integers(1, 4))):
        _blade_through(rng, painter, _beside(rng, center, 0.25 * size), size)
    scene.put(*painter.cropped(), lift=0.06 * size, gloss=0.15)


def put_foreground(rng: np.random.Generator, scene: Scene) -> None:
    """Blades of grass right before the lens, far out of focus."""
    height, width = scene.instances.shape
    color = oklch(rng.uniform(0.45, 0.65), 0.11, rng.uniform(115, 138))
    layer = blades(rng, height, width // 2, int(rng.integers(3, 8)), color)
    x = width * rng.choice([0.15, 0.85])
    place = (x, height * rng.uniform(0.8, 1.1))
    scene.put(layer, place, defocus=scene.short_side * rng.uniform(0.02, 0.045), gloss=0.0)


def _put_stem_leaf(
    rng: np.random.Generator, scene: Scene, root: Point, top: Point, size: float, defocus: float
) -> None:
    share, length = rng.uniform(0.25, 0.75), abs(size) * rng.uniform(0.55, 0.9)
    x, y = top[0] + share * (root[0] - top[0]), top[1] + share * (root[1] - top[1])
    angle = -rng.uniform(0.3, 1.0) if size > 0 else np.pi + rng.uniform(0.3, 1.0)
    place = (x + 0.46 * length * np.cos(angle), y + 0.46 * length * np.sin(angle))
    scene.put(leaf_sprite(rng, int(length), angle), place, defocus=defocus, gloss=0.2)


def _blade_through(rng: np.random.Generator, painter: Painter, place: Point, size: float) -> None:
    lean, length = rng.normal(0, 0.7), size * rng.uniform(0.9, 1.8)
    forward = np.array([np.sin(lean), -np.cos(lean)])
    root, tip = np.array(place) - 1.6 * length * forward, np.array(place) + 0.7 * length * forward
    bend = (root + tip) / 2 + rng.normal(0, 0.12, 2) * length
    path = [(float(p[0]), float(p[1])) for p in (root, bend, tip)]
    color = oklch(rng.uniform(0.45, 0.68), rng.uniform(0.08, 0.13), rng.uniform(100, 138))
    painter.blade(path, size * rng.uniform(0.04, 0.1), color)


def _beside(rng: np.random.Generator, center: Point, distance: float) -> Point:
    return center[0] + rng.normal(0, distance), center[1] + rng.normal(0, distance)
