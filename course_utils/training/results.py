"""What a training leaves in its folder: weights, class names, history and report."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path

import torch
import torchvision
from torch import Tensor

import course_utils
from course_utils.data.classification import write_class_names
from course_utils.errors import TrainingError
from course_utils.files import write_atomically
from course_utils.models.weights import WeightsInfo, save_weights
from course_utils.training.history import Epoch, write_history
from course_utils.training.metrics import Evaluation

WEIGHTS = "weights.safetensors"


def refuse_finished(out: Path) -> None:
    """Raise a TrainingError if the folder holds a training that is finished."""
    if (out / WEIGHTS).exists():
        raise TrainingError(
            f"{out}: holds the weights of a training already; choose another folder, or delete "
            f"{out / WEIGHTS}"
        )


def store(
    out: Path,
    state_dict: dict[str, Tensor],
    info: WeightsInfo,
    history: Sequence[Epoch],
    evaluation: Evaluation,
) -> None:
    """Write it all, each file whole or not at all; the weights last, for they end a training.

    Raises:
        CourseError: If a file cannot be written.
    """
    write_class_names(out / "class_indices.json", info.class_names)
    write_history(out / "history.jsonl", history)
    origin = {"command": info.command, "versions": info.versions, "data": info.data}
    write_report(out / "report.json", {**origin, **report(evaluation, info.class_names)})
    save_weights(out / WEIGHTS, state_dict, info)


def report(evaluation: Evaluation, class_names: Sequence[str]) -> dict[str, object]:
    """The evaluation as plain values: overall, for each class, and the confusion matrix."""
    confusion = evaluation.confusion
    columns = zip(
        class_names,
        confusion.counts,
        confusion.recall.tolist(),
        confusion.precision.tolist(),
        strict=True,
    )
    return {
        "accuracy": evaluation.accuracy,
        "loss": evaluation.loss,
        "majority_class": confusion.majority_share,
        "classes": {
            name: {"count": sum(row), "recall": _number(recall), "precision": _number(precision)}
            for name, row, recall, precision in columns
        },
        "confusion": {
            name: dict(zip(class_names, row, strict=True))
            for name, row in zip(class_names, confusion.counts, strict=True)
        },
    }


def write_report(path: Path, content: dict[str, object]) -> None:
    """Write a report as JSON, whole or not at all."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def versions() -> dict[str, str]:
    """Of Python and of the packages that a result depends on."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "course-utils": course_utils.__version__,
    }


def _number(value: float) -> float | None:
    """JSON has no nan: a ratio of nothing is null."""
    return None if value != value else value
