"""``--config``: a file's choices in the place of the defaults, and below the options."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch

from commands import Outcome, run_command
from course_utils.cli import train_classifier, train_segmenter
from course_utils.cli.train_options import training_config
from course_utils.models.weights import read_weights
from course_utils.training import TrainingConfig
from course_utils.training.classifier import ClassifierRun
from course_utils.training.command import command_line
from course_utils.training.config_files import read_config, write_config
from course_utils.training.recipes import Run
from course_utils.training.segmenter import SegmenterRun
from picture_files import picture_set
from small_trainings import OTHERWISE

RUNS: dict[str, Run] = {"classifier": ClassifierRun("a"), "segmenter": SegmenterRun("a")}
CHOICES = [
    (kind, field.name)
    for kind, run in RUNS.items()
    for field in fields(TrainingConfig)
    if field.name not in run.decides
]
OPTIONS: dict[str, tuple[str, ...]] = {
    "epochs": ("--epochs", "9"),
    "learning_rate": ("--lr", "0.25"),
    "body_learning_rate": ("--body-lr", "0.25"),
    "warmup": ("--warmup", "0.25"),
    "weight_decay": ("--weight-decay", "0.25"),
    "batch_size": ("--batch-size", "9"),
    "evaluation_batch_size": ("--evaluation-batch-size", "9"),
    "loss": ("--loss", "ce"),
    "class_weights": ("--class-weights", "median"),
    "label_smoothing": ("--label-smoothing", "0.25"),
    "clip_norm": ("--clip-norm", "0.25"),
    "precision": ("--precision", "fp32"),
    "patience": ("--patience", "9"),
    "monitor": ("--monitor", "accuracy"),
    "seed": ("--seed", "9"),
}
"""Each option with another value than that of ``OTHERWISE``."""


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Run, dict[str, Any]]]:
    """What the command line would train; nothing is trained."""
    found: list[tuple[Run, dict[str, Any]]] = []

    @contextmanager
    def note(
        run: Run, line: Any, output: Path, device: str, resume: bool, workers: int, **how: Any
    ) -> Any:
        found.append((run, how))
        raise KeyboardInterrupt
        yield

    for module in (train_classifier, train_segmenter):
        monkeypatch.setattr(module, "trained", note)
    return found


def train(kind: str, *more: str | Path) -> Outcome:
    return run_command("train", kind, "--data", "a", "--output", "nowhere", *more)


def command(parsed: list[tuple[Run, dict[str, Any]]]) -> str:
    """What would be recorded, on a CPU."""
    run, how = parsed.pop()
    precision = how["precision"].replace("auto", "fp32")
    return command_line(run, training_config(**{**how, "precision": precision}))


@pytest.mark.parametrize(("kind", "name"), CHOICES)
def test_a_choice_of_the_file_is_recorded_as_its_option_would_be(
    kind: str, name: str, parsed: list[tuple[Run, dict[str, Any]]], tmp_path: Path
) -> None:
    value = OTHERWISE[name]
    path = tmp_path / "mine.toml"
    path.write_text(f"{name} = {json.dumps(value)}")
    assert train(kind, "--config", path).err.strip() == "interrupted"
    by_file = command(parsed)
    option = OPTIONS[name][0]
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    train(kind, option, text)
    assert by_file == command(parsed)
    train(kind)
    assert by_file != command(parsed)
    for words in ((*OPTIONS[name], "--config", path), ("--config", path, *OPTIONS[name])):
        train(kind, *words)
        beaten = command(parsed)
        train(kind, *OPTIONS[name])
        assert beaten == command(parsed) != by_file


def test_the_former_flag_beats_the_file_too(
    parsed: list[tuple[Run, dict[str, Any]]], tmp_path: Path
) -> None:
    (tmp_path / "a.toml").write_text('precision = "fp32"')
    train("classifier", "--config", tmp_path / "a.toml", "--mixed-precision")
    assert parsed.pop()[1]["precision"] == "bf16"


@pytest.mark.parametrize("kind", RUNS)
def test_what_the_command_decides_and_what_is_wrong_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    for name in RUNS[kind].decides:
        path.write_text(f"{name} = {json.dumps(OTHERWISE[name])}")
        outcome = train(kind, "--config", path)
        assert outcome.status == 1
        said = f"{path}: {name}: the command decides this itself; leave it out"
        assert outcome.err == f"Error: {said}\n"
    path.write_text("epoch = 3")
    assert (
        "mine.toml: epoch: is no choice of a training: did you mean"
        in train(kind, "--config", path).err
    )
    missing = train(kind, "--config", tmp_path / "none.toml")
    assert (missing.status, "none.toml: choices of a training cannot" in missing.err) == (1, True)


@pytest.fixture
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.usefixtures("one_thread")
def test_a_training_leaves_the_file_that_gives_it_again(tmp_path: Path) -> None:
    """Three ways of saying the same, and bitwise the same weights."""
    data = picture_set(tmp_path / "set")
    run = ClassifierRun(str(data))
    left = {n: v for n, v in OTHERWISE.items() if n not in {*run.decides, "class_weights"}}
    config = TrainingConfig(**{**left, "epochs": 2, "class_weights": "median", "warmup": 0.1 + 0.2})
    write_config(tmp_path / "mine.toml", config, run.decides)
    words = ("--data", data, "--model", "resnet10", "--stem-width", "4", "--image-size", "64")
    first = ("train", "classifier", *words, "--config", tmp_path / "mine.toml")
    assert run_command(*first, "--output", tmp_path / "one").status == 0
    info = read_weights(tmp_path / "one" / "weights.safetensors")[1]
    assert info is not None
    ways = {"two": ("--config", tmp_path / "one" / "training.toml"), "three": ()}
    for name, way in ways.items():
        said = info.command.split()[1:] if name == "three" else ("train", "classifier", *words)
        assert run_command(*said, *way, "--output", tmp_path / name).status == 0
    one, two, three = (
        read_weights(tmp_path / name / "weights.safetensors")[0] for name in ("one", *ways)
    )
    for name, tensor in one.items():
        assert torch.equal(tensor, two[name])
        assert torch.equal(tensor, three[name])
    kept = [read_config(tmp_path / name / "training.toml", run.decides) for name in ("one", *ways)]
    assert kept[0] == kept[1] == kept[2]
    assert kept[0] == {**read_config(tmp_path / "mine.toml", run.decides), "class_weights": (1, 1)}
