"""Where the files of a set in the VOC layout lie, whatever their endings."""

import os
import unicodedata
from pathlib import Path

from course_utils.data.formats import LOOKS, readable_suffixes
from course_utils.errors import DataError

MASK_FOLDERS = ("SegmentationClass", "SegmentationClassPNG", "SegmentationClassNpy")
"""Where masks lie; the last two are folders of labelme's, of former and of present versions."""

MASK_SUFFIXES = LOOKS | {".npy"}


class Folder:
    """The files of a folder by their names without endings; each folder is listed once."""

    def __init__(self, path: Path, suffixes: frozenset[str] = LOOKS) -> None:
        self.path, self.suffixes = path, suffixes
        self._listed: dict[str, dict[str, list[str]]] = {}

    def find(self, name: str) -> list[Path]:
        """The files that are meant by a name with or without an ending, in any case.

        An accent may be a sign of its own, as macOS writes it, or part of a letter.

        Args:
            name: Below the folder, with ``/`` between its parts.
        """
        parent, _, last = name.rpartition("/")
        listed = self._files_in(parent)
        stem, suffix = os.path.splitext(last)  # noqa: PTH122  of a name, not of a path
        if _composed(last) in listed:
            return self._paths(parent, _readable(listed[_composed(last)]))
        if suffix.lower() not in self.suffixes:
            return []
        found = listed.get(_composed(stem), [])
        exact = [file for file in found if file == last]
        return self._paths(parent, exact or _readable(found))

    def _paths(self, parent: str, files: list[str]) -> list[Path]:
        return [Path(self.path, parent, file) for file in files]

    def _files_in(self, parent: str) -> dict[str, list[str]]:
        if parent not in self._listed:
            files: dict[str, list[str]] = {}
            for name in _names_in(self.path / parent):
                stem, suffix = os.path.splitext(name)  # noqa: PTH122
                if suffix.lower() in self.suffixes:
                    files.setdefault(_composed(stem), []).append(name)
            self._listed[parent] = files
        return self._listed[parent]


def _readable(names: list[str]) -> list[str]:
    """Those that can be read, if there are any: a camera's raw picture may lie beside them."""
    if len(names) < 2:
        return names
    readable = [name for name in names if Path(name).suffix.lower() in readable_suffixes()]
    return readable or names


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  names are all that is needed
    except OSError:  # each picture that is asked for will say so
        return []


def picture_path(root: Path, name: str) -> Path:
    """Where the picture of this name lies, which may have any ending of a picture."""
    usual = root / "JPEGImages" / f"{name}.jpg"
    if is_file(usual):
        return usual
    return next(iter(Folder(root / "JPEGImages").find(name)), usual)


class Masks:
    """The masks of a set; each of its folders is listed once, and only where it is needed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders = [Folder(root / folder, MASK_SUFFIXES) for folder in MASK_FOLDERS]

    def find(self, name: str) -> Path:
        """Where the mask of a picture lies: a PNG, another picture, or labelme's array (``.npy``).

        Raises:
            DataError: If two files of one folder could be it.
        """
        usual = Path(self.root, MASK_FOLDERS[0], f"{name}.png")
        if is_file(usual):
            if not is_file(usual.with_suffix(".npy")):
                return usual
            found = [usual]
        else:
            found = [path for folder in self.folders for path in folder.find(name)]
        path = min(found, key=lambda path: path.suffix.lower() == ".npy", default=usual)
        array = path.parent / f"{path.stem}.npy"
        others = [other for other in found if other.parent == path.parent and other != path]
        if path != array and is_file(array):
            others.append(array)
        if others:
            raise DataError(
                f"{self.root}: the mask of {name} could be {path.name} and {others[0].name} in "
                f"{path.parent}; remove one of them"
            )
        return path


def mask_path(root: Path, name: str) -> Path:
    """Where the mask of one picture lies: a PNG, another picture, or labelme's array (``.npy``).

    Raises:
        DataError: If two files of one folder could be it.
    """
    return Masks(root).find(name)


def is_file(path: Path) -> bool:
    """Also of names that no disk can hold."""
    return os.path.isfile(path)  # noqa: PTH113  it raises nothing
