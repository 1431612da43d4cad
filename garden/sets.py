"""The embedded sets: which pictures there are, and the files of each, byte for byte.

A picture is rendered from its own seed ``[set, split, class, index]``, so that no two splits
share anything. In the masks of ``scenes`` a class covers the insect or the flower's head; stems
and leaves are background.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from PIL import Image

from garden.camera import class_map, develop, jpeg, visible_instances
from garden.color import Array
from garden.panorama import panorama_files
from garden.pictures import flower_picture, insect_picture, mixed_picture
from garden.scene import Scene

SPLITS = ["train", "val"]
INSECTS = {"ants": "ant", "bees": "bee"}
FLOWERS = {
    "daisy": "daisy",
    "dandelion": "dandelion",
    "roses": "rose",
    "sunflowers": "sunflower",
    "tulips": "tulip",
}
SCENE_CLASSES = ["background", *INSECTS.values(), *FLOWERS.values()]
SHORT_SIDE = 128
ASPECTS = [(3, 4), (4, 3), (1, 1), (3, 2), (2, 3), (16, 10)]
CLASSIFICATION_QUALITY = 81
SCENE_QUALITY = 84


@dataclass(frozen=True)
class Job:
    """One picture to be rendered; ``class_name`` is empty where a set has no classes."""

    set_name: str
    split: str
    class_name: str
    index: int


COUNTS = {
    "insects": {"train": 120, "val": 75},
    "flowers": {"train": 120, "val": 40},
    "scenes": {"train": 240, "val": 80},
    "panorama": {"train": 1},
}
CLASSES = {
    "insects": list(INSECTS),
    "flowers": list(FLOWERS),
    "scenes": [""],
    "panorama": [""],
}


def jobs(set_name: str) -> Iterator[Job]:
    """Every picture of a set."""
    for split, count in COUNTS[set_name].items():
        for class_name in CLASSES[set_name]:
            for index in range(count):
                yield Job(set_name, split, class_name, index)


def render_one(set_name: str, split: str, class_name: str, index: int) -> dict[str, bytes]:
    """Render one picture.

    Args:
        set_name: ``insects``, ``flowers``, ``scenes`` or ``panorama``.
        split: ``train`` or ``val``.
        class_name: A folder's name; empty for ``scenes`` and ``panorama``.
        index: From 0.

    Returns:
        The content of each of its files by its path under ``data/``.
    """
    return render(Job(set_name, split, class_name, index))


def render(job: Job) -> dict[str, bytes]:
    """The files of a job; see ``render_one``."""
    seed = [
        list(COUNTS).index(job.set_name),
        SPLITS.index(job.split),
        CLASSES[job.set_name].index(job.class_name),
        job.index,
    ]
    return RENDERERS[job.set_name](np.random.default_rng(seed), job)


def lists(set_name: str) -> dict[str, bytes]:
    """The text files of a set by their paths under ``data/``."""
    if set_name != "scenes":
        return {}
    names: dict[str, list[str]] = {split: [] for split in SPLITS}
    for job in jobs("scenes"):
        names[job.split].append(_scene_name(job))
    names["trainval"] = names["train"] + names["val"]
    folder = "scenes/ImageSets/Segmentation"
    files = {f"{folder}/{split}.txt": _lines(found) for split, found in names.items()}
    return files | {"scenes/classes.txt": _lines(SCENE_CLASSES)}


def voc_palette() -> list[int]:
    """PASCAL VOC's color map: 256 colors as a flat list.

    Bit ``3 k + c`` of an index is bit ``7 - k`` of its channel ``c``.
    """
    return [
        sum(((index >> (3 * bit + channel)) & 1) << (7 - bit) for bit in range(3))
        for index in range(256)
        for channel in range(3)
    ]


def _labeled(rng: np.random.Generator, job: Job) -> dict[str, bytes]:
    long, wide = ASPECTS[rng.integers(len(ASPECTS))]
    scale = SHORT_SIDE / min(long, wide)
    height, width = round(long * scale), round(wide * scale)
    scene = _composition(job)(rng, height=3 * height, width=3 * width)
    content = jpeg(develop(rng, scene.linear, 3), CLASSIFICATION_QUALITY)
    name = f"{job.class_name}_{job.split}_{job.index:03d}.jpg"
    return {f"{job.set_name}/{job.split}/{job.class_name}/{name}": content}


def _composition(job: Job) -> Callable[..., Scene]:
    if job.set_name == "insects":
        return partial(insect_picture, name=INSECTS[job.class_name])
    return partial(flower_picture, name=FLOWERS[job.class_name])


def _segmented(rng: np.random.Generator, job: Job) -> dict[str, bytes]:
    height, width = _scene_size(rng)
    scene = mixed_picture(rng, 2 * height, 2 * width)
    instances = visible_instances(scene.instances, len(scene.labels), 2)
    classes = [SCENE_CLASSES.index(label or "background") for label in scene.labels]
    name = _scene_name(job)
    return {
        f"scenes/JPEGImages/{name}.jpg": jpeg(develop(rng, scene.linear, 2), SCENE_QUALITY),
        f"scenes/SegmentationClass/{name}.png": _palette_png(class_map(instances, classes)),
    }


def _scene_size(rng: np.random.Generator) -> tuple[int, int]:
    """Mostly landscape; about one in twelve is narrower or lower than a crop of 160 by 256."""
    if rng.random() < 0.08:
        return (int(rng.integers(240, 280)), 192) if rng.random() < 0.5 else (148, 232)
    return int(rng.integers(176, 216)), int(rng.integers(264, 321))


def _scene_name(job: Job) -> str:
    return f"garden_{job.split}_{job.index:03d}"


def _palette_png(classes: Array) -> bytes:
    image = Image.fromarray(classes, "L")
    image.putpalette(voc_palette())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def _lines(names: list[str]) -> bytes:
    return ("\n".join(names) + "\n").encode()


RENDERERS: dict[str, Callable[[np.random.Generator, Job], dict[str, bytes]]] = {
    "insects": _labeled,
    "flowers": _labeled,
    "scenes": _segmented,
    "panorama": lambda rng, job: panorama_files(),
}
