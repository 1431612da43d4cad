"""Networks for pixels that learn the scenes as those of the chapters' records do."""

from typing import Any

from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Task
from course_utils.training.segmenter import SegmenterRun, for_pixels

BODY = "garden-resnet18"
EPOCHS = 24


def run_of(architecture: str) -> SegmenterRun:
    """What is trained: a network of this name on the body that knows the garden."""
    return SegmenterRun("scenes", architecture, pretrained=BODY)


def config(seed: int, epochs: int = EPOCHS, **how: Any) -> TrainingConfig:
    """How it is trained."""
    return for_pixels(
        TrainingConfig(epochs=epochs, learning_rate=4e-3, batch_size=8, seed=seed, **how)
    )


def opened(architecture: str, seed: int, epochs: int = EPOCHS, **how: Any) -> Task:
    """Such a training, not yet begun."""
    return run_of(architecture).open(config(seed, epochs, **how))
