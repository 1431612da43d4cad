"""What to train, and the command line that does it again."""

import shlex
from dataclasses import dataclass

from course_utils.training.config import TrainingConfig


@dataclass(frozen=True)
class ClassifierRun:
    """What to train, and on what.

    Attributes:
        data: Name of a set, or a folder with ``train`` and ``val``.
        architecture: Name of the network; ``None`` where the pretrained weights name it.
        stem_width: Its channels after the stem; ``None`` for torchvision's networks.
        pretrained: Weights to go on from, by name or file; ``None`` starts from scratch.
        freeze: Whether only the new head learns.
        image_size: Side of the square that the network sees, in pixels.
    """

    data: str
    architecture: str | None = None
    stem_width: int | None = None
    pretrained: str | None = None
    freeze: bool = False
    image_size: int = 96


def command_line(run: ClassifierRun, config: TrainingConfig) -> str:
    """The command that trains this; a flag is True or False, and what is None is left out."""
    options: dict[str, object] = {
        "--data": run.data,
        "--model": run.architecture,
        "--stem-width": run.stem_width,
        "--pretrained": run.pretrained,
        "--freeze": run.freeze,
        "--image-size": run.image_size,
        "--epochs": config.epochs,
        "--lr": config.learning_rate,
        "--body-lr": config.body_learning_rate,
        "--batch-size": config.batch_size,
        "--patience": config.patience,
        "--seed": config.seed,
    }
    words = ["course-utils", "train", "classifier"]
    for name, value in options.items():
        if value is not None and value is not False:
            words += [name] if value is True else [name, str(value)]
    return shlex.join(words)
