"""From an archive on the internet to a set in the cache folder."""

import hashlib
import shutil
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

from filelock import FileLock

from course_utils.data.download import download
from course_utils.data.finding import is_image_name
from course_utils.data.locations import cache_folder, real_path
from course_utils.data.sources import Archive, DataSource
from course_utils.errors import DataError
from course_utils.files import require_folder

VALIDATION_PERCENT = 20
BAD_ARCHIVE = (OSError, tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError)


def fetch(source: DataSource) -> Path:
    """Download and unpack the real set of this name unless it is there already.

    Returns:
        The folder of the set.

    Raises:
        DataError: If there is no real set of this name, or the download or unpacking fails.
    """
    if source.real is None:
        raise DataError(f"{source.name}: there is no real set of this name; it is embedded")
    found = real_path(source.real)
    if found is not None:
        return found
    require_folder(cache_folder())
    with FileLock(cache_folder() / f"{source.name}.lock"):
        return real_path(source.real) or _fetch_archive(source.real)


def _fetch_archive(wanted: Archive) -> Path:
    name = wanted.url.rsplit("/", 1)[-1]
    archive = download(wanted.url, cache_folder() / "archives" / name, wanted.digest)
    return _unpack(archive, wanted)


def _unpack(archive: Path, wanted: Archive) -> Path:
    """Unpack beside the destination and rename at the end: a set is whole or not there."""
    top = wanted.folder.split("/")[0]
    with tempfile.TemporaryDirectory(dir=cache_folder()) as name:
        unpacked = Path(name)
        try:
            _unpack_safely(archive, unpacked)
        except BAD_ARCHIVE as error:
            raise DataError(f"{archive}: cannot be unpacked ({error}); delete it") from error
        if not (unpacked / wanted.folder).is_dir():
            raise DataError(f"{archive}: does not hold a folder {wanted.folder}")
        if not wanted.has_split:
            split_by_hash(unpacked / wanted.folder)
        (unpacked / top).replace(cache_folder() / top)
    return cache_folder() / wanted.folder


def _unpack_safely(archive: Path, folder: Path) -> None:
    """Unpack; a tar archive that names a place outside the folder is refused."""
    if archive.suffix == ".zip":
        shutil.unpack_archive(archive, folder)
    else:
        shutil.unpack_archive(archive, folder, filter="data")


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
