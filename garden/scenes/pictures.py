"""The composition of one picture of each set."""

import numpy as np

from garden.scenes.backdrops import airy_scene, flat_scene
from garden.scenes.placing import (
    near_the_middle,
    put_flower,
    put_foreground,
    put_head,
    put_insect,
    put_occluder,
    put_perch,
    put_rosette,
)
from garden.scenes.scene import Point, Scene
from garden.scenes.things import FLOWER_NAMES, INSECT_NAMES


def insect_picture(rng: np.random.Generator, name: str, height: int, width: int) -> Scene:
    """One insect, sometimes two of a kind, on a ground or a perch."""
    flat = rng.random() < 0.55
    scene = (flat_scene if flat else airy_scene)(rng, height, width)
    size = scene.short_side * rng.uniform(0.62, 1.0)
    center = near_the_middle(rng, scene, size)
    if not flat or rng.random() < 0.25:
        put_perch(rng, scene, center, size)
    if flat and rng.random() < 0.15:
        _put_second_insect(rng, scene, name, center, 0.7 * size)
    put_insect(rng, scene, name, center, size)
    if rng.random() < 0.2:
        put_occluder(rng, scene, center, size)
    if rng.random() < 0.35:
        put_foreground(rng, scene)
    return scene


def flower_picture(rng: np.random.Generator, name: str, height: int, width: int) -> Scene:
    """One head or a few of one kind: before a meadow, or from above among leaves."""
    flat = rng.random() < 0.35
    scene = (flat_scene if flat else airy_scene)(rng, height, width)
    size = scene.short_side * rng.uniform(0.38, 0.85)
    center = near_the_middle(rng, scene, size)
    if not flat:
        _put_companions(rng, scene, name, size)
        put_flower(rng, scene, name, center, size)
    else:
        _put_from_above(rng, scene, name, center, size)
    if rng.random() < 0.12:
        insect = INSECT_NAMES[rng.integers(2)]
        put_insect(
            rng, scene, insect, (center[0] + rng.normal(0, 0.15) * size, center[1]), 0.35 * size
        )
    if rng.random() < 0.3:
        put_occluder(rng, scene, center, size)
    if rng.random() < 0.4:
        put_foreground(rng, scene)
    return scene


def mixed_picture(rng: np.random.Generator, height: int, width: int) -> Scene:
    """Several things of several classes with empty ground in between."""
    flat = rng.random() < 0.5
    scene = (flat_scene if flat else airy_scene)(rng, height, width)
    taken: list[tuple[Point, float]] = []
    for _ in range(int(rng.integers(2, 6))):
        size = scene.short_side * rng.uniform(0.26, 0.6)
        center = _free_place(rng, scene, size, taken)
        if center is not None:
            taken.append((center, size))
    for center, size in sorted(taken, key=lambda thing: thing[0][1]):
        _put_something(rng, scene, flat, center, size)
    if rng.random() < 0.3:
        put_foreground(rng, scene)
    return scene


def _put_second_insect(
    rng: np.random.Generator, scene: Scene, name: str, center: Point, size: float
) -> None:
    """The other one is at the far side of the picture and may be cut by its edge."""
    height, width = scene.instances.shape
    x = 0.06 * width if center[0] > width / 2 else 0.94 * width
    y = 0.1 * height if center[1] > height / 2 else 0.9 * height
    put_insect(rng, scene, name, (x, y), size)


def _put_companions(rng: np.random.Generator, scene: Scene, name: str, size: float) -> None:
    height, width = scene.instances.shape
    for _ in range(int(rng.integers(0, 4))):
        smaller = size * rng.uniform(0.4, 0.8)
        place = (width * rng.uniform(0.02, 0.98), height * rng.uniform(0.2, 0.85))
        put_flower(rng, scene, name, place, smaller, scene.short_side * rng.uniform(0.008, 0.035))


def _put_from_above(
    rng: np.random.Generator, scene: Scene, name: str, center: Point, size: float
) -> None:
    height, width = scene.instances.shape
    for _ in range(int(rng.integers(0, 3))):
        place = (width * rng.uniform(0.05, 0.95), height * rng.uniform(0.05, 0.95))
        put_head(rng, scene, name, place, size * rng.uniform(0.4, 0.75))
    if rng.random() < 0.8:
        put_rosette(rng, scene, center, size)
    put_head(rng, scene, name, center, size)


def _put_something(
    rng: np.random.Generator, scene: Scene, flat: bool, center: Point, size: float
) -> None:
    if rng.random() < 0.45:
        insect = INSECT_NAMES[rng.integers(2)]
        if not flat:
            put_perch(rng, scene, center, 0.8 * size)
        put_insect(rng, scene, insect, center, size)
    else:
        flower = FLOWER_NAMES[rng.integers(5)]
        if flat:
            put_head(rng, scene, flower, center, size)
        else:
            put_flower(rng, scene, flower, center, size)
    if rng.random() < 0.15:
        put_occluder(rng, scene, center, size)


def _free_place(
    rng: np.random.Generator, scene: Scene, size: float, taken: list[tuple[Point, float]]
) -> Point | None:
    height, width = scene.instances.shape
    for _ in range(12):
        x, y = rng.uniform(0.05, 0.95) * width, rng.uniform(0.1, 0.9) * height
        if all(np.hypot(x - a, y - b) > 0.45 * (size + other) for (a, b), other in taken):
            return x, y
    return None
