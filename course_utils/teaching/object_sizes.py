"""How large a thing must be to be named: the whole picture resized, against a dense evaluation."""

import io
from collections.abc import Iterator
from copy import deepcopy

import numpy as np
from PIL import Image

from course_utils.inference.localization import Localizer
from course_utils.teaching.measurements import Row
from course_utils.teaching.panoramas import resized_answer
from garden.backdrops import airy_scene, flat_scene
from garden.camera import develop, jpeg
from garden.compose import THINGS
from garden.composed import QUALITY
from garden.panorama import FACTOR, HEIGHT, WIDTH
from garden.scene import Scene

SIZES = (24, 48, 72, 96, 144, 192)
"""Sides, in pixels, of the square that a thing is drawn in."""

SEEDS = range(6)
"""Of the empty grounds: every second one lies flat, the others are views over a meadow."""

SETTINGS: Row = {"one_scale": [0.707], "pyramid": [0.354, 0.707, 1.414]}


def empty_scene(seed: int) -> Scene:
    """A wide ground with nothing on it, at the size that the renderer draws."""
    rng = np.random.default_rng([11, seed])
    return (airy_scene if seed % 2 else flat_scene)(rng, FACTOR * HEIGHT, FACTOR * WIDTH)


def empty_picture(seed: int) -> Image.Image:
    """The same ground as a picture: there is no thing in it."""
    scene = empty_scene(seed)
    return _developed(np.random.default_rng([13, seed]), scene)


def picture_with(ground: Scene, seed: int, label: str, size: int) -> Image.Image:
    """One thing of a size in pixels, somewhere on a ground, wholly inside the picture."""
    rng = np.random.default_rng([12, seed, list(THINGS).index(label), size])
    scene, side = deepcopy(ground), FACTOR * size
    x, y = (rng.uniform(side / 2, FACTOR * length - side / 2) for length in (WIDTH, HEIGHT))
    scene.put(THINGS[label](rng, side), (x, y), label, lift=0.04 * side, gloss=0.2)
    return _developed(rng, scene)


def try_sizes(localizer: Localizer, seed: int, settings: Row = SETTINGS) -> Iterator[Row]:
    """Name every thing at every size on one ground, in three ways.

    Yields:
        Seed, label, size, and what each way answered.
    """
    ground = empty_scene(seed)
    for label in THINGS:
        for size in SIZES:
            image = picture_with(ground, seed, label, size)
            answers = answers_for(localizer, image, settings)
            yield {"seed": seed, "label": label, "size": size, **answers}


def answers_for(localizer: Localizer, image: Image.Image, settings: Row = SETTINGS) -> Row:
    """What each way answers: the label of the resized picture, and those of the dense maps."""
    answers = {"resized": resized_answer(localizer, image).label}
    for way, scales in settings.items():
        responses = [localizer.respond(image, scale) for scale in scales]
        answers[way] = localizer.class_names[localizer.winner(responses)]
    return answers


def share_right(rows: list[Row], way: str, size: int) -> float:
    """Share of the things of a size whose name a way found (0 to 1)."""
    of_size = [row for row in rows if row["size"] == size]
    right = [bool(row[way] == row["label"]) for row in of_size]
    return sum(right) / len(right)


def _developed(rng: np.random.Generator, scene: Scene) -> Image.Image:
    content = jpeg(develop(rng, scene.linear, FACTOR), QUALITY)
    return Image.open(io.BytesIO(content)).convert("RGB")
