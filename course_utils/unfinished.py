"""What is not finished yet: what it is called, whose it is, and how it takes its place.

It is called ``.NAME.PROCESS.part``. A run that is killed leaves it behind, and the next one that
writes there removes it.
"""

import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

from course_utils.errors import CourseError, about_system

PART = re.compile(r"\.(?P<name>.+)\.(?P<process>\d+)\.part", re.DOTALL)

LOCK = ".course-utils.lock"
"""File in a folder that a run is writing to."""

FORMER, REPLACED = ".former", ".replaced"
"""Folders in a part: files that are set aside while others take their places, and then."""

LONGEST_NAME = 200
"""Bytes of a name to which something is still to be added; a system allows 255 in all."""


def short_name(name: str) -> str:
    """As much of a file's name as leaves room for an ending."""
    while len(os.fsencode(name)) > LONGEST_NAME:
        name = name[:-1]
    return name


def part_of(target: Path, folder: Path) -> Path:
    """What the file or folder is called, in this folder, until it is whole."""
    return folder / f".{short_name(target.name)}.{os.getpid()}.part"


def is_unfinished(path: Path) -> bool:
    """Whether a run that writes here, or one that was killed, has put it here."""
    return path.name == LOCK or PART.fullmatch(path.name) is not None


def remove_parts(target: Path, *, inside: bool) -> None:
    """Remove what dead processes left of this file or folder, and of files in the folder.

    Raises:
        CourseError: As ``discard``.
    """
    found = [path for path in _listed(target.parent) if _is_left(path, short_name(target.name))]
    found += [path for path in _listed(target) if inside and _is_left(path)]
    for path in found:
        discard(path)


def discard(part: Path) -> None:
    """Remove a part, after the files that it has set aside are back in their places.

    Raises:
        CourseError: If they cannot be put back; they stay where they are.
    """
    try:
        _put_back(part)
    except OSError as error:
        raise CourseError(
            f"{part / FORMER}: holds what lay in {part.parent} and cannot be put back "
            f"({about_system(error)}); put it back by hand, and delete {part}"
        ) from error
    with suppress(OSError):
        shutil.rmtree(part) if part.is_dir() else part.unlink()


def move_up(part: Path, last: str = "") -> None:
    """Move all files of a part, at any depth, to where they belong: beside the part.

    Files of the same names are set aside first, and are back after any exception.

    Args:
        part: A folder.
        last: Name of the file that is moved last, and whose former one is set aside first.

    Raises:
        CourseError: If a folder is in the place of a file, or a file in that of a folder; nothing
            is moved.
        OSError: If a file cannot be moved.
    """
    target = part.parent
    files = sorted(_files_in(part), key=lambda file: (file == Path(last), file))
    folders = sorted({folder for file in files for folder in file.parents})
    _require_places(target, files, folders)
    made = [target / folder for folder in folders if not (target / folder).exists()]
    try:
        for file in ([Path(last)] if last else []) + files:
            _move(target / file, part / FORMER / str(int(file == Path(last))) / file)
        for file in files:
            _move(part / file, target / file)
        _move(part / FORMER, part / REPLACED)  # from here on the new files stay
    except BaseException:
        if not os.path.lexists(part / REPLACED):
            _move_down(part, files)
            _put_back(part)
            for folder in reversed(made):
                with suppress(OSError):
                    folder.rmdir()
        raise


def _move_down(part: Path, files: list[Path]) -> None:
    for file in files:
        if not os.path.lexists(part / file):
            _move(part.parent / file, part / file)


def _put_back(part: Path) -> None:
    """Put back what a part has set aside; the file that is to be last is the last here, too."""
    for file in sorted(_files_in(part / FORMER)):
        _move(part / FORMER / file, part.parent.joinpath(*file.parts[1:]))


def _move(source: Path, target: Path) -> None:
    """Move a file or a folder, if it is there."""
    if os.path.lexists(source):
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)


def _require_places(target: Path, files: list[Path], folders: list[Path]) -> None:
    """Refuse a folder in the place of a file, and a file in that of a folder."""
    for place in (target / file for file in files):
        if place.is_dir():
            raise CourseError(f"{place}: is a folder, and a file is to be written there; move it")
    for place in (target / folder for folder in folders):
        if os.path.lexists(place) and not place.is_dir():
            raise CourseError(f"{place}: is a file, and a folder is to be made there; move it")


def _files_in(folder: Path) -> list[Path]:
    """All that is no folder below this one; links are not followed."""
    found = (path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    return [path.relative_to(folder) for path in found]


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
