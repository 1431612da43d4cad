"""The experiments of the chapter on inference."""

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product

import torch
from torch import Tensor

from course_utils.inference.classification import Classifier
from course_utils.teaching.measurements import Measurement, Row
from garden.experiments import fresh_insects, preprocessing, train_mode
from garden.experiments.recording import measure

CHAPTER = "inference"
WEIGHTS = "insects-resnet18"
AT_ONCE = 50


def inference() -> list[Measurement]:
    """Measure train mode on fresh pictures, and other preprocessing on those for validation."""
    indices = fresh_insects.INDICES
    parts = [indices[start : start + AT_ONCE] for start in range(0, len(indices), AT_ONCE)]
    with ProcessPoolExecutor() as pool:
        inputs = torch.cat(list(pool.map(_pictures, parts)))
        cases = list(product(train_mode.SIZES, (train_mode.MIXED, train_mode.ONE_CLASS)))
        found = [row for some in pool.map(partial(_answers, inputs), cases) for row in some]
    settings: Row = {"pictures": len(inputs), "classes": ["ants", "bees"]}
    other = preprocessing.rows(_classifier())
    return [
        measure(CHAPTER, "train mode", WEIGHTS, settings, found),
        measure(CHAPTER, "preprocessing", WEIGHTS, {"pictures": 150}, other),
    ]


def _classifier() -> Classifier:
    torch.set_num_threads(1)
    return Classifier.from_checkpoint(WEIGHTS, device="cpu")


def _pictures(indices: range) -> Tensor:
    return train_mode.pictures(_classifier(), indices)


def _answers(inputs: Tensor, case: tuple[int, str]) -> list[Row]:
    """All orders of one size and kind; one at a time, no order changes anything."""
    size, kind = case
    labels = torch.arange(2).repeat(len(inputs) // 2)
    orders = train_mode.ORDERS if size > 1 else train_mode.ORDERS[:1]
    classifier = _classifier()
    return [train_mode.answers(classifier, inputs, labels, kind, size, o) for o in orders]
