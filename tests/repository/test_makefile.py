"""The Makefile explains itself, and chooses an interpreter that works."""

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


def bare_clone(root: Path, folder: Path) -> Path:
    """Fill a folder with the Makefile alone and requirements that install nothing."""
    shutil.copy(root / "Makefile", folder)
    (folder / "requirements.txt").touch()
    (folder / "pyproject.toml").touch()
    return folder


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """A folder where nothing has been made yet."""
    return bare_clone(root, tmp_path)


@pytest.fixture(scope="module")
def installed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where ``make install`` has run once."""
    folder = bare_clone(root, tmp_path_factory.mktemp("installed"))
    run = make(folder, "install", f"PYTHON={sys.executable}")
    assert run.returncode == 0, run.stderr
    assert "Installing" in run.stdout
    return folder


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
    program(programs, "python3.12", f'exec "{sys.executable}" "$@"')
    run = make(clone, "install", path=f"{programs}:{SYSTEM}")
    assert run.returncode == 0, run.stderr
    assert (clone / ".venv" / ".installed").exists()


def test_without_an_interpreter_it_says_what_to_do(clone: Path) -> None:
    run = make(clone, "install", "PYTHON=no-such-python")
    assert run.returncode != 0
    assert "No usable Python 3.11" in run.stderr
    assert "apt-get install python3" in run.stderr


def test_a_second_run_installs_nothing(installed: Path) -> None:
    assert make(installed, "install").stdout == ""


def test_a_half_made_environment_is_made_again(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").symlink_to(clone / "gone")
    run = make(clone, "install", f"PYTHON={sys.executable}")
    assert run.returncode == 0, run.stderr
    assert make(clone, "install").stdout == ""


def test_an_interrupted_installation_is_taken_up_again(installed: Path) -> None:
    (installed / ".venv" / ".installed").unlink()
    run = make(installed, "install", f"PYTHON={sys.executable}")
    assert run.returncode == 0, run.stderr
    assert "Installing" in run.stdout


def test_repository_asks_for_a_name(installed: Path) -> None:
    run = make(installed, "repository")
    assert run.returncode != 0
    assert "REPO=owner/name" in run.stderr


def test_clean_keeps_the_environment(clone: Path) -> None:
    for folder in ("_build", ".venv", "package/__pycache__"):
        (clone / folder).mkdir(parents=True)
    assert make(clone, "clean").returncode == 0
    assert not (clone / "_build").exists()
    assert not (clone / "package" / "__pycache__").exists()
    assert (clone / ".venv").exists()
