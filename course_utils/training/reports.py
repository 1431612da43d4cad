"""What a measurement says, as plain values: of each class, overall, and the confusion matrix."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from course_utils.files import write_atomically
from course_utils.training.metrics import Evaluation

LONGEST_HEAD = 10_000
"""Bytes at the beginning of a report, in which it says how it was made."""


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
        "accuracy": _number(evaluation.accuracy),
        "loss": _number(evaluation.loss),
        "majority_class": _number(confusion.majority_share),
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
        "loss": _number(evaluation.loss),
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


def is_report(path: Path) -> bool:
    """Whether a file looks like a report of ours in JSON; what cannot be read is none."""
    try:
        with path.open("rb") as file:
            return b'"course-utils": "' in file.read(LONGEST_HEAD)
    except OSError:
        return False


def write_report(path: Path, content: dict[str, object]) -> None:
    """Write a report as JSON, whole or not at all."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode(errors="backslashreplace"))  # of names of files


def _number(value: float) -> float | None:
    """JSON has no nan and no infinity: a ratio of nothing is null."""
    return value if math.isfinite(value) else None
