"""What a training gave is written epoch by epoch, and read again."""

import json
import math
from pathlib import Path

import pytest

from course_utils.errors import TrainingError
from course_utils.training import Epoch, read_history, write_history

EPOCHS = [Epoch(1, 0.9, 0.8, 0.5, 0.3), Epoch(2, 0.7, 0.75, 0.625, 0.4)]


def test_a_history_survives_its_file(tmp_path: Path) -> None:
    write_history(tmp_path / "history.jsonl", EPOCHS)
    assert len((tmp_path / "history.jsonl").read_text().splitlines()) == 2
    assert read_history(tmp_path / "history.jsonl") == EPOCHS


def test_what_is_no_number_is_null(tmp_path: Path) -> None:
    path = tmp_path / "history.jsonl"
    write_history(path, [Epoch(1, 0.9, math.nan, 0.5, math.nan), Epoch(2, 0.9, math.inf, 0.5, 0.3)])
    lines = [json.loads(line, parse_constant=pytest.fail) for line in path.read_text().splitlines()]
    assert [line["validation_loss"] for line in lines] == [None, None]
    first, second = read_history(path)
    assert math.isnan(first.validation_loss) and math.isnan(first.mean_iou)
    assert math.isnan(second.validation_loss)
    assert (first.accuracy, second.mean_iou) == (0.5, 0.3)


@pytest.mark.parametrize("content", ["nonsense", "[1, 2]", '{"number": 1}'])
def test_another_file_is_no_history(content: str, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(content)
    with pytest.raises(TrainingError, match=r"other\.txt: is no history of a training"):
        read_history(tmp_path / "other.txt")
    with pytest.raises(TrainingError, match=r"nowhere\.jsonl: is no history"):
        read_history(tmp_path / "nowhere.jsonl")
