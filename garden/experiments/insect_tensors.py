"""Ants and bees as tensors: those of the course, and fresh ones that are rendered now."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from course_utils.data.datasets import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    cut_transform,
    training_transform,
    up_to_bytes,
)
from garden.experiments.fresh_insects import picture
from garden.scenes.things import INSECT_NAMES
from garden.sets.labeled import THING_OF, compose

SMALL = IMAGENET_PREPROCESSING.at(96)
"""How the course's small networks see pictures."""

FRESH = range(1000, 1250)
"""Indices of the test pictures of each class; the sets of the course end before."""

Labeled = list[tuple[Tensor, int]]
"""Pictures ``(3, 96, 96)``, bytes, and the index of their class."""


def changing(root: str) -> ImageFolder:
    """The training pictures of a set, cut and changed anew each time, as bytes."""
    return ImageFolder(
        dataset_path(root) / "train", up_to_bytes(training_transform(SMALL, vertical_flip=True))
    )


def cut(root: str, split: str) -> Labeled:
    """The pictures of a set as they are evaluated, as bytes."""
    pictures = ImageFolder(dataset_path(root) / split, cut_transform(SMALL))
    return [pictures[position] for position in range(len(pictures))]


def fresh(indices: Iterable[int] = FRESH) -> Labeled:
    """Test pictures of ants and bees, as bytes."""
    change = cut_transform(SMALL)
    return [
        (change(picture(name, index)), label)
        for label, name in enumerate(THING_OF["insects"])
        for index in indices
    ]


def without_insects(pictures: ImageFolder) -> list[int]:
    """Positions of the training pictures of flowers in which no insect was ever put."""
    names = list(THING_OF["flowers"])
    return [
        position
        for position, (path, label) in enumerate(pictures.samples)
        if not _has_insect(names[label], int(path.stem.rpartition("_")[2]))
    ]


def stacked(pictures: Labeled, normalize: Callable[[Tensor], Tensor]) -> tuple[Tensor, Tensor]:
    """All in one batch: ``(N, 3, 96, 96)``, normalized, and their labels ``(N,)``."""
    images, labels = zip(*pictures, strict=True)
    return normalize(torch.stack(images)), torch.tensor(labels)


def _has_insect(name: str, index: int) -> bool:
    """Compose a picture of flowers again, and look at what was put into it."""
    scene, _ = compose("flowers", "train", name, index)
    return not set(INSECT_NAMES).isdisjoint(scene.labels)
