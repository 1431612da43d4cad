"""What a training gave is written epoch by epoch, and read again."""

import csv
import json
import math
from dataclasses import asdict
from pathlib import Path

import pytest

from course_utils.errors import TrainingError
from course_utils.training import Epoch, read_history, write_history
from course_utils.training.history import write_history_table

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


GOOD = '{"number": 1, "training_loss": 1, "validation_loss": 1, "accuracy": 1, "mean_iou": null}'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("nonsense", "line 1: Expecting value"),
        ("[1, 2]", "line 1: Expected `object`, got `array`"),
        ('{"number": 1}', "line 1: Object missing required field `training_loss`"),
        (
            GOOD + "\n" + GOOD.replace('"number": 1', '"number": 0'),
            "line 2: number: Expected `int` >=",
        ),
        (GOOD.replace('"number": 1', '"number": 1.5'), "line 1: number: Expected `int`"),
        (GOOD.replace('"accuracy": 1', '"accuracy": "high"'), "Expected `int | float | n"),
        (GOOD.replace("}", ', "more": 1}'), "line 1: more: is unknown"),
        ("[" * 10_000, "line 1: "),
        (GOOD.replace("1,", "1" * 5000 + ","), "line 1: "),
        ("\0", "it is no text"),
    ],
)
def test_another_file_is_no_history(content: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text(content)
    with pytest.raises(TrainingError, match=r"other\.txt: is no history of a training") as caught:
        read_history(tmp_path / "other.txt")
    assert sentence in str(caught.value)
    assert str(caught.value).endswith("give a history.jsonl that one wrote")


def test_a_table_has_a_header_and_all_digits(tmp_path: Path) -> None:
    epochs = [Epoch(1, 0.1 + 0.2, 1 / 3, 1.0, math.nan), Epoch(2, 1e-17, math.inf, 0.5, 0.25)]
    write_history_table(tmp_path / "history.csv", epochs)
    head, *rows = list(csv.reader((tmp_path / "history.csv").open(newline="")))
    assert head == ["epoch", "training_loss", "validation_loss", "accuracy", "mean_iou"]
    found = [[int(row[0]), *map(float, row[1:])] for row in rows]
    wanted = [[*asdict(epoch).values()] for epoch in epochs]
    assert repr(found) == repr(wanted)


def test_a_history_must_be_there_and_be_a_file(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"nowhere\.jsonl: is no history"):
        read_history(tmp_path / "nowhere.jsonl")
    with pytest.raises(TrainingError, match=r"zero: is no history .*it is a device, not a file"):
        read_history("/dev/zero")
