"""Files and folders that are written whole or not at all, and what only looks like a file.

What is not finished yet is called ``.NAME.PROCESS.part``. A run that is killed leaves it behind,
and the next one that writes there removes it (``locked``).
"""

import errno
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from course_utils.errors import CourseError

if TYPE_CHECKING:
    from filelock import FileLock

PART = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)\.part", re.DOTALL)

LOCK = ".course-utils.lock"
"""File in a folder that a run is writing to."""

LONGEST_NAME = 200
"""Bytes of a name to which something is still to be added; a system allows 255 in all."""


@contextmanager
def atomic_file(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only when all of it is on the disk.

    On any error, or Ctrl-C, the unfinished part is removed and a former file stays as it was.
    A device or a pipe, such as ``/dev/stdout``, is written to directly.

    Raises:
        CourseError: If the folder is missing, may not be written to, or the disk is full.
    """
    with _told(path, "cannot be written"):
        target = _followed(path)
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        part = _part_of(target, target.parent)
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


def write_atomically(path: Path | str, content: bytes) -> None:
    """Write the content under this name, whole or not at all (errors as ``atomic_file``)."""
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def whole_folder(path: Path, last: str = "") -> Iterator[Path]:
    """A folder to fill, whose files take their places only when all of them are on the disk.

    A new folder is built beside and gets its name at the end. In one that is there the files are
    moved up at the end, one after the other, and replace those of the same names. On any error, or
    Ctrl-C, nothing has changed.

    Args:
        path: Of the folder; those above it are made.
        last: Name of a file that is moved last, and whose former one is removed first: where it
            lies, nothing is missing.

    Yields:
        The folder to write into meanwhile.

    Raises:
        CourseError: If another run is writing there, the folder cannot be made or written to, or
            the disk is full.
    """
    target = _followed(path)
    with _told(path, "cannot be made"):
        target.parent.mkdir(parents=True, exist_ok=True)
    with locked(path):
        is_new = not target.is_dir()
        part = _part_of(target, target.parent if is_new else target)
        try:
            with _told(path, "cannot be written"):
                part.mkdir()
            yield part
            with _told(path, "cannot be written"):
                part.replace(target) if is_new else _move_up(part, target, last)
        finally:
            shutil.rmtree(part, ignore_errors=True)


def _move_up(part: Path, target: Path, last: str) -> None:
    """Move all files, at any depth, to where they belong."""
    files = sorted(path.relative_to(part) for path in part.rglob("*") if path.is_file())
    files.sort(key=lambda file: file == Path(last))
    if last:
        (target / last).unlink(missing_ok=True)
    for file in files:
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        (part / file).replace(target / file)


@contextmanager
def locked(path: Path | str) -> Iterator[None]:
    """Let no second run write into a file or a folder; remove what a run left that was killed.

    The system forgets the lock when the process ends, in whatever way. Devices and pipes are not
    locked, and nothing is where the file system knows no locks.

    Args:
        path: A folder, or a file that need not be there.

    Raises:
        CourseError: If another run is writing there, or nothing can be written there.
    """
    target = _followed(path)
    with _told(path, "cannot be written"):
        inside = target.is_dir()
        lock = _acquired(path, _lock_file(target, inside=inside))
    try:
        if lock:
            _remove_parts(target, inside=inside)
        yield
    finally:
        if lock:
            with suppress(OSError):
                Path(lock.lock_file).unlink()
            lock.release()


def _acquired(path: Path | str, file: Path | None) -> "FileLock | None":
    """The lock that this file is; ``None`` if there is none to take."""
    if file is None:
        return None
    from filelock import FileLock, Timeout

    lock = FileLock(file, timeout=0)
    try:
        lock.acquire()
    except NotImplementedError:  # by the file system
        return None
    except Timeout:
        raise CourseError(
            f"{path}: another run is writing there; wait for its end, or name another place"
        ) from None
    return lock


def _lock_file(target: Path, *, inside: bool) -> Path | None:
    """In a folder, or beside a file; of a device there is none."""
    if inside:
        return target / LOCK
    if target.exists() and not target.is_file():
        return None
    if not target.parent.is_dir():  # which the lock would make
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {target.parent}")
    return target.with_name(f".{short_name(target.name)}.lock")


def _remove_parts(target: Path, *, inside: bool) -> None:
    """Remove what dead processes left of this file or folder, and of files in the folder."""
    found = [path for path in _listed(target.parent) if _is_left(path, short_name(target.name))]
    found += [path for path in _listed(target) if inside and _is_left(path)]
    for path in found:
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder; nothing, where it may not be looked at."""
    with suppress(OSError):
        return list(folder.iterdir())
    return []


def _is_left(path: Path, name: str | None = None) -> bool:
    """Whether it is an unfinished part, perhaps of this name, and its process is dead."""
    found = PART.fullmatch(path.name)
    if found is None or name not in (None, found["name"]):
        return False
    return not _is_alive(int(found["process"]))


def is_unfinished(path: Path) -> bool:
    """Whether a run that writes here, or one that was killed, has put it here."""
    return path.name == LOCK or PART.fullmatch(path.name) is not None


def _is_alive(process: int) -> bool:
    """Whether another process of this number runs; Windows does not say so."""
    if process == os.getpid() or os.name == "nt":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _part_of(target: Path, folder: Path) -> Path:
    """What the file or folder is called, in this folder, until it is whole."""
    return folder / f".{short_name(target.name)}.{os.getpid()}.part"


def short_name(name: str) -> str:
    """As much of a file's name as leaves room for an ending."""
    while len(os.fsencode(name)) > LONGEST_NAME:
        name = name[:-1]
    return name


def _followed(path: Path | str) -> Path:
    """Where links lead; links in a circle lead to themselves."""
    return Path(os.path.realpath(path))


@contextmanager
def _told(path: Path | str, what: str) -> Iterator[None]:
    """Turn what the system refuses into a sentence about this path."""
    try:
        yield
    except OSError as error:
        raise CourseError(f"{path}: {what} ({error.strerror or error})") from error


def require_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises:
        CourseError: If it cannot be made.
    """
    with _told(folder, "cannot be made"):
        folder.mkdir(parents=True, exist_ok=True)


def require_other_files(outputs: Iterable[Path], inputs: Iterable[Path | str]) -> None:
    """Refuse to write over a file that is read, whatever names and links lead to it.

    Raises:
        CourseError: If an output is one of the inputs.
    """
    read = {_identity(path) for path in inputs} - {None}
    for path in outputs:
        if _identity(path) in read:
            raise CourseError(f"{path}: is one of the files to be read; choose another --output")


def _identity(path: Path | str) -> tuple[int, int] | None:
    """The same for all names of a file; ``None`` of what is no file, or may not be looked at."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def special_kind(path: Path) -> str | None:
    """What is neither file nor folder, in words: to open it may wait for ever, or never end.

    Args:
        path: Looked at and not opened; of a link, what it leads to.

    Raises:
        OSError: If nothing is there, or it may not be looked at.
    """
    return SPECIAL.get(stat.S_IFMT(path.stat().st_mode))


def open_at_once(path: Path) -> BinaryIO:
    """Open a file for reading; what took its place meanwhile, such as a pipe, is not waited for.

    Raises:
        OSError: If it cannot be opened, or is no file any more.
    """
    at_once = getattr(os, "O_NONBLOCK", 0)
    file = open(path, "rb", opener=lambda name, flags: os.open(name, flags | at_once))  # noqa: SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no file any more")
    return file
