"""What concerns every command: its help, its version, and a quick start."""

import subprocess
import sys

import pytest

import course_utils
from commands import run_command

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
import runpy, sys, time
sys.argv = ["course-utils", *sys.argv[1:]]
try:
    runpy.run_module("course_utils", run_name="__main__")
except SystemExit as stop:
    assert not stop.code
heavy = {"torch", "torchvision", "matplotlib", "d2l", "numpy", "PIL"} & set(sys.modules)
assert not heavy, heavy
assert time.process_time() < 0.5, time.process_time()
"""


@pytest.mark.parametrize("arguments", [["--help"], ["predict", "--help"], ["--version"]])
def test_help_takes_less_than_half_a_second_and_no_pytorch(arguments: list[str]) -> None:
    command = [sys.executable, "-c", CHECK, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    assert "course-utils" in run.stdout
