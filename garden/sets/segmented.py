"""The set ``scenes``: a class for each pixel, in the layout of PASCAL VOC.

A class covers the insect or the flower's head; stems and leaves are background.
"""

import io
from collections.abc import Iterator
from functools import partial

import numpy as np
from PIL import Image

from garden.painting.color import Array
from garden.scenes.camera import develop, jpeg
from garden.scenes.pictures import mixed_picture
from garden.scenes.things import THINGS
from garden.scenes.truth import class_map, visible_instances
from garden.sets.job import Files, Job
from garden.sets.seeds import SPLITS, generator_for

COUNTS = {"train": 240, "val": 80}
CLASSES = ["background", *THINGS]
FACTOR = 2
QUALITY = 84


def jobs() -> Iterator[Job]:
    """Every picture with its mask, and the lists that name them."""
    yield lists
    for split, count in COUNTS.items():
        for index in range(count):
            yield partial(render, split, index)


def render(split: str, index: int) -> Files:
    """Render one picture and its mask; ``split`` is ``train`` or ``val``."""
    rng = generator_for("scenes", split, 0, index)
    height, width = _random_size(rng)
    scene = mixed_picture(rng, FACTOR * height, FACTOR * width)
    instances = visible_instances(scene.instances, len(scene.labels), FACTOR)
    classes = [CLASSES.index(label or "background") for label in scene.labels]
    name = _name(split, index)
    picture = jpeg(develop(rng, scene.linear, FACTOR), QUALITY)
    return {
        f"scenes/JPEGImages/{name}.jpg": picture,
        f"scenes/SegmentationClass/{name}.png": _palette_png(class_map(instances, classes)),
    }


def lists() -> Files:
    """The names of the pictures of each split, and those of the classes."""
    names = {
        split: [_name(split, index) for index in range(count)] for split, count in COUNTS.items()
    }
    names["trainval"] = [name for split in SPLITS for name in names[split]]
    folder = "scenes/ImageSets/Segmentation"
    files = {f"{folder}/{split}.txt": _lines(found) for split, found in names.items()}
    return files | {"scenes/classes.txt": _lines(CLASSES)}


def voc_palette() -> list[int]:
    """PASCAL VOC's color map: 256 colors as a flat list.

    Bit ``3 k + c`` of an index is bit ``7 - k`` of its channel ``c``.
    """
    return [
        sum(((index >> (3 * bit + channel)) & 1) << (7 - bit) for bit in range(3))
        for index in range(256)
        for channel in range(3)
    ]


def _random_size(rng: np.random.Generator) -> tuple[int, int]:
    """Mostly landscape; about one in twelve is narrower or lower than a crop of 160 by 256."""
    if rng.random() < 0.08:
        return (int(rng.integers(240, 280)), 192) if rng.random() < 0.5 else (148, 232)
    return int(rng.integers(176, 216)), int(rng.integers(264, 321))


def _name(split: str, index: int) -> str:
    return f"garden_{split}_{index:03d}"


def _palette_png(classes: Array) -> bytes:
    image = Image.fromarray(classes, "L")
    image.putpalette(voc_palette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _lines(names: list[str]) -> bytes:
    return ("\n".join(names) + "\n").encode()
