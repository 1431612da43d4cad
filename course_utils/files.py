"""Files that are written whole or not at all, and what only looks like a file."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from course_utils.errors import CourseError


@contextmanager
def atomic_file(path: Path | str) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its name only when all of it is on the disk.

    On any error, or Ctrl-C, the unfinished part is removed and a former file stays as it was.
    A device or a pipe, such as ``/dev/stdout``, is written to directly.

    Raises:
        CourseError: If the folder is missing, may not be written to, or the disk is full.
    """
    target = Path(path).resolve()
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise CourseError(f"{path}: cannot be written ({error.strerror or error})") from error


def require_folder(folder: Path) -> None:
    """Make a folder, and those above it, unless it is there.

    Raises:
        CourseError: If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(f"{folder}: cannot be made ({error.strerror})") from error


def write_atomically(path: Path | str, content: bytes) -> None:
    """Write the content under this name, whole or not at all (errors as ``atomic_file``)."""
    with atomic_file(path) as file:
        file.write(content)


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
