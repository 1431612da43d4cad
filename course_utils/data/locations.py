"""Where data lies: in the package, in the folder that ``COURSE_DATA_DIR`` names, or cached."""

import os
from functools import cache
from pathlib import Path

import platformdirs

from course_utils.data.sources import Archive, DataSource
from course_utils.errors import CourseError, DataError

PACKAGE = Path(__file__).resolve().parent.parent


def data_choice() -> str:
    """``"embedded"`` or ``"real"``: the environment variable ``COURSE_DATA``.

    Raises:
        CourseError: If it says something else.
    """
    choice = os.environ.get("COURSE_DATA") or "embedded"
    if choice not in ("embedded", "real"):
        raise CourseError(f"COURSE_DATA={choice}: set it to embedded or real")
    return choice


def embedded_folder() -> Path:
    """Where the course's own data lies: in the installed package, or at the repository's top.

    Raises:
        DataError: If it is in neither place.
    """
    for folder in (PACKAGE / "embedded", PACKAGE.parent / "data"):
        if (folder / "manifest.json").is_file():
            return folder
    raise DataError("the embedded data is missing: install course-utils again, or run `make data`")


def real_folders() -> list[Path]:
    """Where real sets are looked for."""
    named = os.environ.get("COURSE_DATA_DIR")
    return [_absolute(named), cache_folder()] if named else [cache_folder()]


def real_path(archive: Archive) -> Path | None:
    """Where a real set lies already, ``COURSE_DATA_DIR`` before the cache; None if nowhere."""
    for folder in real_folders():
        if (folder / archive.folder).is_dir():
            return folder / archive.folder
    return None


def local_path(source: DataSource) -> Path | None:
    """Where the set in use lies: embedded, or the real one if it is here; None if it is not.

    Raises:
        DataError: If the embedded data is missing.
    """
    if data_choice() == "embedded" or source.real is None:
        return embedded_folder() / source.name
    return real_path(source.real)


def cache_folder() -> Path:
    """Where downloads are kept: the platform's cache folder of ``course-utils``."""
    return Path(platformdirs.user_cache_dir("course-utils", appauthor=False))


@cache
def _absolute(named: str) -> Path:
    """The folder as it was meant when it was first asked for, wherever the program goes later."""
    return Path(named).absolute()
