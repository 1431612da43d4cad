"""Slim networks that learn the flowers as those of the chapters' records do."""

from dataclasses import replace
from typing import Any

from torchvision.transforms import v2

from course_utils.data import dataset_path
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import cut_transform, training_transform, up_to_bytes
from course_utils.training.classifier import ClassifierRun
from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Task
from garden.experiments.recording import history_of

DATA = "flowers"
STEM_WIDTH = 16


def opened(architecture: str, seed: int, epochs: int, **how: Any) -> Task:
    """A fresh network with its pictures, before the first step; ``how`` is of the config."""
    run = ClassifierRun(DATA, architecture, stem_width=STEM_WIDTH)
    return run.open(TrainingConfig(epochs=epochs, seed=seed, **how))


def trained(architecture: str, seed: int, epochs: int) -> Task:
    """The same, after the last step."""
    task = opened(architecture, seed, epochs)
    history_of(task)
    return task


def trained_on_gray(architecture: str, seed: int, epochs: int) -> Task:
    """The same, but each picture loses its colors as soon as it is read."""
    task, root = opened(architecture, seed, epochs), dataset_path(DATA)
    sizes, gray = task.info.preprocessing, v2.Grayscale(3)
    change = up_to_bytes(training_transform(sizes, vertical_flip=True))
    task = replace(
        task,
        training_set=ImageFolder(root / "train", v2.Compose([gray, change])),
        validation_set=ImageFolder(root / "val", v2.Compose([gray, cut_transform(sizes)])),
    )
    history_of(task)
    return task
