"""Lists of class names: in which files they stand, and ImageNet's."""

import json
from collections.abc import Sequence
from pathlib import Path

import torchvision

from course_utils.errors import DataError
from course_utils.files import write_atomically


def read_class_names(path: Path | str) -> tuple[str, ...]:
    """Read class names in the order of their indices.

    Args:
        path: A ``.json`` that maps index to name or name to index, or is a list of names;
            any other file holds one name a line.

    Raises:
        DataError: If the file cannot be read, or does not number the classes 0, 1, 2, ...
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: class names cannot be read ({error})") from error
    if path.suffix.lower() == ".json":
        return _names_from_json(path, text)
    names = tuple(line.strip() for line in text.splitlines() if line.strip())
    return _require_names(path, names)


def _names_from_json(path: Path, text: str) -> tuple[str, ...]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{path}: is not valid JSON ({error})") from error
    if isinstance(content, list) and all(isinstance(name, str) for name in content):
        return _require_names(path, tuple(content))
    if isinstance(content, dict):
        by_index = _by_index(content)
        if by_index is not None and sorted(by_index) == list(range(len(by_index))):
            return _require_names(path, tuple(by_index[i] for i in range(len(by_index))))
    example = '{"0": "ants", "1": "bees"}'
    raise DataError(f"{path}: does not number the classes 0, 1, 2, ... as in {example}")


def _by_index(content: dict[str, object]) -> dict[int, str] | None:
    """Index → name from a mapping in either direction; None if it is neither."""
    if all(key.isdecimal() and isinstance(name, str) for key, name in content.items()):
        by_index = {int(key): str(name) for key, name in content.items()}
    elif all(type(index) is int for index in content.values()):
        by_index = {int(str(index)): name for name, index in content.items()}
    else:
        return None
    return by_index if len(by_index) == len(content) else None


def _require_names(path: Path, names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise DataError(f"{path}: holds no class name")
    return names


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
