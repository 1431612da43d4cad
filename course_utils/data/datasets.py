"""The folder of a named set, downloaded if need be."""

from pathlib import Path

from course_utils.data.fetching import fetch
from course_utils.data.sources import find_source, local_path


def dataset_path(name: str) -> Path:
    """The folder of a named set: embedded, or the real one under ``COURSE_DATA=real``.

    A real set is looked for in ``COURSE_DATA_DIR`` and in the cache; if it is in neither it is
    downloaded to the cache.

    Args:
        name: ``insects``, ``flowers``, ``scenes`` or ``panorama``.

    Returns:
        An absolute path.

    Raises:
        DataError: If the name is unknown, the set is missing, or its download fails.
    """
    source = find_source(name)
    return local_path(source) or fetch(source)
