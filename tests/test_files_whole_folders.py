"""Folders are written whole or not at all, by one run at a time; what a dead one left goes."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.files import locked, whole_folder, write_atomically
from course_utils.unfinished import is_unfinished
from full_disk import disk_space


def tree(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def fill(folder: Path, text: str = "new") -> None:
    (folder / "sub").mkdir()
    for name in ("sub/a", "b", "list"):
        (folder / name).write_text(text)


FULL = {"sub/a": "new", "b": "new", "list": "new"}


@pytest.mark.parametrize("there", [False, True])
def test_a_folder_appears_when_it_is_full(there: bool, tmp_path: Path) -> None:
    target = tmp_path / "above" / "out"
    if there:
        target.mkdir(parents=True)
    with whole_folder(target) as folder:
        fill(folder)
        assert not target.exists() or all(map(is_unfinished, target.iterdir()))
    assert tree(tmp_path / "above") == {f"out/{name}": "new" for name in FULL}


def test_what_lies_there_is_replaced_or_stays(tmp_path: Path) -> None:
    fill(tmp_path, "former")
    (tmp_path / "mine").write_text("mine")
    with whole_folder(tmp_path, last="list") as folder:
        fill(folder)
        assert tree(tmp_path)["list"] == "former"
    assert tree(tmp_path) == FULL | {"mine": "mine"}


def test_the_last_file_is_missing_while_others_are_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "former")
    moved: list[str] = []
    move = Path.replace

    def watched(path: Path, target: Path) -> Path:
        moved.append(target.name)
        assert (tmp_path / "list").exists() == (len(moved) in (1, 7))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    with whole_folder(tmp_path, last="list") as folder:
        fill(folder)
    assert moved == ["list", "b", "a", "b", "a", "list", ".replaced"]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize("error", [CourseError, KeyboardInterrupt, SystemExit, ZeroDivisionError])
def test_an_error_leaves_all_as_it_was(
    error: type[BaseException], there: bool, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    if there:
        target.mkdir()
        fill(target, "former")
    before = tree(tmp_path)
    with pytest.raises(error), whole_folder(target) as folder:
        fill(folder)
        raise error
    assert tree(tmp_path) == before
    assert target.exists() == there


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    with disk_space(100), pytest.raises(CourseError, match="cannot be written"):  # noqa: SIM117
        with whole_folder(tmp_path / "out") as folder:
            write_atomically(folder / "a", b"x" * 1000)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["file/below", "x" * 300, "circle/below", "file"])
def test_a_place_where_no_folder_can_be_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("former")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CourseError, match=rf"{name}: cannot be (made|written) \("):  # noqa: SIM117
        with whole_folder(tmp_path / name):
            pass
    assert sorted(tmp_path.iterdir()) == before


def test_another_error_of_the_system_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with pytest.raises(BrokenPipeError), whole_folder(tmp_path / "out"):
        raise BrokenPipeError


@pytest.mark.parametrize("place", ["file", "new", "folder"])
def test_a_second_run_is_refused_while_the_first_lives(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    target = tmp_path / place
    refused = pytest.raises(CourseError, match="another run is writing there")
    with locked(target), refused, locked(target):
        pass
    with locked(target):
        pass
    assert not list(tmp_path.rglob("*.lock"))


def test_two_places_do_not_wait_for_each_other(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with locked(tmp_path / "a"), locked(tmp_path / "b"), locked(tmp_path / "folder"):
        pass


def test_devices_are_not_locked() -> None:
    with locked("/dev/null"), locked("/dev/null"):
        pass


@contextmanager
def killed(target: Path) -> Iterator[None]:
    """A run that writes there and is killed; inside, it still lives."""
    ready = target.parent / "ready"
    process = get_context("fork").Process(target=_write_for_ever, args=(target, ready))
    process.start()
    while not ready.exists():
        time.sleep(0.01)
    ready.unlink()
    yield
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def _write_for_ever(target: Path, ready: Path) -> None:
    with whole_folder(target) as folder:
        fill(folder)
        ready.touch()
        time.sleep(60)


@pytest.mark.parametrize("there", [False, True])
def test_what_a_killed_run_leaves_is_removed_by_the_next(there: bool, tmp_path: Path) -> None:
    target = tmp_path / "out"
    if there:
        target.mkdir()
    with killed(target), pytest.raises(CourseError, match="another run"), whole_folder(target):
        pass
    assert not target.exists() or all(map(is_unfinished, target.iterdir()))
    left = [path for path in tmp_path.rglob("*") if path.name.endswith((".part", ".lock"))]
    assert len(left) == 2
    with whole_folder(target) as folder:
        fill(folder)
    assert tree(tmp_path) == {f"out/{name}": "new" for name in FULL}


def test_parts_of_dead_processes_are_removed_and_others_stay(tmp_path: Path) -> None:
    dead = 2**22 + 1  # above the highest number of a process
    alive = os.getppid()
    names = {
        *(f".out.{alive}.part", ".out.part", f".other.{dead}.part", "out"),
        *(f"out/.a.{alive}.part", "out/a.part", "out/sub"),
    }
    gone = {f".out.{dead}.part", f"out/.a.txt.{dead}.part", f".out.{os.getpid()}.part"}
    (tmp_path / "out" / "sub").mkdir(parents=True)
    for name in (names | gone) - {"out", "out/sub"}:
        (tmp_path / name).write_text("part")
    with locked(tmp_path / "out"):
        pass
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == names


def test_a_full_disk_is_said_of_the_folder_that_was_asked_for(tmp_path: Path) -> None:
    """And not of the part that is gone by then."""
    with (
        pytest.raises(CourseError, match=r"out/deep/a\.txt: cannot be written") as caught,
        whole_folder(tmp_path / "out") as folder,
    ):
        write_atomically(folder / "deep" / "a.txt", b"")
    assert ".part" not in str(caught.value)
