"""What all trainings have in common on the command line."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
import torch

from commands import run_command
from course_utils import runtime
from course_utils.cli import train_options
from course_utils.cli.train_classifier import classifier
from course_utils.cli.train_options import (
    begin_with,
    hint_when_interrupted,
    line_about,
    training_config,
)
from course_utils.cli.train_segmenter import segmenter
from course_utils.training import Epoch, TrainingConfig
from course_utils.training.classifier import ClassifierRun

SCHEDULE: dict[str, Any] = {
    "epochs": 3,
    "lr": 0.5,
    "body_lr": 0.25,
    "batch_size": 7,
    "patience": 2,
    "warmup": 0.1,
    "weight_decay": 0.5,
    "label_smoothing": 0.2,
    "clip_norm": 3.0,
    "seed": 9,
}


def test_each_option_is_a_value_of_the_configuration() -> None:
    expected = TrainingConfig(
        epochs=3,
        learning_rate=0.5,
        body_learning_rate=0.25,
        warmup=0.1,
        weight_decay=0.5,
        batch_size=7,
        label_smoothing=0.2,
        clip_norm=3.0,
        patience=2,
        seed=9,
    )
    assert training_config(**SCHEDULE) == expected
    given, default = (dataclasses.astuple(c) for c in (expected, TrainingConfig()))
    assert sum(a != b for a, b in zip(given, default, strict=True)) == len(SCHEDULE)


@pytest.mark.parametrize("command", [classifier, segmenter], ids=["classifier", "segmenter"])
def test_without_an_option_it_is_the_configurations_own_value(command: click.Command) -> None:
    """So that a training from Python and one from here are the same."""
    usual = {field.name: field.default for field in dataclasses.fields(TrainingConfig)}
    defaults = command.make_context("train", ["--data", "a", "--output", "b"]).params
    shared = ({*usual} & {*defaults}) - {"epochs", "batch_size", "precision"}  # which are its own
    assert len(shared) >= 7
    assert {name: defaults[name] for name in shared} == {name: usual[name] for name in shared}


def what_is_trained(monkeypatch: pytest.MonkeyPatch, *more: str) -> TrainingConfig:
    """The configuration that a command comes to, on what passes for a GPU with bfloat16."""
    found: list[TrainingConfig] = []

    def note(run: ClassifierRun, config: TrainingConfig) -> None:
        found.append(config)
        raise KeyboardInterrupt

    @contextmanager
    def on_gpu(name: str, batch_size: int) -> Iterator[torch.device]:
        yield torch.device("cpu" if name == "cpu" else "cuda")

    monkeypatch.setattr(train_options, "on_device", on_gpu)
    monkeypatch.setattr(runtime, "computes_in_bfloat16", lambda device: True)
    monkeypatch.setattr(ClassifierRun, "open", note)
    outcome = run_command("train", "classifier", "--data", "a", "--output", "none", *more)
    assert outcome.err.strip() == "interrupted"
    return found.pop()


@pytest.mark.parametrize(
    ("words", "precision"),
    [
        ((), "bf16"),
        (("--precision", "auto"), "bf16"),
        (("--precision", "fp32"), "fp32"),
        (("--precision", "bf16"), "bf16"),
        (("--device", "cpu"), "fp32"),
        (("--device", "cpu", "--precision", "auto"), "fp32"),
        (("--device", "cpu", "--precision", "bf16"), "bf16"),
        (("--device", "cpu", "--mixed-precision"), "bf16"),
        (("--mixed-precision", "--precision", "fp32"), "fp32"),
    ],
)
def test_the_device_decides_about_the_precision_unless_it_is_said(
    words: tuple[str, ...], precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert what_is_trained(monkeypatch, *words).precision == precision


def test_the_former_name_of_the_precision_is_not_shown() -> None:
    text = run_command("train", "classifier", "--help").out
    assert "--precision [auto|fp32|bf16]" in text
    assert "--mixed-precision" not in text
    wrong = run_command("train", "classifier", "--data", "a", "--output", "b", "--precision", "x")
    assert "Invalid value for '--precision': 'x'" in wrong.err


@pytest.mark.parametrize(
    ("model", "pretrained", "stem_width", "expected"),
    [
        (None, None, None, (None, None, None)),
        (None, "none", 8, (None, None, 8)),
        ("squeezenet1_1", None, None, ("squeezenet1_1", None, None)),
        (None, "file.pth", None, (None, "file.pth", None)),
        ("resnet50", "file.pth", 32, ("resnet50", "file.pth", 32)),
    ],
)
def test_what_is_begun_with_is_what_was_asked_for(
    model: str | None, pretrained: str | None, stem_width: int | None, expected: tuple[object, ...]
) -> None:
    found = begin_with(model, pretrained, stem_width)
    assert (found["architecture"], found["pretrained"], found["stem_width"]) == expected


def test_an_interruption_says_how_to_go_on_where_one_can(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for content, hints in (((), 0), (("checkpoint.pt",), 1)):
        for name in content:
            (tmp_path / name).touch()
        with pytest.raises(KeyboardInterrupt), hint_when_interrupted(tmp_path):
            raise KeyboardInterrupt
        said = capsys.readouterr().err
        assert said.count("go on with the same command and --resume") == hints
    with pytest.raises(click.Abort), hint_when_interrupted(tmp_path):
        raise click.Abort
    assert capsys.readouterr().err == ""


def test_a_line_about_an_epoch() -> None:
    line = line_about(Epoch(2, 0.12345, 0.5, 0.98765, 0.75))
    assert line == "epoch 2: training loss 0.123, validation loss 0.500, accuracy 0.988"


@pytest.mark.parametrize("kind", ["classifier", "segmenter"])
def test_the_folder_is_output_and_was_once_out(kind: str, tmp_path: Path) -> None:
    text = run_command("train", kind, "--help").out
    assert "--output DIR" in text
    assert "--out " not in text
    assert "checkpoint in --output" in " ".join(text.split())
    missing = run_command("train", kind, "--data", "nowhere")
    assert "Missing option '--output'." in missing.err
    for name in ("--output", "--out"):
        (tmp_path / "weights.safetensors").touch()
        outcome = run_command("train", kind, "--data", "nowhere", name, tmp_path)
        assert f"{tmp_path}: holds the weights of a training already" in outcome.err
