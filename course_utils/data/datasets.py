"""The folder of a set: of a named one, downloaded if need be, or of the reader's own."""

from pathlib import Path

from course_utils.data.archives import fetch
from course_utils.data.locations import local_path
from course_utils.data.sources import SOURCES, find_source
from course_utils.errors import DataError


def dataset_path(name: str) -> Path:
    """The folder of a named set: embedded, or the real one under ``COURSE_DATA=real``.

    A real set is looked for in ``COURSE_DATA_DIR`` and in the cache; if it is in neither it is
    downloaded to the cache.

    Args:
        name: ``insects``, ``flowers``, ``scenes``, ``panorama`` or ``panoramas``.

    Returns:
        An absolute path.

    Raises:
        DataError: If the name is unknown, the set is missing, or its download fails.
    """
    source = find_source(name)
    return local_path(source) or fetch(source)


def root_of(data: str) -> Path:
    """The folder of a set that is given by its name or as a folder.

    Raises:
        DataError: If it is neither; the named sets are listed.
    """
    if data in SOURCES:
        return dataset_path(data)
    if not Path(data).is_dir():
        names = ", ".join(SOURCES)
        raise DataError(f"{data}: there is no such folder, and the named sets are {names}")
    return Path(data)
