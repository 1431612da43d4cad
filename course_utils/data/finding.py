"""Which files are meant: those that are named, and in folders whatever is a picture."""

import errno
import os
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from course_utils.data.formats import (
    HEIF_HINT,
    LOOKS,
    SUFFIXES,
    readable_formats,
    readable_suffixes,
)
from course_utils.data.images import decode
from course_utils.errors import DataError, ImageError, some_of

OnLeftOut = Callable[[ImageError], None]
"""Is told of a folder that cannot be read, or once of all files in one that look like pictures."""

UNREADABLE = "the folder cannot be read"

SYSTEM_FOLDERS = frozenset(
    (
        *("@eadir", "#recycle", "__macosx", "$recycle.bin", "recycler"),
        *("system volume information", "lost+found", "thumbs.db", "__pycache__"),
    )
)
"""Folders of Synology, macOS, Windows, Linux and Python, in small letters: previews, waste."""


SEGMENTED = frozenset(("legend.png", "areas.json", "masks", "overlays"))
"""What ``course-utils segment`` writes: where all of it lies, none of it is looked at."""


def find_images(
    paths: Sequence[Path | str], on_left_out: OnLeftOut | None = None
) -> Iterator[Path]:
    """Files as they are given; of folders all pictures in them, at any depth, sorted by name.

    Links to folders are followed, each folder once. What is hidden is passed over, and so are
    folders of a system, such as ``@eaDir`` and ``__MACOSX``, and what ``segment`` has written.

    Args:
        paths: Files and folders.
        on_left_out: Called with what is left out. By default a folder that cannot be read is an
            error, and of files that only look like pictures a warning tells.

    Raises:
        DataError: If a path does not exist or cannot be read, or a folder holds no picture.
    """
    for path in map(Path, paths):
        if not _is_folder(path):
            yield path
            continue
        found, others = _pictures_below(path, on_left_out or _refuse)
        if not found:
            hint = f"; {_about(others)}" if others else f" (a file named {_known_suffixes()})"
            raise DataError(f"{path}: the folder holds no picture{hint}")
        if others:
            (on_left_out or _warn)(ImageError(path, _about(others)))
        yield from sorted(found)


def is_image_name(path: Path) -> bool:
    """Whether the file's name ends as a picture's does, and is not a hidden file's."""
    return path.suffix.lower() in readable_suffixes() and not path.name.startswith(".")


def is_system_folder(name: str) -> bool:
    """Whether a folder of this name is hidden, or some system's own: it holds no data."""
    return name.startswith(".") or name.lower() in SYSTEM_FOLDERS


def _refuse(error: ImageError) -> None:
    raise DataError(str(error))


def _warn(error: ImageError) -> None:
    warnings.warn(str(error), stacklevel=3)


def _is_folder(path: Path) -> bool:
    try:
        if path.exists():
            return path.is_dir()
        if path.is_symlink():
            raise DataError(f"{path}: is a link to what is not there{_or_to_itself(path)}")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from error
    raise DataError(f"{path}: there is no such file or folder")


def _or_to_itself(link: Path) -> str:
    """What else there is to say of a link that leads to nothing."""
    try:
        link.stat()
    except OSError as error:
        return ", but to itself" if error.errno == errno.ELOOP else ""
    return ""


def _pictures_below(folder: Path, on_left_out: OnLeftOut) -> tuple[list[Path], list[Path]]:
    """The pictures in a folder, and the files that only look like some."""
    found: list[Path] = []
    others: list[Path] = []
    for path in _files_below(folder, on_left_out):
        if is_image_name(path):
            found.append(path)
        elif path.suffix.lower() in LOOKS and not path.name.startswith("."):
            (found if _is_readable(path) else others).append(path)
    return found, sorted(others)


def _files_below(folder: Path, on_left_out: OnLeftOut) -> Iterator[Path]:
    """Of each folder once: under its own name if it has one here, otherwise under a link's.

    A link to a folder above is not followed: what lies beside this one is not meant.
    """
    real, links = deque([folder]), deque[Path]()
    seen = {_identity(parent) for parent in folder.resolve().parents} - {None}
    while real or links:
        parent = (real or links).popleft()
        identity = _identity(parent)
        if identity in seen:
            continue
        if identity:
            seen.add(identity)
        try:
            with os.scandir(parent) as entries:
                inside = {entry.name: entry for entry in sorted(entries, key=lambda e: e.name)}
        except OSError as error:
            on_left_out(ImageError(parent, f"{UNREADABLE} ({error.strerror})"))
            continue
        results = SEGMENTED if inside.keys() >= SEGMENTED else ()
        for entry in (entry for name, entry in inside.items() if name not in results):
            try:
                is_folder = _is_folder_entry(entry)
            except OSError as error:
                on_left_out(ImageError(parent / entry.name, f"{UNREADABLE} ({error.strerror})"))
                continue
            if not is_folder:
                yield parent / entry.name
            elif not is_system_folder(entry.name):
                (links if entry.is_symlink() else real).append(parent / entry.name)


def _identity(folder: Path) -> tuple[int, int] | None:
    """The same for all names of a folder; ``None`` if it may not be looked at."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_folder_entry(entry: "os.DirEntry[str]") -> bool:
    """Whether it is one, or leads to one; a link in a circle leads to none.

    Raises:
        OSError: If a link leads to where nothing may be looked at.
    """
    try:
        return entry.is_dir()
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        return False


def _is_readable(path: Path) -> bool:
    """Whether the content is a picture of another kind than the name says."""
    try:
        return decode(path, lambda image: True)
    except ImageError:
        return False


def _about(others: Sequence[Path]) -> str:
    """A sentence about files that look like pictures, and are none that can be read."""
    names = some_of([path.name for path in others])
    heif = any(path.suffix.lower() in (".heic", ".heif", ".hif") for path in others)
    remedy = f"for HEIC {HEIF_HINT}" if heif else "save as JPEG or PNG what is meant to be used"
    count = (
        "1 file looks like a picture"
        if len(others) == 1
        else (f"{len(others)} files look like pictures")
    )
    return f"{count} and cannot be read ({names}); {remedy}"


def _known_suffixes() -> str:
    """The endings that are looked for, those of a kind together."""
    return ", ".join(ending for kind in readable_formats() for ending in SUFFIXES[kind])
