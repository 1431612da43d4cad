"""What a training leaves in its folder: weights, class names, history and report."""

import platform
from collections.abc import Sequence
from pathlib import Path

import torch
import torchvision
from torch import Tensor

import course_utils
from course_utils.data.class_names import write_class_names
from course_utils.errors import TrainingError
from course_utils.models.weights import WEIGHTS, WeightsInfo, save_weights
from course_utils.training.history import Epoch, write_history
from course_utils.training.metrics import Evaluation
from course_utils.training.reports import pixel_report, report, write_report

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
    dtype: torch.dtype = torch.float32,
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
    save_weights(output / WEIGHTS, state_dict, info, dtype)


def versions() -> dict[str, str]:
    """Of Python and of the packages that a result depends on."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "course-utils": course_utils.__version__,
    }
