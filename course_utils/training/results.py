"""What a training leaves in its folder: weights, class names, history, choices and report."""

import json
import os
import platform
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

import torch
import torchvision
from torch import Tensor, nn

import course_utils
from course_utils.data import class_rows
from course_utils.data.class_names import write_class_names
from course_utils.data.text_files import read_text
from course_utils.errors import DataError, TrainingError, WeightsError
from course_utils.files import locked, require_folder, write_atomically
from course_utils.models.timm_networks import is_of_timm
from course_utils.models.weights import (
    BESIDE,
    CLASSES,
    CONFIG,
    DTYPES,
    HISTORY,
    HISTORY_TABLE,
    PAGE,
    REPORT,
    WEIGHTS,
    WeightsInfo,
    in_precision,
    load_into,
    save_weights,
)
from course_utils.pages.sheet import is_page
from course_utils.training import distributed
from course_utils.training.config import TrainingConfig
from course_utils.training.config_files import write_config
from course_utils.training.early_stopping import kept_epoch
from course_utils.training.history import Epoch, write_history, write_history_table
from course_utils.training.metrics import Evaluation
from course_utils.training.reports import pixel_report, report, write_report

CHECKPOINT = "checkpoint.pt"


def require_free(output: Path, resume: bool) -> None:
    """Protect what an earlier training left in the folder.

    Raises:
        TrainingError: If it holds a training that is finished, or one that was stopped and is
            not to be resumed; or files of the same names that no training has written.
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
    for name in (WEIGHTS, CHECKPOINT, *BESIDE):
        path = output / name
        is_ours = is_page(path) if name == PAGE else _is_ours(output)
        if path.is_dir() or (os.path.lexists(path) and not is_ours):
            raise TrainingError(
                f"{path}: would be replaced, and is not of a training; choose another "
                "--output, or move it"
            )


def _is_ours(output: Path) -> bool:
    """Whether a training has written here, even if its weights, or its checkpoint, are deleted."""
    if (output / CHECKPOINT).exists():
        return True
    try:
        report = json.loads(read_text(output / REPORT))
    except (DataError, ValueError, RecursionError):
        return False
    return isinstance(report, dict) and {"command", "versions", "data"} <= {*report}


@contextmanager
def own_folder(output: Path, resume: bool, model: nn.Module, info: WeightsInfo) -> Iterator[None]:
    """Make a training's folder and let no other training into it; see that all can be stored.

    Of several processes the first one does so, for it writes the files.

    Raises:
        TrainingError: As ``require_free``; or if a name cannot be stored, or the disk has not
            enough room.
        CourseError: If the folder cannot be written to, or another training is writing there.
    """
    if not distributed.is_first():
        yield
        return
    require_folder(output)
    with locked(output):
        require_free(output, resume)
        require_names(info)
        _require_room(output, model)
        yield


def require_names(info: WeightsInfo) -> None:
    """Refuse names that cannot be stored and read again, before a training that they would spoil.

    Raises:
        TrainingError: If a class or the set has such a name.
    """
    for name in (*info.class_names, info.data, info.command):
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise TrainingError(
                f"{name!r}: has bytes that are no UTF-8, so that it cannot be stored with the "
                "weights; rename the folder or the class"
            ) from error
    try:
        class_rows.require_names(info.class_names)
    except class_rows.UnknownFormError as error:
        raise TrainingError(f"{info.data}: {error}; rename the folder or the class") from error


def _require_room(output: Path, model: nn.Module) -> None:
    """Two checkpoints stand side by side for a moment; each has weights and what AdamW keeps."""
    numbers = [*model.parameters(), *model.buffers()]
    size = sum(tensor.nbytes for tensor in numbers)
    learning = sum(tensor.nbytes for tensor in model.parameters() if tensor.requires_grad)
    needed, free = 2 * (size + 2 * learning), shutil.disk_usage(output).free
    if free < needed:
        raise TrainingError(
            f"{output}: the disk has room for {free / 1e6:,.1f} MB, and the training's checkpoints "
            f"need about {needed / 1e6:,.1f} MB; make room, or choose another --output"
        )


def round_as_stored(model: nn.Module, dtype: str) -> None:
    """Give the network the numbers that its file will hold, so that both measure the same."""
    if dtype == "float32":
        return
    try:
        load_into(model, in_precision(model.state_dict(), DTYPES[dtype]), "rounded weights")
    except WeightsError as error:
        raise WeightsError(
            f"the weights cannot be stored: {error}, with the same command, --resume, and without "
            f"--dtype {dtype}"
        ) from None


def store(
    output: Path,
    state_dict: dict[str, Tensor],
    info: WeightsInfo,
    history: Sequence[Epoch],
    evaluation: Evaluation,
    reading: dict[str, object],
    config: TrainingConfig,
    decided: Collection[str] = (),
    dtype: torch.dtype = torch.float32,
    page: bytes | None = None,
) -> None:
    """Write it all, each file whole or not at all; the weights last, for they end a training.

    Args:
        output: Folder for it.
        state_dict: The weights.
        info: What they say of themselves.
        history: The epochs.
        evaluation: What the stored numbers achieve.
        reading: What stayed in memory of the pictures, and what was left out.
        config: How they were trained.
        decided: Those of its choices that this kind of training makes itself.
        dtype: Numbers of the stored weights.
        page: ``report.html``, if there is to be one.

    Raises:
        CourseError: If a file cannot be written.
    """
    write_class_names(output / CLASSES, info.class_names)
    write_history(output / HISTORY, history)
    write_history_table(output / HISTORY_TABLE, history)
    write_config(output / CONFIG, config, decided)
    origin = {"command": info.command, "versions": info.versions, "data": info.data}
    describe = report if info.pixels is None else pixel_report
    measured = describe(evaluation, info.class_names)
    epochs = {"epochs": len(history), "kept_epoch": kept_epoch(history, config).number}
    write_report(output / REPORT, {**origin, **measured, **epochs, **reading})
    if page is not None:
        write_atomically(output / PAGE, page)
    save_weights(output / WEIGHTS, state_dict, info, dtype)


def versions(architecture: str = "") -> dict[str, str]:
    """Of Python and of the packages that a result depends on; of timm for its networks."""
    own = {"timm": metadata.version("timm")} if is_of_timm(architecture) else {}
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "course-utils": course_utils.__version__,
        **own,
    }
