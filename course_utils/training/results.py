"""What a training leaves in its folder: weights, class names, history and report."""

import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torchvision
from torch import Tensor

import course_utils
from course_utils.data.class_names import write_class_names
from course_utils.errors import TrainingError
from course_utils.files import write_atomically
from course_utils.models.weights import WeightsInfo, save_weights
from course_utils.training.history import Epoch, write_history
from course_utils.training.metrics import Evaluation

WEIGHTS = "weights.safetensors"
CHECKPOINT = "checkpoint.pt"


def require_free(output: Path, resume: bool) -> None:
    """Protect what an earlier training left in the folder.

    Raises:
        TrainingError: If it holds a training that is finished, or one that was stopped and is
            not to be resumed.
    """
    if (output / WEIGHTS).exists() and resume:
        raise TrainingError(
            f"{output}: this training is finished, there is nothing to resume; to train on from it "
            f"give --pretrained {output} and another --output"
        )
    for name, what in (
        (WEIGHTS, "weights of a training"),
        (CHECKPOINT, "checkpoint of a training"),
    ):
        if (output / name).exists() and not resume:
            hint = "go on with --resume" if name == CHECKPOINT else "choose another folder"
            raise TrainingError(
                f"{output}: holds the {what} already; {hint}, or delete {output / name}"
            )


def store(
    output: Path,
    state_dict: dict[str, Tensor],
    info: WeightsInfo,
    history: Sequence[Epoch],
    evaluation: Evaluation,
) -> None:
    """Write it all, each file whole or not at all; the weights last, for they end a training.

    Raises:
        CourseError: If a file cannot be written.
    """
    write_class_names(output / "class_indices.json", info.class_names)
    write_history(output / "history.jsonl", history)
    origin = {"command": info.command, "versions": info.versions, "data": info.data}
    describe = report if info.pixels is None else pixel_report
    write_report(output / "report.json", {**origin, **describe(evaluation, info.class_names)})
    save_weights(output / WEIGHTS, state_dict, info)


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


def pixel_report(evaluation: Evaluation, class_names: Sequence[str]) -> dict[str, object]:
    """Likewise for labels of pixels, with intersection over union (IoU)."""
    confusion = evaluation.confusion
    plain = report(evaluation, class_names)
    classes: Any = plain["classes"]
    return {
        "pixel_accuracy": _number(confusion.accuracy),
        "mean_accuracy": _number(confusion.mean_accuracy),
        "mean_iou": _number(confusion.mean_iou),
        "frequency_weighted_iou": _number(confusion.frequency_weighted_iou),
        "loss": evaluation.loss,
        "majority_class": {
            "pixel_accuracy": _number(confusion.majority_share),
            "mean_iou": _number(confusion.majority_mean_iou),
        },
        "classes": {
            name: {**classes[name], "iou": _number(iou)}
            for name, iou in zip(class_names, confusion.iou.tolist(), strict=True)
        },
        "confusion": plain["confusion"],
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
