"""From an archive on the internet to a set in the cache folder."""

import errno
import hashlib
import shutil
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from course_utils.data.download import LONGEST_WAIT, download
from course_utils.data.finding import is_image_name
from course_utils.data.locations import cache_folder, real_path
from course_utils.data.path_names import leads_out, unseen_in
from course_utils.data.sources import Archive, DataSource
from course_utils.errors import DataError, first_line
from course_utils.files import whole_folder

VALIDATION_PERCENT = 20

MOST_MEMBERS = 200_000
LONGEST = 80
"""Signs of a name that is shown."""

UNPACKED = ".unpacked"
"""Folder in the unfinished set for all that the archive holds."""

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

DEEPEST = 64
"""Folders in each other."""

USUAL_BYTES, MOST_TIMES = 1 << 26, 20
"""What is unpacked may have so many bytes, and so many times the archive's; pictures have one."""


def fetch(source: DataSource) -> Path:
    """Download and unpack the real set of this name unless it is there already.

    Returns:
        The folder of the set.

    Raises:
        DataError: If there is no real set of this name, or the download or unpacking fails.
        CourseError: If the cache folder cannot be written to, or another run that fetches the set
            does not end.
    """
    if source.real is None:
        raise DataError(f"{source.name}: there is no real set of this name; it is embedded")
    return real_path(source.real) or _fetch_archive(source.real)


def _fetch_archive(wanted: Archive) -> Path:
    name = wanted.url.rsplit("/", 1)[-1]
    archive = download(wanted.url, cache_folder() / "archives" / name, wanted.digest)
    return _unpack(archive, wanted)


def _unpack(archive: Path, wanted: Archive) -> Path:
    """Unpack beside the destination and rename at the end: a set is whole or not there."""
    found = cache_folder() / wanted.folder
    with whole_folder(found, wait=LONGEST_WAIT) as folder:
        if found.is_dir():  # another run was faster
            return found
        unpacked = folder / UNPACKED
        unpacked.mkdir()
        try:
            _unpack_safely(archive, unpacked)
        except DataError as error:
            full = isinstance(error.__cause__, OSError) and error.__cause__.errno in NO_ROOM
            remedy = "make room" if full else "delete it"
            raise DataError(f"{archive}: {error}; {remedy}") from error
        if not (unpacked / wanted.folder).is_dir():
            raise DataError(f"{archive}: does not hold a folder {wanted.folder}")
        for path in list((unpacked / wanted.folder).iterdir()):
            path.replace(folder / path.name)
        shutil.rmtree(unpacked)
        if not wanted.has_split:
            split_by_hash(folder)
    return found


def _unpack_safely(archive: Path, folder: Path) -> None:
    """Unpack what names no place outside the folder, nothing twice, and is not far too large."""
    is_zip = archive.suffix == ".zip"
    with _foreign():
        _require_sound(_in_zip(archive) if is_zip else _in_tar(archive), archive.stat().st_size)
        shutil.unpack_archive(archive, folder, filter=None if is_zip else "data")


@contextmanager
def _foreign() -> Iterator[None]:
    """Turn whatever the readers of archives raise into a sentence; nothing else runs within."""
    try:
        yield
    except DataError:
        raise
    except OSError as error:
        raise DataError(f"cannot be unpacked ({error.strerror or first_line(error)})") from error
    except Exception as error:  # encrypted, links to nothing, names that are no text, ...
        raise DataError(f"cannot be unpacked ({first_line(error).rstrip(':')})") from error


Member = tuple[str, int]
"""A file in an archive: its name, and how many bytes it will have."""


def _in_zip(archive: Path) -> Iterator[Member]:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if not member.is_dir():
                yield member.orig_filename, member.file_size


def _in_tar(archive: Path) -> Iterator[Member]:
    with tarfile.open(archive) as opened:
        for member in opened:
            if not member.isdir():
                yield member.name, member.size


def _require_sound(members: Iterable[Member], size: int) -> None:
    """Refuse members that would lie elsewhere, or over each other, or fill the disk."""
    seen: set[str] = set()
    total = 0
    for name, length in members:
        total += length
        if leads_out(name) or unseen_in(name) or name.count("/") > DEEPEST:
            raise DataError(f"cannot be unpacked (it has a file {name[:LONGEST]!r})")
        if name in seen:
            raise DataError(f"cannot be unpacked (it has the file {name!r} twice)")
        if total > USUAL_BYTES + MOST_TIMES * size or len(seen) >= MOST_MEMBERS:
            raise DataError("cannot be unpacked (it would become far too large)")
        seen.add(name)


def split_by_hash(root: Path) -> None:
    """Give a set of class folders the folders ``train`` and ``val``.

    A picture goes to ``val`` if the hash of its name falls in the lowest fifth: the same
    pictures on every machine, whatever else lies in the folder.
    """
    classes = [folder for folder in root.iterdir() if folder.is_dir()]
    for folder in classes:
        for file in sorted(filter(is_image_name, folder.iterdir())):
            destination = root / split_of(file.name) / folder.name
            destination.mkdir(parents=True, exist_ok=True)
            file.replace(destination / file.name)
        if not any(folder.iterdir()):
            folder.rmdir()


def split_of(name: str) -> str:
    """``"val"`` for a fifth of all file names, ``"train"`` for the others.

    >>> [split_of(f"{number}.jpg") for number in range(4)]
    ['val', 'train', 'train', 'train']
    """
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return "val" if number % 100 < VALIDATION_PERCENT else "train"
