"""Options of several commands: the weights that help names, and where a command writes."""

import errno
import os
from pathlib import Path
from typing import BinaryIO

import click
import pytest
from click.testing import CliRunner

from commands import run_command
from course_utils.cli.options import embedded_names, output_option
from course_utils.data import images
from course_utils.data.manifest import write_manifest
from course_utils.models.pretrained import labels_pixels
from course_utils.models.weight_sources import embedded_weights
from every_command import small_world
from picture_files import noise, save
from weight_files import write_segmenter


@pytest.fixture
def both(embedded: Path) -> Path:
    """An embedded folder with a classifier's weights, and weights for pixels."""
    write_segmenter(embedded / "weights" / "scenes-fcn8s.safetensors")
    write_manifest(embedded)
    return embedded


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("predict", "insects-resnet18"),
        ("locate", "insects-resnet18"),
        ("segment", "scenes-fcn8s"),
        ("evaluate", "insects-resnet18, scenes-fcn8s"),
    ],
)
def test_help_names_the_weights_of_the_right_kind(command: str, expected: str, both: Path) -> None:
    text = run_command(command, "--help").out
    words = " ".join(text.split()).replace("- ", "-")  # a line may end behind a hyphen
    assert f"[embedded: {expected}]" in words


def test_where_there_are_none_help_names_none(embedded: Path) -> None:
    outcome = run_command("segment", "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "embedded:" not in outcome.out
    assert "[required]" in outcome.out


@pytest.mark.parametrize("damage", ["{", '{"weights/gone.safetensors": ""}'])
def test_help_can_be_read_where_the_data_is_damaged(damage: str, both: Path) -> None:
    (both / "manifest.json").write_text(damage)
    outcome = run_command("segment", "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "embedded:" not in outcome.out


def test_the_kinds_are_those_that_loading_finds() -> None:
    for name in embedded_weights():
        assert name in embedded_names(pixels=labels_pixels(name))
        assert name not in embedded_names(pixels=not labels_pixels(name))


@click.command()
@output_option("DIR", "Where to.", required=True, former=("--out", "--save"))
def renamed(output: Path) -> None:
    click.echo(f"{output!r}")


@click.command()
@output_option("FILE", "Where to.")
def optional(output: Path | None) -> None:
    click.echo(f"{output!r}")


@pytest.mark.parametrize("name", ["--output", "--out", "--save"])
def test_an_option_is_understood_by_its_former_names(name: str) -> None:
    for words in ([name, "a/b"], [f"{name}=a/b"]):
        outcome = CliRunner().invoke(renamed, words)
        assert (outcome.exit_code, outcome.output) == (0, f"{Path('a/b')!r}\n")


def test_only_its_name_is_shown() -> None:
    shown = CliRunner().invoke(renamed, ["--help"]).output
    missing = CliRunner().invoke(renamed, []).output
    empty = CliRunner().invoke(renamed, ["--out"]).output
    assert "--output DIR  Where to.  [required]" in shown
    assert "Missing option '--output'." in missing
    assert "Option '--out' requires an argument." in empty
    for text in (shown, missing):
        assert "--out " not in text
        assert "--save" not in text


def test_where_to_write_may_be_left_open() -> None:
    assert CliRunner().invoke(optional, []).output == "None\n"
    assert CliRunner().invoke(optional, ["--out", "a"]).exit_code == 2


@pytest.mark.parametrize("command", ["predict", "locate", "segment", "evaluate", "compare"])
def test_a_device_that_is_none_is_refused_in_one_sentence(command: str) -> None:
    needed = {"segment": ("--output", "x"), "evaluate": ("--data", "x")}.get(command, ())
    argument = () if command == "evaluate" else ("x",)
    for name in ("mps", "cuda:3"):
        outcome = run_command(command, *argument, *needed, "--device", name)
        assert outcome.status == 2
        reason = f"Invalid value for '--device': device {name} was asked for, but PyTorch sees no"
        assert reason in " ".join(outcome.err.split())
    assert "[auto|cpu|cuda|cuda:N|mps]" in run_command(command, "--help").out


@pytest.mark.parametrize("command", ["predict", "locate", "segment"])
def test_a_file_that_may_not_be_read_does_not_end_the_batch(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may read all: what the system says to others is put into its mouth."""
    world = small_world(tmp_path)
    closed = save(tmp_path / "closed.png", noise(0, (50, 50)))
    may, open_file = os.access, images.open_at_once

    def refused(path: Path) -> BinaryIO:
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied")
        return open_file(path)

    monkeypatch.setattr(
        os, "access", lambda path, mode: str(path) != str(closed) and may(path, mode)
    )
    monkeypatch.setattr(images, "open_at_once", refused)
    weights = world["segmenter" if command == "segment" else "weights"]
    more = ["--output", tmp_path / "out"] if command == "segment" else []
    outcome = run_command(command, closed, world["picture"], "--weights", weights, *more)
    assert outcome.status == 1
    assert "closed.png: cannot be read (Permission denied)" in outcome.err
    assert "bee.png" in outcome.out
