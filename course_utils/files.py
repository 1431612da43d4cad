"""Files and folders that are written whole or not at all, and what only looks like a file."""

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from course_utils.errors import CourseError
from course_utils.unfinished import LOCK, discard, move_up, part_of, remove_parts, short_name

if TYPE_CHECKING:
    from filelock import FileLock


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
            with _Remembering(target) as file, file.remembered():
                yield file
            return
        part = part_of(target, target.parent)
        try:
            with _Remembering(part) as file:
                with file.remembered():
                    yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)


class _Remembering(BufferedWriter):
    """A file that remembers what ended a write: PyTorch, for one, says something else of it."""

    def __init__(self, path: Path) -> None:
        super().__init__(FileIO(path, "w"))
        self.refused: BaseException | None = None

    def write(self, content: Any, /) -> int:
        try:
            return super().write(content)
        except BaseException as error:
            self.refused = error
            raise

    @contextmanager
    def remembered(self) -> Iterator[None]:
        """Raise it at the end, whatever the writer has made of it."""
        try:
            yield
        except Exception as error:
            if self.refused not in (None, error):
                raise self.refused from error
            raise
        if self.refused is not None:
            raise self.refused


def write_atomically(path: Path | str, content: bytes) -> None:
    """Write the content under this name, whole or not at all (errors as ``atomic_file``)."""
    with atomic_file(path) as file:
        file.write(content)


@contextmanager
def whole_folder(path: Path, last: str = "", wait: float = 0) -> Iterator[Path]:
    """A folder to fill, whose files take their places only when all of them are on the disk.

    A new folder is built beside and gets its name at the end, in one step. In one that is there the
    files are moved up at the end, one after the other; those of the same names are set aside, and
    removed when all are moved. On any error, or Ctrl-C, all lies there as it was before.

    A process that is killed while files are moved leaves some of both, and not ``last``. What it
    had set aside, the next run that writes there (``locked``) puts back before it begins; a new
    file that took nobody's place stays.

    Args:
        path: Of the folder; those above it are made.
        last: Name of a file that is moved last, and whose former one is set aside first: where it
            lies, nothing is missing.
        wait: As in ``locked``.

    Yields:
        The folder to write into meanwhile.

    Raises:
        CourseError: If another run is writing there, the folder cannot be made or written to, the
            disk is full, or a folder lies in a file's place or a file in a folder's.
    """
    target = _followed(path)
    with _told(path, "cannot be made"):
        target.parent.mkdir(parents=True, exist_ok=True)
    with locked(path, wait):
        is_new = not target.is_dir()
        part = part_of(target, target.parent if is_new else target)
        try:
            with _told(path, "cannot be written"):
                part.mkdir()
            try:
                yield part
            except CourseError as error:
                if type(error) is not CourseError or str(part) not in str(error):
                    raise
                raise CourseError(str(error).replace(str(part), str(path))) from error
            with _told(path, "cannot be written"):
                part.replace(target) if is_new else move_up(part, last)
        finally:
            discard(part)


@contextmanager
def locked(path: Path | str, wait: float = 0) -> Iterator[None]:
    """Let no second run write into a file or a folder; remove what a run left that was killed.

    The system forgets the lock when the process ends, in whatever way. Devices and pipes are not
    locked, and nothing is where the file system knows no locks.

    Args:
        path: A folder, or a file that need not be there.
        wait: So many seconds for another run to end, and say so on standard error.

    Raises:
        CourseError: If another run is writing there, nothing can be written there, or what a killed
            run had set aside cannot be put back.
    """
    target = _followed(path)
    with _told(path, "cannot be written"):
        inside = target.is_dir()
        lock = _acquired(path, _lock_file(target, inside=inside), wait)
    try:
        if lock:
            remove_parts(target, inside=inside)
        yield
    finally:
        if lock:
            with suppress(OSError):
                Path(lock.lock_file).unlink()
            lock.release()


def _acquired(path: Path | str, file: Path | None, wait: float) -> "FileLock | None":
    """The lock that this file is; ``None`` if there is none to take."""
    if file is None:
        return None
    from filelock import FileLock, Timeout

    lock = FileLock(file, timeout=0)
    try:
        with suppress(Timeout):
            lock.acquire()
        if not lock.is_locked:
            if wait:
                print(f"{path}: waiting for another run that writes there", file=sys.stderr)
            lock.acquire(timeout=wait)
    except NotImplementedError:  # by the file system
        return None
    except Timeout:
        since = f" and was not done within {wait:,.0f} seconds" if wait else ""
        raise CourseError(
            f"{path}: another run is writing there{since}; wait for its end, or name another place"
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


class Within(BufferedReader):
    """A file that is read no further than to its end, whatever length it claims for a part.

    Python takes the memory for what is asked for before it looks at how much is there.
    """

    def __init__(self, path: Path, opener: Callable[[str, int], int] | None = None) -> None:
        super().__init__(FileIO(path, opener=opener))
        self._length = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """At most what is left."""
        left = max(0, self._length - self.tell())
        return super().read(left if size is None or size < 0 else min(size, left))


def open_at_once(path: Path) -> BinaryIO:
    """Open a file for reading; what took its place meanwhile, such as a pipe, is not waited for.

    Raises:
        OSError: If it cannot be opened, or is no file any more.
    """
    at_once = getattr(os, "O_NONBLOCK", 0)
    file = Within(path, opener=lambda name, flags: os.open(name, flags | at_once))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no file any more")
    return file
