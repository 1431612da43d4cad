"""How commands end, whatever is raised in them: mistakes in a sentence, bugs in a traceback."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import click
import pytest

from commands import Outcome, run_command
from course_utils.cli.commands import cli
from course_utils.errors import CourseError


@pytest.fixture
def command() -> Iterator[Callable[[BaseException], Outcome]]:
    """Runs a command within which this is raised."""

    def run(error: BaseException) -> Outcome:
        def callback() -> None:
            click.echo("begun")
            raise error

        with patch.dict(cli.commands, {"try": click.Command("try", callback=callback)}):
            return run_command("try")

    return run


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a/b"), "Error: a/b: No space left"),
        (PermissionError(errno.EACCES, "Permission denied", "c"), "Error: c: Permission denied"),
        (OSError(errno.EIO, "Input/output error"), "Error: Input/output error"),
        (OSError("only words"), "Error: only words"),
        (TimeoutError(), "Error: TimeoutError"),
        (OSError(errno.ENOENT, "No such file", "two\nlines\x1b[2J"), r"two\nlines\x1b[2J: No such"),
        (CourseError("a class \x1b]0;title\x07 is\nError: forged"), r"\x1b]0;title\x07 is\nError"),
        (click.UsageError("no \x1b]0;t\x07"), r"Error: no \x1b]0;t\x07"),
    ],
)
def test_what_the_system_refuses_is_a_sentence(
    error: Exception, said: str, command: Callable[[BaseException], Outcome]
) -> None:
    outcome = command(error)
    assert (outcome.status, outcome.out) == (2 if "no \\" in said else 1, "begun\n")
    assert said in outcome.err
    assert "\x1b" not in outcome.err


BUGS = [ZeroDivisionError, KeyError, TypeError, EOFError, UnicodeDecodeError, RecursionError]


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_of_ours_is_still_seen_as_one(
    bug: type[Exception], command: Callable[[BaseException], Outcome]
) -> None:
    error = bug("utf-8", b"", 0, 1, "a bug") if bug is UnicodeDecodeError else bug("a bug")
    with pytest.raises(bug, match="a bug"):
        command(error)


@pytest.mark.parametrize("words", ["predict a.jpg", "segment a.jpg --output b", "doctor"])
def test_a_current_folder_that_is_gone(words: str, tmp_path: Path) -> None:
    """In a process of its own: PyTorch's libraries could not be loaded there."""
    (tmp_path / "gone").mkdir()
    code = f"cd {tmp_path}/gone && rmdir ../gone && exec {sys.executable} -m course_utils {words}"
    shell = ["sh", "-c", code]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(os.path.isabs, sys.path))}
    run = subprocess.run(shell, capture_output=True, text=True, check=False, env=environment)
    said = "Error: the current folder is gone (No such file or directory); change to another\n"
    assert (run.returncode, run.stdout, run.stderr) == (1, "", said)
