"""The Makefile explains itself, and chooses an interpreter that works."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SYSTEM = "/usr/bin:/bin"
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


def make(folder: Path, *words: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run make in a folder, with a search path of its own if one is given."""
    environment = {"PATH": path or SYSTEM, "HOME": str(folder)}
    command = ["make", "--silent", "--no-print-directory", "-C", str(folder), *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def program(folder: Path, name: str, script: str) -> None:
    """Write a small program."""
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


# Writes down what it is asked; the environment that it makes has the same program.
RECORDING = """
echo "$@" >> {log}
if [ "$2" = venv ]; then
  for folder; do :; done
  mkdir -p "$folder/bin"
  cp "$0" "$folder/bin/python"
fi
"""


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A folder where nothing has been made yet: the Makefile, and nothing to install."""
    shutil.copy(root / "Makefile", tmp_path)
    (tmp_path / "requirements.txt").touch()
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


@pytest.fixture
def python(clone: Path) -> str:
    """An interpreter that only writes down what it is asked, into ``asked.txt``."""
    program(clone / "fake", "python", RECORDING.format(log=clone / "asked.txt"))
    return f"PYTHON={clone / 'fake' / 'python'}"


def asked(clone: Path) -> list[str]:
    """What was done with the interpreter, but for the questions whether it is one."""
    lines = (clone / "asked.txt").read_text().splitlines()
    return [line for line in lines if not line.startswith(("-c", "--version"))]


INSTALL = "-m pip install -qq -r requirements.txt"
FIRST = ["-m venv --clear .venv", INSTALL]


def test_help_explains_every_target(root: Path) -> None:
    text = (root / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: (\S+)$", text, flags=re.MULTILINE))
    explained = set(re.findall(r"^  make (\S+) +\S", make(root, "help").stdout, re.MULTILINE))
    assert targets == explained


def test_help_is_what_make_alone_says(root: Path) -> None:
    assert make(root).stdout == make(root, "help").stdout


def test_a_broken_interpreter_is_passed_over(clone: Path) -> None:
    programs = clone / "programs"
    program(programs, "python3", "exit 127")
    program(programs, "python3.13", "exit 127")
    program(programs, "python3.12", RECORDING.format(log=clone / "asked.txt"))
    run = make(clone, "install", path=f"{programs}:{SYSTEM}")
    assert run.returncode == 0, run.stderr
    assert asked(clone) == FIRST
    assert (clone / ".venv" / ".installed").exists()


def test_without_an_interpreter_it_says_what_to_do(clone: Path) -> None:
    run = make(clone, "install", "PYTHON=no-such-python")
    assert run.returncode != 0
    assert "No usable Python 3.11" in run.stderr
    assert "apt-get install python3" in run.stderr


def test_a_second_run_installs_nothing(clone: Path, python: str) -> None:
    first, second = (make(clone, "install", python) for _ in range(2))
    assert "Installing" in first.stdout
    assert (second.returncode, second.stdout) == (0, "")
    assert asked(clone) == FIRST


@pytest.mark.slow
def test_a_half_made_environment_is_made_again(clone: Path) -> None:
    """The only one with a true interpreter: it makes an environment, and installs nothing."""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(clone / "gone")
    run = make(clone, "install", f"PYTHON={sys.executable}")
    assert run.returncode == 0, run.stderr
    assert (clone / ".venv" / "bin" / "pip").exists()
    assert make(clone, "install").stdout == ""


def test_an_interrupted_installation_is_taken_up_again(clone: Path, python: str) -> None:
    assert make(clone, "install", python).returncode == 0
    (clone / ".venv" / ".installed").unlink()
    run = make(clone, "install", python)
    assert run.returncode == 0, run.stderr
    assert "Installing" in run.stdout
    assert asked(clone) == [*FIRST, "-m venv .venv", INSTALL]


def test_newer_requirements_are_installed(clone: Path, python: str) -> None:
    assert make(clone, "install", python).returncode == 0
    later = (clone / ".venv" / ".installed").stat().st_mtime + 10
    os.utime(clone / "requirements.txt", (later, later))
    assert "Installing" in make(clone, "install", python).stdout


def test_repository_asks_for_a_name(clone: Path, python: str) -> None:
    run = make(clone, "repository", python)
    assert run.returncode != 0
    assert "REPO=owner/name" in run.stderr


def test_clean_keeps_the_environment(clone: Path) -> None:
    for folder in ("_build", ".venv", "package/__pycache__"):
        (clone / folder).mkdir(parents=True)
    assert make(clone, "clean").returncode == 0
    assert not (clone / "_build").exists()
    assert not (clone / "package" / "__pycache__").exists()
    assert (clone / ".venv").exists()
