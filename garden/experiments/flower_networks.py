"""Slim networks that learn the flowers as those of the chapters' records do."""

from typing import Any

from torchvision.transforms import v2

from course_utils.data.folders import ImageFolder
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
    task = opened(architecture, seed, epochs)
    for pictures in (task.training_set, task.validation_set):
        assert isinstance(pictures, ImageFolder)
        pictures.transform = v2.Compose([v2.Grayscale(3), pictures.transform])
    history_of(task)
    return task
