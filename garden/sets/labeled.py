"""The sets ``insects`` and ``flowers``: a label for each picture, a folder for each class."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from garden.scenes.camera import develop, jpeg
from garden.scenes.pictures import flower_picture, insect_picture
from garden.scenes.scene import Scene
from garden.sets.job import Files, Job
from garden.sets.seeds import generator_for

COUNTS = {
    "insects": {"train": 120, "val": 75},
    "flowers": {"train": 120, "val": 40},
}
"""Pictures of each class."""

THING_OF = {
    "insects": {"ants": "ant", "bees": "bee"},
    "flowers": {
        "daisy": "daisy",
        "dandelion": "dandelion",
        "roses": "rose",
        "sunflowers": "sunflower",
        "tulips": "tulip",
    },
}
"""What each folder shows. The folders are named as those of the real sets."""

COMPOSITIONS: dict[str, Callable[[np.random.Generator, str, int, int], Scene]] = {
    "insects": insect_picture,
    "flowers": flower_picture,
}
SHORT_SIDE = 128
ASPECTS = [(3, 4), (4, 3), (1, 1), (3, 2), (2, 3), (16, 10)]
FACTOR = 3
QUALITY = 81


def jobs(set_name: str) -> Iterator[Job]:
    """Every picture of one of the two sets."""
    for split, count in COUNTS[set_name].items():
        for class_name in THING_OF[set_name]:
            for index in range(count):
                yield partial(render, set_name, split, class_name, index)


def render(set_name: str, split: str, class_name: str, index: int) -> Files:
    """Render one picture.

    Args:
        set_name: ``insects`` or ``flowers``.
        split: ``train`` or ``val``.
        class_name: A folder's name.
        index: From 0.
    """
    scene, rng = compose(set_name, split, class_name, index)
    content = jpeg(develop(rng, scene.linear, FACTOR), QUALITY)
    return {f"{set_name}/{split}/{class_name}/{class_name}_{split}_{index:03d}.jpg": content}


def compose(
    set_name: str, split: str, class_name: str, index: int
) -> tuple[Scene, np.random.Generator]:
    """Put together what a picture shows, ``FACTOR`` times as large as the picture.

    Args:
        set_name: As for ``render``.
        split: Likewise.
        class_name: Likewise.
        index: Likewise.

    Returns:
        The scene, and the random numbers that come after it.
    """
    names = THING_OF[set_name]
    rng = generator_for(set_name, split, list(names).index(class_name), index)
    long, wide = ASPECTS[rng.integers(len(ASPECTS))]
    scale = SHORT_SIDE / min(long, wide)
    height, width = (FACTOR * round(side * scale) for side in (long, wide))
    return COMPOSITIONS[set_name](rng, names[class_name], height, width), rng
