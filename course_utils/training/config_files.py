"""The choices of a training as a TOML file: one to write, and the one that a training leaves."""

import json
import tomllib
from collections.abc import Collection
from dataclasses import fields
from pathlib import Path
from typing import Any

from course_utils.data.text_files import read_text
from course_utils.errors import TrainingError, did_you_mean
from course_utils.files import write_atomically
from course_utils.schema import checked
from course_utils.training.config import MEDIAN, TrainingConfig

FIELDS = tuple(field.name for field in fields(TrainingConfig))

OPTIONS = {"lr": "learning_rate", "body_lr": "body_learning_rate"}
"""Options that are called otherwise."""

EXAMPLE = TrainingConfig(
    body_learning_rate=1e-4, class_weights=MEDIAN, clip_norm=1.0, patience=5, precision="bf16"
)
"""A value for each choice, to show how it is written."""


def read_config(path: Path, decided: Collection[str] = ()) -> dict[str, Any]:
    """The choices that a file names, by the names of the fields of a ``TrainingConfig``.

    Args:
        path: Of the file.
        decided: Fields that this kind of training decides itself.

    Raises:
        DataError: If the file cannot be read.
        TrainingError: If it is no TOML, or a field in it is unknown, of another type, out of its
            range, or not to be chosen; it is named.
    """
    text = read_text(path, "choices of a training ")
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TrainingError(
            f"{path}: is no TOML ({error}): give a line for each choice, such as {_line('epochs')}"
        ) from error
    for name in content:
        _require_choice(path, name, decided)
    if content.get("precision") == "auto":  # as it is without a word
        del content["precision"]
    try:
        found = checked(content, TrainingConfig, TrainingError)
    except (TrainingError, OverflowError) as error:
        wrong = next((n for n in content if str(error).startswith(n)), None)
        example = f"; a right line is, for example, {_line(wrong)}" if wrong else ""
        raise TrainingError(f"{path}: {error}{example}") from error
    return {name: getattr(found, name) for name in content}


def write_config(path: Path, config: TrainingConfig, decided: Collection[str] = ()) -> None:
    """Write all choices, whole or not at all, as ``read_config`` reads them.

    Those that are not set, and those that this kind of training decides itself, are comments.

    Raises:
        CourseError: If the file cannot be written.
    """
    lines = ["# What was chosen for this training; --config takes it for another one."]
    for name in FIELDS:
        value = getattr(config, name)
        if value is None:
            lines.append(f"# {name} is not set")
        else:
            comment = "# decided by the command: " if name in decided else ""
            lines.append(f"{comment}{name} = {_written(value)}")
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _require_choice(path: Path, name: str, decided: Collection[str]) -> None:
    if name in decided:
        raise TrainingError(f"{path}: {name}: the command decides this itself; leave it out")
    if name not in FIELDS:
        known = [field for field in FIELDS if field not in decided]
        hint = f"did you mean {OPTIONS[name]}?" if name in OPTIONS else did_you_mean(name, known)
        hint = hint or f"choose among {', '.join(known)}"
        raise TrainingError(f"{path}: {name}: is no choice of a training: {hint}")


def _line(name: str) -> str:
    return f"{name} = {_written(getattr(EXAMPLE, name))}"


def _written(value: Any) -> str:
    """A text, a number with all its digits, or a list of numbers, as TOML has them."""
    if isinstance(value, str):
        return json.dumps(value)
    return f"[{', '.join(map(repr, value))}]" if isinstance(value, tuple) else repr(value)
