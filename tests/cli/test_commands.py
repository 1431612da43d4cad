"""What concerns every command: its help, its version, and a quick start."""

import subprocess
import sys
from pathlib import Path

import pytest

import course_utils
from commands import run_command
from picture_files import noise, picture_set, save
from voc_files import voc_set

COMMANDS: list[tuple[str, ...]] = [
    (),
    ("predict",),
    ("train",),
    ("train", "classifier"),
    ("data",),
    ("data", "list"),
    ("evaluate",),
    ("layers",),
    ("compare",),
    ("data", "path"),
    ("data", "fetch"),
    ("data", "crops"),
    ("data", "verify"),
    ("doctor",),
]


@pytest.mark.parametrize("option", ["--help", "-h"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(command: tuple[str, ...], option: str) -> None:
    outcome = run_command(*command, option)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(f"Usage: {' '.join(['course-utils', *command])}")
    assert len(outcome.lines) >= 5


def test_the_version_is_the_packages() -> None:
    outcome = run_command("--version")
    assert outcome.out == f"course-utils, version {course_utils.__version__}\n"


def test_an_unknown_command_is_refused() -> None:
    outcome = run_command("predikt")
    assert outcome.status == 2
    assert "No such command 'predikt'" in outcome.err


CHECK = """
import runpy, sys
sys.argv = ["course-utils", *sys.argv[1:]]
try:
    runpy.run_module("course_utils", run_name="__main__")
except SystemExit as stop:
    assert not stop.code
heavy = {"torch", "torchvision", "scipy", "matplotlib", "d2l", "PIL"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("arguments", [["--help"], ["predict", "--help"], ["--version"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-c", CHECK, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "course-utils" in run.stdout


WORK = """
import sys
from course_utils.cli import cli

for command in sys.argv[1:]:
    cli.main(command.split("|"), standalone_mode=False)
    assert "torch" in sys.modules
    assert "matplotlib" not in sys.modules, f"{command} loads matplotlib"
"""

WORKING_COMMANDS = [
    "predict {picture}",
    "locate {picture} --label bee --upscale --output {folder}/drawn.png",
    "segment {picture} --output {folder}",
    "train classifier --data {pictures} --output {folder}/classifier --epochs 1 --stem-width 4 "
    "--image-size 64",
    "train segmenter --data {masks} --output {folder}/segmenter --epochs 1 --stem-width 4 "
    "--crop-size 64x64",
]


def test_a_command_that_draws_no_chart_loads_no_matplotlib(tmp_path: Path) -> None:
    places = {
        "picture": save(tmp_path / "bee.png", noise(0)),
        "folder": tmp_path / "written",
        "pictures": picture_set(tmp_path / "pictures", 4, 2),
        "masks": voc_set(tmp_path / "masks", 2, 1),
    }
    places["folder"].mkdir()
    commands = [
        "|".join(word.format(**places) for word in command.split()) for command in WORKING_COMMANDS
    ]
    process = subprocess.run(
        [sys.executable, "-c", WORK, *commands], capture_output=True, text=True
    )
    assert process.returncode == 0, process.stderr
