"""What all trainings share, from what is asked for to the files that they leave in a folder."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import torch
from torch import nn

from course_utils.data.loading import Prepare, as_it_is
from course_utils.data.sources import SOURCES
from course_utils.files import require_folder
from course_utils.models.weights import WeightsInfo, load_into, stored_precision
from course_utils.training import distributed
from course_utils.training.config import TrainingConfig
from course_utils.training.distributed import size
from course_utils.training.history import Epoch
from course_utils.training.loop import Checkpointing, evaluate, fit
from course_utils.training.metrics import Evaluation
from course_utils.training.results import CHECKPOINT, store, versions
from course_utils.training.state import LabeledSet


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


@dataclass(frozen=True)
class Task:
    """All that a training begins with.

    Attributes:
        model: With fresh weights, or with trained ones and a new head.
        training_set: What to learn from.
        validation_set: What to measure on.
        info: Of the weights to come, as far as it is known.
        settings: What a resumed training must have in common with the one that was stopped.
        prepare: What is done to a batch of pictures on the device.
    """

    model: nn.Module
    training_set: LabeledSet
    validation_set: LabeledSet
    info: WeightsInfo
    settings: dict[str, object]
    prepare: Prepare = as_it_is


def train_and_store(
    task: Task,
    config: TrainingConfig,
    out: Path,
    device: torch.device,
    on_epoch: Callable[[Epoch], None],
    resume: bool,
) -> WeightsInfo:
    """Train, and write weights, class names, history and report into the folder ``out``.

    While it trains, ``checkpoint.pt`` holds its state after each epoch; with ``resume`` it goes
    on from there. The checkpoint is removed when the rest is written. Of several processes the
    first one writes.

    Returns:
        The description of the weights; what it says of their quality is that of the stored
        float16 file.

    Raises:
        TrainingError: If the loss is no number, or there is nothing to resume from.
        CourseError: If ``out`` cannot be written to.
    """
    model, prepare = task.model, task.prepare
    require_folder(out)
    keeping = Checkpointing(out / CHECKPOINT, task.settings, resume)
    sets = task.training_set, task.validation_set
    history = fit(model, *sets, config, device, on_epoch, keeping, prepare=prepare)
    _round_as_stored(model)
    size, ignored = config.evaluation_batch_size, config.ignore_index
    evaluation = evaluate(model, task.validation_set, device, size, ignored, prepare)
    info = _measured(task.info, evaluation)
    if distributed.is_first():
        store(out, model.state_dict(), info, history, evaluation)
        keeping.path.unlink()
    distributed.wait_for_all()  # torchrun ends all processes as soon as one leaves with an error
    return info


def name_of_set(data: str) -> str:
    """The set's own name, or that of its folder."""
    return data if data in SOURCES else Path(data).name


def _measured(info: WeightsInfo, evaluation: Evaluation) -> WeightsInfo:
    pixels = info.pixels and replace(info.pixels, mean_iou=evaluation.mean_iou)
    return replace(info, accuracy=evaluation.accuracy, pixels=pixels, versions=versions())


def _round_as_stored(model: nn.Module) -> None:
    """Give the network the numbers that its file will hold, so that both measure the same."""
    stored = {name: stored_precision(tensor) for name, tensor in model.state_dict().items()}
    load_into(model, stored, "rounded weights")
