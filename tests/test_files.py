"""A file is written whole or not at all."""

import os
import socket
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from course_utils.errors import CourseError
from course_utils.files import (
    atomic_file,
    open_at_once,
    require_folder,
    require_other_files,
    special_kind,
    write_atomically,
)
from course_utils.unfinished import short_name
from full_disk import disk_space


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """A file from an earlier run."""
    (tmp_path / "a.txt").write_bytes(b"former")
    return tmp_path / "a.txt"


def test_the_content_arrives(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    assert (tmp_path / "a").read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_the_name_appears_only_at_the_end(former: Path) -> None:
    with atomic_file(former) as file:
        file.write(b"new")
        file.flush()
        assert former.read_bytes() == b"former"
    assert former.read_bytes() == b"new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_leaves_the_former_file(former: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), atomic_file(former) as file:
        file.write(b"half")
        raise error
    assert former.read_bytes() == b"former"
    assert list(former.parent.iterdir()) == [former]


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_a_full_disk_leaves_the_former_file(former: Path, size: int) -> None:
    with disk_space(500), pytest.raises(CourseError, match=r"a\.txt: cannot be written"):
        write_atomically(former, b"x" * size)
    assert former.read_bytes() == b"former"
    assert list(former.parent.iterdir()) == [former]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("hidden", [True, False])
def test_what_ended_a_write_is_raised_whatever_the_writer_makes_of_it(
    error: BaseException, hidden: bool, former: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing(FileIO):
        def write(self, content: object) -> int:
            raise error

    monkeypatch.setattr("course_utils.files.FileIO", Refusing)
    with pytest.raises((CourseError, KeyboardInterrupt)) as caught, atomic_file(former) as file:
        try:
            file.write(b"x" * 10_000)
        except BaseException:
            if not hidden:
                raise RuntimeError("unexpected pos") from None
    assert "No space left on device" in str(caught.value) or caught.value is error
    assert former.read_bytes() == b"former"
    assert list(former.parent.iterdir()) == [former]


def test_a_full_device_is_an_error() -> None:
    with pytest.raises(CourseError, match="/dev/full: cannot be written"):
        write_atomically("/dev/full", b"x")
    assert Path("/dev/full").is_char_device()


def test_a_device_is_written_to_and_stays_one() -> None:
    write_atomically("/dev/null", b"x")
    assert Path("/dev/null").is_char_device()


def test_a_pipe_receives_the_content(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=write_atomically, args=(tmp_path / "pipe", b"through"))
    writer.start()
    assert (tmp_path / "pipe").read_bytes() == b"through"
    writer.join()


def test_a_link_stays_a_link(former: Path) -> None:
    link = former.with_name("link")
    link.symlink_to(former)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert former.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["a.txt/below", "no/such/folder", ".", "x" * 300])
def test_a_place_that_cannot_be_written_is_named(former: Path, name: str) -> None:
    with pytest.raises(CourseError, match="cannot be written"):
        write_atomically(former.parent / name, b"x")
    assert list(former.parent.iterdir()) == [former]


def test_a_name_may_be_as_long_as_the_system_allows(tmp_path: Path) -> None:
    for name in ("x" * 255, "蜂" * 85):
        write_atomically(tmp_path / name, b"x")
        assert (tmp_path / name).read_bytes() == b"x"
        assert (tmp_path / name).name.startswith(short_name(name))


def test_a_link_in_a_circle_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    with pytest.raises(CourseError, match="below: cannot be written"):
        write_atomically(tmp_path / "link" / "below", b"x")


def same(folder: Path) -> Path:
    return folder / "a.txt"


def linked(folder: Path) -> Path:
    (folder / "link").symlink_to(folder / "a.txt")
    return folder / "link"


def hard_linked(folder: Path) -> Path:
    (folder / "hard").hardlink_to(folder / "a.txt")
    return folder / "hard"


def through_a_folder(folder: Path) -> Path:
    (folder / "other").symlink_to(folder)
    return folder / "other" / "a.txt"


def with_dots(folder: Path) -> Path:
    (folder / "b").mkdir()
    return folder / "b" / ".." / "a.txt"


@pytest.mark.parametrize("named", [same, linked, hard_linked, through_a_folder, with_dots])
def test_what_is_read_is_not_written_over(named: Callable[[Path], Path], former: Path) -> None:
    output = named(former.parent)
    with pytest.raises(CourseError, match="is one of the files to be read; choose another --outp"):
        require_other_files([former.parent / "new", output], ["insects-resnet18", former])
    require_other_files([former.parent / "new"], ["insects-resnet18", former])


def test_folders_are_made_or_refused(former: Path) -> None:
    for _ in range(2):
        require_folder(former.parent / "b" / "c")
    assert (former.parent / "b" / "c").is_dir()
    for folder in (former, former / "below"):
        with pytest.raises(CourseError, match="cannot be made"):
            require_folder(folder)


def test_what_only_looks_like_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(tmp_path / "pipe")
    (tmp_path / "file").touch()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        kinds = [special_kind(tmp_path / name) for name in ("pipe", "link", "socket", "file")]
    assert kinds == ["a named pipe", "a named pipe", "a socket", None]
    assert special_kind(Path("/dev/null")) == "a device"
    assert special_kind(tmp_path) is None
    with pytest.raises(FileNotFoundError):
        special_kind(tmp_path / "none")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
def test_a_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(OSError, match="it is no file any more"):
            open_at_once(path)
    (tmp_path / "file").write_bytes(b"content")
    with open_at_once(tmp_path / "file") as file:
        assert file.read() == b"content"
