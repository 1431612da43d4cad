"""Files that take the places of others: all of them or none, wherever it is stopped."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.files import locked, whole_folder
from course_utils.unfinished import FORMER, is_unfinished, short_name

NEW = {"a": "new", "list": "new", "more/deep/d": "new", "sub/b": "new", "sub/e": "new"}
FORMER_FILES = {"a": "old", "list": "old", "sub/b": "old", "sub/mine": "mine", "z": "mine"}


def tree(folder: Path) -> dict[str, str]:
    """All that is visible: the content of files, the targets of links, and folders."""
    found = (path for path in folder.rglob("*") if not is_hidden(path.relative_to(folder)))
    return {path.relative_to(folder).as_posix(): shown(path) for path in found}


def is_hidden(path: Path) -> bool:
    return any(map(is_unfinished, (path, *path.parents)))


def shown(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return path.read_text() if path.is_file() else "/"


def fill(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with what a former run wrote, a link in a file's place, and an empty folder."""
    fill(tmp_path / "out", FORMER_FILES)
    (tmp_path / "out" / "sub" / "e").symlink_to("nowhere")
    (tmp_path / "out" / "empty").mkdir()
    return tmp_path / "out"


def write(out: Path, files: dict[str, str] = NEW) -> None:
    with whole_folder(out, last="list") as folder:
        fill(folder, files)


def stopping(at: int, stop: Callable[[], None]) -> Callable[[Path, Path], Path]:
    """A rename that is stopped at this one: before it is done, or just after."""
    rename, calls = Path.replace, count(1)

    def replace(path: Path, target: Path) -> Path:
        call = next(calls)
        if at == 2 * call:
            stop()
        moved = rename(path, target)
        if at == 2 * call + 1:
            stop()
        return moved

    return replace


RENAMES = 4 + len(NEW) + 1
"""Of former files (the link is one of them), new ones, and the folder of the former ones."""


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left"), ValueError])
def test_an_exception_at_any_rename_changes_nothing(
    error: type[BaseException] | BaseException, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(out)

    def stop() -> None:
        raise error

    for at in range(2, 2 * RENAMES + 1):
        monkeypatch.setattr(Path, "replace", stopping(at, stop))
        with pytest.raises((CourseError, KeyboardInterrupt, ValueError)):
            write(out)
        monkeypatch.undo()
        assert tree(out) == before, at
        assert not list(out.glob(".*"))
    write(out)
    assert tree(out).items() >= (FORMER_FILES | NEW).items()


def test_a_second_interruption_loses_nothing(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not back yet, the next run puts back."""
    before, rename = tree(out), Path.replace
    for at in range(2 * RENAMES):
        calls = count(1)

        def replace(path: Path, target: Path, at: int = at, calls: Iterator[int] = calls) -> Path:
            if next(calls) in (RENAMES, RENAMES + 1 + at):
                raise KeyboardInterrupt
            return rename(path, target)

        monkeypatch.setattr(Path, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            write(out)
        monkeypatch.undo()
        with locked(out):
            pass
        assert tree(out).items() >= before.items(), at
        for new in (out / "more", out / "sub" / "e"):
            if not before.get(new.relative_to(out).as_posix()):
                _remove(new)
        assert tree(out) == before


def _remove(path: Path) -> None:
    for inner in sorted(path.rglob("*"), reverse=True):
        inner.rmdir() if inner.is_dir() else inner.unlink()
    if path.is_dir():
        path.rmdir()


def test_what_a_killed_run_had_set_aside_is_put_back(out: Path) -> None:
    before = tree(out)
    whole = before | NEW | {"more": "/", "more/deep": "/"}
    for at in range(2, 2 * RENAMES + 2):
        child = get_context("fork").Process(target=_write_until_killed, args=(out, at))
        child.start()
        child.join()
        assert child.exitcode == -signal.SIGKILL
        left = tree(out)
        assert "list" not in left or left in (before, whole), at
        with locked(out):
            pass
        assert not list(out.glob(".*"))
        if at == 2 * RENAMES + 1:
            assert tree(out) == whole
            return
        assert tree(out).items() >= before.items(), at
        _remove(out / "more")
        assert tree(out) == before


def _write_until_killed(out: Path, at: int) -> None:
    Path.replace = stopping(at, lambda: os.kill(os.getpid(), signal.SIGKILL))  # type: ignore[assignment]
    write(out)


@pytest.mark.parametrize("name", ["sub/b", "a", "more/deep/d"])
def test_a_folder_in_the_place_of_a_file_is_refused(name: str, out: Path) -> None:
    (out / name).unlink(missing_ok=True)
    (out / name).mkdir(parents=True)
    before = tree(out)
    with pytest.raises(CourseError, match=f"{name}: is a folder, and a file is to be written"):
        write(out)
    assert tree(out) == before


@pytest.mark.parametrize("name", ["more", "more/deep"])
@pytest.mark.parametrize("link", [False, True])
def test_a_file_in_the_place_of_a_folder_is_refused(name: str, link: bool, out: Path) -> None:
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).symlink_to("nowhere") if link else (out / name).touch()
    before = tree(out)
    with pytest.raises(CourseError, match=f"{name}: is a file, and a folder is to be made there"):
        write(out)
    assert tree(out) == before


def test_what_cannot_be_put_back_is_kept_and_named(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = out / f".out.{2**22 + 1}.part"
    fill(part / FORMER, {"0/sub/b": "older", "1/list": "older"})

    def full(path: Path, target: Path) -> Path:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CourseError, match=r"part/\.former: holds what lay in .*/out and cannot"):
        write(out)
    monkeypatch.undo()
    assert len(list(part.rglob("*"))) == 6
    with locked(out):
        assert tree(out).items() >= {"sub/b": "older", "list": "older", "a": "old"}.items()
    assert not part.exists()


def test_a_name_is_shortened_at_whole_characters() -> None:
    assert short_name("a.png") == "a.png"
    assert short_name("蜂" * 100) == "蜂" * 66
