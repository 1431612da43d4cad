"""Training a classifier on a folder of pictures: open, train, store."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from course_utils.data.bad_files import drop_bad_pictures
from course_utils.data.datasets import root_of
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import Preprocessing, evaluation_transform, training_transform
from course_utils.errors import ImageError, TrainingError
from course_utils.models.pretrained import load_body
from course_utils.models.registry import build_classifier
from course_utils.models.transfer import freeze_all_but_head, replace_head
from course_utils.models.weights import WeightsInfo
from course_utils.runtime import seed_everything
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.recipes import (
    ClassifierRun,
    Task,
    command_line,
    name_of_set,
    train_and_store,
)
from course_utils.training.results import require_free

DEFAULT_ARCHITECTURE = "resnet18"


RESIZE_TO_CROP = 256 / 224
"""Before the crop in the middle, the shorter side is a little longer, as is usual for ImageNet."""


@dataclass(frozen=True)
class Prepared:
    """All that a training of a classifier begins with.

    Attributes:
        model: With fresh weights, or with trained ones and a new head.
        architecture: Its name.
        stem_width: Its channels after the stem; ``None`` for torchvision's networks.
        training_set: Pictures to learn from, each time cut, turned and tinted anew.
        validation_set: Pictures to measure on.
        preprocessing: Of the validation pictures, and of all to be predicted later.
    """

    model: nn.Module
    architecture: str
    stem_width: int | None
    training_set: ImageFolder
    validation_set: ImageFolder
    preprocessing: Preprocessing


def prepare(
    run: ClassifierRun, seed: int, on_error: Callable[[ImageError], None] = lambda error: None
) -> Prepared:
    """Open the pictures and build the network; the seed decides about its fresh weights.

    Files that are no pictures are reported through ``on_error`` and left out.

    Raises:
        DataError: If the data is missing or not laid out as it should be.
        TrainingError: If training and validation name other classes, there is only one, more
            than a tenth of the files are bad, or an untrained body should be frozen.
    """
    seed_everything(seed)
    preprocessing = Preprocessing(round(run.image_size * RESIZE_TO_CROP), run.image_size)
    training_set, validation_set = _open_sets(run, preprocessing, on_error)
    network = _network(run, len(training_set.class_names))
    return Prepared(*network, training_set, validation_set, preprocessing)


def prepare_classifier(
    run: ClassifierRun,
    config: TrainingConfig,
    on_error: Callable[[ImageError], None] = lambda error: None,
) -> Task:
    """All that ``train_classifier`` begins with; what can be wrong is said of ``prepare``."""
    prepared = prepare(run, config.seed, on_error)
    info = WeightsInfo(
        architecture=prepared.architecture,
        class_names=prepared.validation_set.class_names,
        preprocessing=prepared.preprocessing,
        stem_width=prepared.stem_width,
        data=name_of_set(run.data),
        command=command_line(run, config),
        seed=config.seed,
    )
    sets = prepared.training_set, prepared.validation_set
    return Task(prepared.model, *sets, info, _settings(run, prepared.training_set))


def train_classifier(
    run: ClassifierRun,
    config: TrainingConfig,
    out: Path,
    device: torch.device,
    on_epoch: Callable[[Epoch], None],
    on_error: Callable[[ImageError], None],
    resume: bool = False,
) -> WeightsInfo:
    """Train, and write weights, class names, history and report into ``out`` (``task``).

    Raises:
        DataError: As ``prepare``.
        TrainingError: As ``prepare``; if the loss is no number; if ``out`` holds a training that
            is finished, or one that was stopped and is not to be resumed.
        CourseError: If ``out`` cannot be written to.
    """
    require_free(out, resume)
    task = prepare_classifier(run, config, on_error)
    return train_and_store(task, config, out, device, on_epoch, resume)


def _open_sets(
    run: ClassifierRun, preprocessing: Preprocessing, on_error: Callable[[ImageError], None]
) -> tuple[ImageFolder, ImageFolder]:
    """The training and the validation pictures, without the bad ones."""
    root = root_of(run.data)
    training_set = ImageFolder(root / "train", training_transform(preprocessing))
    validation_set = ImageFolder(root / "val", evaluation_transform(preprocessing))
    require_same_classes(training_set, validation_set)
    require_two_classes(training_set)
    for error in drop_bad_pictures(training_set) + drop_bad_pictures(validation_set):
        on_error(error)
    return training_set, validation_set


def _network(run: ClassifierRun, num_classes: int) -> tuple[nn.Module, str, int | None]:
    """A fresh network, or a trained one with a new head; its name and its stem's width."""
    if run.pretrained is None:
        if run.freeze:
            raise TrainingError(
                "a body without trained weights cannot be frozen: give --pretrained"
            )
        name = run.architecture or DEFAULT_ARCHITECTURE
        return build_classifier(name, num_classes, run.stem_width), name, run.stem_width
    model, name, stem_width = load_body(run.pretrained, run.architecture)
    replace_head(model, num_classes)
    if run.freeze:
        freeze_all_but_head(model)
    return model, name, stem_width


def _settings(run: ClassifierRun, training_set: ImageFolder) -> dict[str, object]:
    """What a resumed training must have in common with the one that was stopped."""
    names = "\n".join(path.name for path, _ in training_set.samples)
    return {
        "model": run.architecture,
        "stem_width": run.stem_width,
        "pretrained": run.pretrained,
        "freeze": run.freeze,
        "image_size": run.image_size,
        "classes": list(training_set.class_names),
        "pictures": len(training_set),
        "names of the pictures": hashlib.sha256(names.encode()).hexdigest()[:12],
    }


def require_two_classes(pictures: ImageFolder) -> None:
    """Raise a TrainingError if there is nothing to tell apart."""
    if len(pictures.class_names) < 2:
        raise TrainingError(
            f"{pictures.root}: holds only the class {pictures.class_names[0]}; a classifier needs "
            "at least two folders"
        )


def require_same_classes(training_set: ImageFolder, validation_set: ImageFolder) -> None:
    """Raise a TrainingError if the two sets do not name the same classes."""
    if training_set.class_names != validation_set.class_names:
        raise TrainingError(
            f"{training_set.root} has the classes {', '.join(training_set.class_names)}, but "
            f"{validation_set.root} has {', '.join(validation_set.class_names)}"
        )
