"""Preprocessing that is not the one of training: three mistakes, alone and together, by size."""

from collections.abc import Iterable
from itertools import product

import torch
from torch import Tensor

from course_utils.data import dataset_path, evaluation_transform, find_images, load_image
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import Row

SIZES = range(64, 225, 16)
MISTAKES = ("bgr", "bytes", "plain")
"""Red and blue exchanged; numbers from 0 to 255, not from 0 to 1; not normalized."""


def rows(classifier: Classifier, sizes: Iterable[int] = SIZES) -> list[Row]:
    """For each size and each set of mistakes, how many validation pictures are right."""
    paths = list(find_images([dataset_path("insects") / "val"]))
    images = [load_image(path) for path in paths]
    names = list(classifier.class_names)
    labels = torch.tensor([names.index(path.parent.name) for path in paths])
    found: list[Row] = []
    for size in sizes:
        transform = evaluation_transform(IMAGENET_PREPROCESSING.at(size))  # 96 is training's
        inputs = torch.stack([transform(image) for image in images])
        for chosen in product((False, True), repeat=len(MISTAKES)):
            made = {name for name, on in zip(MISTAKES, chosen, strict=True) if on}
            shown = with_mistakes(inputs, made, classifier)
            right = int((classifier.probabilities(shown).argmax(dim=1) == labels).sum())
            row = {"seed": 0, "size": size, "mistakes": " ".join(sorted(made))}
            found.append(row | {"right": right})
    return found


def with_mistakes(inputs: Tensor, made: set[str], classifier: Classifier) -> Tensor:
    """Make some mistakes with pictures ``(N, 3, H, W)`` that were prepared as they should be."""
    mean, std = (
        torch.tensor(values).view(3, 1, 1)
        for values in (classifier.preprocessing.mean, classifier.preprocessing.std)
    )
    colors = inputs * std + mean
    if "bgr" in made:
        colors = colors.flip(1)
    if "bytes" in made:
        colors = colors * 255
    return colors if "plain" in made else (colors - mean) / std
