"""Training a classifier on a folder of pictures, from the data's name to a weights file."""

import hashlib
import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torchvision
from torch import nn

import course_utils
from course_utils.data.classification import ImageFolder, write_class_names
from course_utils.data.datasets import dataset_path
from course_utils.data.sources import SOURCES
from course_utils.data.transforms import Preprocessing, evaluation_transform, training_transform
from course_utils.errors import ImageError, TrainingError
from course_utils.files import require_folder, write_atomically
from course_utils.models.pretrained import load_body
from course_utils.models.registry import build_classifier
from course_utils.models.transfer import freeze_all_but_head, replace_head
from course_utils.models.weights import WeightsInfo, load_into, save_weights, stored_precision
from course_utils.runtime import seed_everything
from course_utils.training.checking import (
    drop_bad_pictures,
    require_same_classes,
    require_two_classes,
)
from course_utils.training.loop import Checkpointing, Epoch, TrainingConfig, evaluate, fit

DEFAULT_ARCHITECTURE = "resnet18"
RESIZE_TO_CROP = 256 / 224
"""Before the crop in the middle, the shorter side is a little longer, as is usual for ImageNet."""


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
        command: The command line that the weights file will quote.
    """

    data: str
    architecture: str | None
    stem_width: int | None
    pretrained: str | None
    freeze: bool
    image_size: int
    command: str


def train_classifier(
    run: ClassifierRun,
    config: TrainingConfig,
    out: Path,
    device: torch.device,
    on_epoch: Callable[[Epoch], None],
    on_error: Callable[[ImageError], None],
    resume: bool = False,
) -> WeightsInfo:
    """Train, and write ``weights.safetensors``, ``class_indices.json`` and ``history.jsonl``.

    Files that are no pictures are reported through ``on_error`` and left out. While it trains,
    ``checkpoint.pt`` holds its state after each epoch; with ``resume`` it goes on from there. The
    checkpoint is removed when the weights are written.

    Returns:
        The description of the weights; its accuracy is that of the stored float16 file.

    Raises:
        DataError: If the data is missing or not laid out as it should be.
        TrainingError: If training and validation name other classes, there is only one, more
            than a tenth of the files are bad, or the loss is no number.
        CourseError: If ``out`` cannot be written to.
    """
    seed_everything(config.seed)
    preprocessing = Preprocessing(round(run.image_size * RESIZE_TO_CROP), run.image_size)
    training_set, validation_set = _open_sets(run, preprocessing, on_error)
    model, architecture, stem_width = _network(run, len(training_set.class_names))
    require_folder(out)
    keeping = Checkpointing(out / "checkpoint.pt", _settings(run, training_set), resume)
    history = fit(model, training_set, validation_set, config, device, on_epoch, keeping)
    _round_as_stored(model)
    info = WeightsInfo(
        architecture=architecture,
        class_names=training_set.class_names,
        preprocessing=preprocessing,
        stem_width=stem_width,
        data=run.data if run.data in SOURCES else Path(run.data).name,
        command=run.command,
        seed=config.seed,
        accuracy=evaluate(model, validation_set, device).accuracy,
        versions=versions(),
    )
    _store(out, model, info, history)
    keeping.path.unlink()
    return info


def _open_sets(
    run: ClassifierRun, preprocessing: Preprocessing, on_error: Callable[[ImageError], None]
) -> tuple[ImageFolder, ImageFolder]:
    """The training and the validation pictures, without the bad ones."""
    root = dataset_path(run.data) if run.data in SOURCES else Path(run.data)
    training_set = ImageFolder(root / "train", training_transform(preprocessing))
    validation_set = ImageFolder(root / "val", evaluation_transform(preprocessing))
    require_same_classes(training_set, validation_set)
    require_two_classes(training_set)
    for error in drop_bad_pictures(training_set) + drop_bad_pictures(validation_set):
        on_error(error)
    return training_set, validation_set


def _store(out: Path, model: nn.Module, info: WeightsInfo, history: list[Epoch]) -> None:
    save_weights(out / "weights.safetensors", model.state_dict(), info)
    write_class_names(out / "class_indices.json", info.class_names)
    lines = "".join(json.dumps(asdict(epoch)) + "\n" for epoch in history)
    write_atomically(out / "history.jsonl", lines.encode())


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


def versions() -> dict[str, str]:
    """Of Python and of the packages that a result depends on."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "course-utils": course_utils.__version__,
    }


def _round_as_stored(model: nn.Module) -> None:
    """Give the network the numbers that its file will hold, so that both measure the same."""
    stored = {name: stored_precision(tensor) for name, tensor in model.state_dict().items()}
    load_into(model, stored, "rounded weights")
