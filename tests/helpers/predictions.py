"""Run ``course-utils predict``, and read what it writes."""

import json
from pathlib import Path

from commands import Outcome, run_command


def predict(weights: Path, *arguments: str | Path) -> Outcome:
    return run_command("predict", "--weights", weights, *arguments)


def objects(outcome: Outcome) -> list[dict[str, object]]:
    return [json.loads(line) for line in outcome.lines]
