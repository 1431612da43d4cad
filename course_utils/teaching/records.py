"""Trainings that were run once and written down, because they take longer than a page should.

A record says all that is needed to run it again: the command, the data by its digest, and the
versions. Whoever uses a record runs its first epoch again, and sees whether it is still true.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from course_utils.data.locations import embedded_folder
from course_utils.data.manifest import digest_of
from course_utils.errors import TrainingError
from course_utils.files import write_atomically
from course_utils.training.boundary_metrics import Borders, measure_pixels
from course_utils.training.classifier import ClassifierRun
from course_utils.training.command import command_line
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.loop import fit
from course_utils.training.recipes import Run, Task
from course_utils.training.results import versions
from course_utils.training.segmenter import SegmenterRun

TOLERANCE = 0.03
"""Relative. The same machine gives the same loss; another one rounds its sums differently."""

BEFORE_PRECISION = " --precision fp32"
"""What older records do not say: there was no other way without ``--mixed-precision``."""


@dataclass(frozen=True)
class Record:
    """A training on embedded data, and what it gave.

    Attributes:
        run: What was trained, and on what.
        config: How.
        command: The command line that does it again.
        data_digest: Of the set, and of the weights it began with.
        versions: Of Python and of the packages.
        history: What each epoch gave.
        borders: What the trained network gets right near the borders of the classes; ``None``
            for a classifier.
        iou: Intersection over union of each class, of the trained network on whole validation
            pictures; nan for a class that does not occur; ``None`` for a classifier.
    """

    run: Run
    config: TrainingConfig
    command: str
    data_digest: str
    versions: dict[str, str]
    history: tuple[Epoch, ...]
    borders: Borders | None = None
    iou: tuple[float, ...] | None = None

    @property
    def accuracy(self) -> float:
        """After the last epoch, of the validation pictures or of their pixels (0 to 1)."""
        return self.history[-1].accuracy


def make_record(run: Run, config: TrainingConfig, device: torch.device | str = "cpu") -> Record:
    """Train, and write down what it gave."""
    task = run.open(config)
    history = tuple(_fit(task, device))
    borders, iou = None, None
    if isinstance(run, SegmenterRun):
        what = task.model, task.validation_set, device, task.info.preprocessing
        confusion, borders = measure_pixels(*what)
        iou = tuple(confusion.iou.tolist())
    command, digest = command_line(run, config), _data_digest(run)
    return Record(run, config, command, digest, versions(), history, borders, iou)


def differences(record: Record, device: torch.device | str = "cpu") -> list[str]:
    """Run the first epoch of a record again, and say where it is no longer true.

    Args:
        record: Of an earlier training.
        device: Where to compute now.

    Returns:
        A sentence for each difference in the command, the data or the losses; empty if there is
        none. Where the data differ nothing is run.
    """
    command, digest = command_line(record.run, record.config), _data_digest(record.run)
    found = []
    if record.command not in (command, command.removesuffix(BEFORE_PRECISION)):
        found.append(f"the command was {record.command!r} and is {command!r}")
    if digest != record.data_digest:
        return [*found, f"the data had the digest {record.data_digest} and has {digest}"]
    (now,) = _fit(record.run.open(record.config), device, until=1)
    return found + _different_losses(record.history[0], now)


def write_records(path: Path, records: Iterable[Record]) -> None:
    """Write one JSON object a line, whole or not at all."""
    lines = "".join(json.dumps(asdict(record)) + "\n" for record in records)
    write_atomically(path, lines.encode())


def read_records(name: str) -> list[Record]:
    """The records of a chapter, such as ``fine_tuning``.

    Raises:
        TrainingError: If there are none, or the file holds something else.
    """
    path = embedded_folder() / "records" / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [_from_json(json.loads(line)) for line in lines]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{path}: holds no records ({error}); run make experiments") from error


def _from_json(content: dict[str, Any]) -> Record:
    content["run"] = _run_from_json(content["run"])
    content["config"] = _config_from_json(content["config"])
    content["history"] = tuple(Epoch(**epoch) for epoch in content["history"])
    if content.get("iou") is not None:
        content["iou"] = tuple(content["iou"])
    if content.get("borders") is not None:
        content["borders"] = Borders.from_json(content["borders"])
    return Record(**content)


def _config_from_json(content: dict[str, Any]) -> TrainingConfig:
    weights = content.get("class_weights")
    if isinstance(weights, list):
        content["class_weights"] = tuple(weights)
    if "mixed_precision" in content:  # its former name
        content["precision"] = "bf16" if content.pop("mixed_precision") else "fp32"
    return TrainingConfig(**content)


def _run_from_json(content: dict[str, Any]) -> Run:
    if "crop_size" not in content:
        return ClassifierRun(**content)
    pairs = {name: tuple(content[name]) for name in ("crop_size", "scale") if content.get(name)}
    return SegmenterRun(**{**content, **pairs})


def _fit(task: Task, device: torch.device | str, until: int | None = None) -> list[Epoch]:
    sets, preprocessing = (task.training_set, task.validation_set), task.info.preprocessing
    return fit(task.model, *sets, task.config, device, preprocessing=preprocessing, until=until)


def _data_digest(run: Run) -> str:
    parts = [run.data]
    if run.pretrained is not None:
        parts.append(f"weights/{run.pretrained}.safetensors")
    return digest_of(embedded_folder(), parts)


def _different_losses(before: Epoch, now: Epoch) -> list[str]:
    pairs = {
        "training": (before.training_loss, now.training_loss),
        "validation": (before.validation_loss, now.validation_loss),
    }
    return [
        f"in epoch {now.number} the {name} loss was {old:.4f} and is {new:.4f}"
        for name, (old, new) in pairs.items()
        if abs(new - old) > TOLERANCE * old
    ]
