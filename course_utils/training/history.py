"""What a training gave, epoch by epoch, as lines of a file."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Annotated

import msgspec

from course_utils.data.text_files import read_text
from course_utils.errors import DataError, TrainingError
from course_utils.files import write_atomically
from course_utils.schema import checked


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave.

    Attributes:
        number: From 1.
        training_loss: Mean over the steps of the epoch, while the weights change.
        validation_loss: Mean cross-entropy after the epoch, on pictures not trained on.
        accuracy: Share of them, or of their pixels, labeled rightly (0 to 1).
        mean_iou: Mean intersection over union (0 to 1).
    """

    number: Annotated[int, msgspec.Meta(ge=1)]
    training_loss: float
    validation_loss: float
    accuracy: float
    mean_iou: float


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """Write one JSON object a line, whole or not at all; what is no number is null."""
    write_atomically(path, "".join(_line(epoch) + "\n" for epoch in history).encode())


def write_history_table(path: Path, history: Sequence[Epoch]) -> None:
    """Write a CSV for spreadsheets, whole or not at all: a header, then a line an epoch.

    Numbers have all their digits; what is no number is ``nan``.
    """
    names = [field.name for field in fields(Epoch)]
    rows = [["epoch", *names[1:]], *([repr(getattr(e, n)) for n in names] for e in history)]
    write_atomically(path, "".join(",".join(row) + "\n" for row in rows).encode())


def _line(epoch: Epoch) -> str:
    values = {k: v if math.isfinite(v) else None for k, v in asdict(epoch).items()}
    return json.dumps(values, allow_nan=False)


def read_history(path: Path | str) -> list[Epoch]:
    """Read what ``write_history`` wrote; null is nan.

    Raises:
        TrainingError: If the file is missing or holds something else; the line and the field are
            named.
    """
    try:
        lines = read_text(Path(path)).splitlines()
        return [_epoch(f"line {number}", line) for number, line in enumerate(lines, 1)]
    except (DataError, TrainingError) as error:
        raise TrainingError(
            f"{path}: is no history of a training ({error}): give a history.jsonl that one wrote"
        ) from error


def _epoch(place: str, line: str) -> Epoch:
    try:
        content = json.loads(line, parse_constant=lambda _: None)  # NaN, as it was once written
        found = checked(content, dict[str, int | float | None], TrainingError)
        values = {name: math.nan if value is None else value for name, value in found.items()}
        return checked(values, Epoch, TrainingError)
    except (ValueError, RecursionError, TrainingError) as error:
        raise TrainingError(f"{place}: {error}") from error
