"""What to train, and the command line that does it again."""

import shlex
from dataclasses import dataclass
from typing import Literal

from course_utils.training.config import TrainingConfig
from course_utils.training.distributed import size


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

    @property
    def options(self) -> dict[str, object]:
        """On the command line."""
        return {**_common(self), "--image-size": self.image_size}


@dataclass(frozen=True)
class SegmenterRun:
    """What to train on pictures with a label for every pixel.

    Attributes:
        data: Name of a set, or a folder in the VOC layout.
        architecture: Head and backbone, such as ``fcn8s-resnet18``; ``None`` where the pretrained
            weights name it.
        stem_width: As for a classifier.
        pretrained: Weights to go on from, a classifier's or a segmenter's; ``None`` starts from
            scratch.
        freeze: Whether only the new head learns.
        crop_size: Height and width of the part of each picture that the network sees, in pixels.
        small: Whether pictures smaller than that are dropped or padded.
    """

    data: str
    architecture: str | None = None
    stem_width: int | None = None
    pretrained: str | None = None
    freeze: bool = False
    crop_size: tuple[int, int] = (160, 256)
    small: Literal["drop", "pad"] = "drop"

    @property
    def options(self) -> dict[str, object]:
        """On the command line."""
        size = "x".join(map(str, self.crop_size))
        return {**_common(self), "--crop-size": size, "--small": self.small}


def command_line(run: ClassifierRun | SegmenterRun, config: TrainingConfig) -> str:
    """The command that trains this; a flag is True or False, and what is None is left out."""
    options: dict[str, object] = {
        **run.options,
        "--epochs": config.epochs,
        "--lr": config.learning_rate,
        "--body-lr": config.body_learning_rate,
        "--batch-size": config.batch_size,
        "--patience": config.patience,
        "--seed": config.seed,
    }
    kind = "classifier" if isinstance(run, ClassifierRun) else "segmenter"
    words = [*_program(), "train", kind]
    for name, value in options.items():
        if value is not None and value is not False:
            words += [name] if value is True else [name, str(value)]
    return shlex.join(words)


def _program() -> list[str]:
    """What starts as many processes as train now, if only on one machine."""
    if size() == 1:
        return ["course-utils"]
    return ["torchrun", "--nproc-per-node", str(size()), "-m", "course_utils"]


def _common(run: ClassifierRun | SegmenterRun) -> dict[str, object]:
    return {
        "--data": run.data,
        "--model": run.architecture,
        "--stem-width": run.stem_width,
        "--pretrained": run.pretrained,
        "--freeze": run.freeze,
    }
