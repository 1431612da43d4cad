"""Measurements are written down with all that is needed to make them again."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from course_utils.files import write_atomically
from course_utils.teaching.measurements import Measurement, Row, weights_digest
from course_utils.training.loop import fit
from course_utils.training.recipes import Task
from course_utils.training.results import versions


def measure(
    chapter: str, name: str, weights: str, settings: Row, rows: Iterable[Row]
) -> Measurement:
    """Make a measurement of an experiment's rows, and say where they come from."""
    digest = weights_digest(weights)
    command = f"make experiments NAMES={chapter}"
    return Measurement(name, command, weights, digest, versions(), settings, list(rows))


def told(row: Row) -> Row:
    """Print a row as soon as it is there: an experiment can take an hour."""
    print(json.dumps(row), flush=True)
    return row


def history_of(task: Task, until: int | None = None) -> list[Row]:
    """Train its network, up to this epoch or the last, and say what each epoch gave."""
    sets, preprocessing = (task.training_set, task.validation_set), task.info.preprocessing
    history = fit(task.model, *sets, task.config, preprocessing=preprocessing, until=until)
    return [asdict(epoch) for epoch in history]


def write_measurements(path: Path, measurements: Sequence[Measurement]) -> None:
    """Write one JSON object a line, whole or not at all."""
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in measurements)
    write_atomically(path, lines.encode())
