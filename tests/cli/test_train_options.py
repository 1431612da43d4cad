"""What all trainings have in common on the command line."""

import dataclasses
from pathlib import Path
from typing import Any

import click
import pytest

from commands import run_command
from course_utils.cli.train_options import (
    begin_with,
    hint_when_interrupted,
    line_about,
    training_config,
)
from course_utils.training import Epoch, TrainingConfig

SCHEDULE: dict[str, Any] = {
    "epochs": 3,
    "lr": 0.5,
    "body_lr": 0.25,
    "batch_size": 7,
    "patience": 2,
    "seed": 9,
}


def test_each_option_is_a_value_of_the_configuration() -> None:
    expected = TrainingConfig(
        epochs=3, learning_rate=0.5, body_learning_rate=0.25, batch_size=7, patience=2, seed=9
    )
    assert training_config(**SCHEDULE) == expected
    given, default = (dataclasses.astuple(c) for c in (expected, TrainingConfig()))
    assert sum(a != b for a, b in zip(given, default, strict=True)) == len(SCHEDULE)


@pytest.mark.parametrize(
    ("model", "pretrained", "stem_width", "expected"),
    [
        (None, None, None, ("resnet18", None, 16)),
        (None, "none", 8, ("resnet18", None, 8)),
        ("fcn8s-resnet34", None, None, ("fcn8s-resnet34", None, 16)),
        ("squeezenet1_1", None, None, ("squeezenet1_1", None, None)),
        (None, "file.pth", None, (None, "file.pth", None)),
        ("resnet50", "file.pth", 32, ("resnet50", "file.pth", 32)),
    ],
)
def test_a_network_from_scratch_is_slim_unless_it_is_said(
    model: str | None, pretrained: str | None, stem_width: int | None, expected: tuple[object, ...]
) -> None:
    found = begin_with(model, pretrained, stem_width, "resnet18")
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
