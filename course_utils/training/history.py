"""What a training gave, epoch by epoch, as lines of a file."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from course_utils.errors import TrainingError
from course_utils.files import write_atomically


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

    number: int
    training_loss: float
    validation_loss: float
    accuracy: float
    mean_iou: float


def write_history(path: Path, history: Sequence[Epoch]) -> None:
    """Write one JSON object a line, whole or not at all; what is no number is null."""
    write_atomically(path, "".join(_line(epoch) + "\n" for epoch in history).encode())


def _line(epoch: Epoch) -> str:
    values = {k: v if math.isfinite(v) else None for k, v in asdict(epoch).items()}
    return json.dumps(values, allow_nan=False)


def _epoch(line: str) -> Epoch:
    values: dict[str, Any] = json.loads(line)
    values = {name: math.nan if value is None else value for name, value in values.items()}
    return Epoch(**values)


def read_history(path: Path | str) -> list[Epoch]:
    """Read what ``write_history`` wrote; null is nan.

    Raises:
        TrainingError: If the file is missing or holds something else.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        return [_epoch(line) for line in lines]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path}: is no history of a training ({error})") from error
