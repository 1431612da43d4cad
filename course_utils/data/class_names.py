"""Lists of class names: in which files they stand, and ImageNet's."""

import json
from collections.abc import Sequence
from pathlib import Path

import torchvision

from course_utils.data.class_lists import parse
from course_utils.data.class_rows import Row, UnknownFormError, require_names
from course_utils.data.class_tables import in_order
from course_utils.data.text_files import read_text
from course_utils.errors import DataError
from course_utils.files import write_atomically


def read_class_names(path: Path | str) -> tuple[str, ...]:
    """Read class names in the order of their indices.

    Args:
        path: A file with one name a line; JSON (or, in a file of another ending than ``.json``,
            the same as Python writes it) that maps index to name, name to index or WordNet's
            number to name, or is a list of names; a table of index and name.
            ImageNet's lists, such as ``imagenet_class_index.json`` and
            ``LOC_synset_mapping.txt``, are of these kinds.

    Raises:
        DataError: If the file cannot be read, does not number the classes 0, 1, 2, ..., or gives
            two of them one name. ImageNet's own two cranes are let through.
    """
    return tuple(row.name or "" for row in _read(Path(path)))


def read_wnids(source: str | None) -> tuple[str, ...] | None:
    """The numbers in WordNet, such as ``n01440764``, where a list of classes has them.

    Args:
        source: As for ``class_names_from``, or ``None`` for no list.

    Raises:
        DataError: If the file cannot be read.
    """
    if source is None or source == "imagenet":
        return None
    wnids = tuple(row.wnid or "" for row in _read(Path(source)))
    return wnids if all(wnids) else None


def _read(path: Path) -> list[Row]:
    text = read_text(path, "class names ")
    try:
        rows = in_order(parse(text, path.suffix.lower()))
        by_wnid = all(row.wnid for row in rows)
        require_names([row.name or "" for row in rows], different=not by_wnid)
    except UnknownFormError as error:
        raise DataError(f"{path}: {error}") from error
    return rows


def write_class_names(path: Path | str, class_names: Sequence[str]) -> None:
    """Write ``{"0": "ants", "1": "bees"}``, whole or not at all."""
    content = {str(index): name for index, name in enumerate(class_names)}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(path, text.encode())


def class_names_from(source: str) -> tuple[str, ...]:
    """``imagenet`` (torchvision's list) or the names in a file.

    Raises:
        DataError: If the file cannot be read.
    """
    if source == "imagenet":
        return tuple(torchvision.models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
    return read_class_names(source)
