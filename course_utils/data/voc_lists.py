"""The lists of a set in the VOC layout, as people, editors and other tools write them.

A line names one picture: ``a``, ``a b.jpg``, ``JPEGImages/a.jpg``, or together with its mask
``JPEGImages/a.jpg SegmentationClass/a.png``; or it names several. In VOC's lists of a class a mark
follows the name: ``-1`` says that the class is not in the picture, and such a line is left out.
What begins with ``#`` is a comment, unless a picture is called so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from course_utils.data.path_names import leads_out
from course_utils.data.text_files import numbered_lines, read_text
from course_utils.data.voc_files import Folder, Masks, is_file
from course_utils.errors import DataError

ABSENT, MARKS = "-1", ("-1", "0", "1")
BETWEEN = re.compile(r"\s*+[,;]\s*+|\s++")
MOST_WORDS = 100
"""Of a picture's path, where its mask follows in the line; a name has at most 255 signs."""


@dataclass(frozen=True)
class Entry:
    """A picture of a set and its mask.

    Attributes:
        name: Of the picture below ``JPEGImages``, without an ending.
        picture: Its file.
        mask: The file of its mask.
    """

    name: str
    picture: Path
    mask: Path


def list_file(root: Path, split: str) -> Path:
    """The file that lists the pictures of a split."""
    return root / "ImageSets" / "Segmentation" / f"{split}.txt"


def read_list(root: Path, split: str) -> list[Entry]:
    """The pictures of a split, in the order of its list in ``ImageSets/Segmentation``.

    Raises:
        DataError: If the list is missing, cannot be read, is empty, names a picture outside of
            the set, or one that two files could be.
    """
    path = list_file(root, split)
    try:
        text = read_text(path)
    except DataError as error:
        raise DataError(
            f"{error}; a set in the VOC layout lists the names of its pictures there{_others(path)}"
        ) from error
    reader = _Reader(root, path)
    entries = [entry for number, line in numbered_lines(text) for entry in reader.at(number, line)]
    if not entries:
        raise DataError(f"{path}: lists no picture")
    return entries


def _others(path: Path) -> str:
    """Which lists there are instead, such as CVAT's; labelme writes none."""
    names = sorted(other.name for other in path.parent.glob("*.txt") if other != path)[:5]
    if not names:
        return "; write it, a name a line"
    return f"; there is {', '.join(names)}: rename or divide it"


def _names_in(line: str) -> list[str]:
    """Several names in a line, also as programs write a list: ``a, b`` or ``['a', 'b']``."""
    return [name for name in re.split(r"[\s,;]+", line.strip("[]()")) if name] or [line]


class _Reader:
    """Turns lines of one list into entries; knows which pictures there are."""

    def __init__(self, root: Path, path: Path) -> None:
        self.root, self.path = root, path
        self.pictures, self.masks = Folder(root / "JPEGImages"), Masks(root)
        self.place = str(path)

    def at(self, number: int, line: str) -> list[Entry]:
        """What the line of this number names."""
        self.place = f"{self.path}: line {number}"
        return list(self._entries(line))

    def _entries(self, line: str) -> Iterator[Entry]:
        """Mostly one picture."""
        name, *mark = line.rsplit(maxsplit=1)
        if self._is_there(line):
            yield self._entry(line)
        elif line.startswith("#"):
            return
        elif mark and mark[0] in MARKS:
            if mark[0] != ABSENT:
                yield self._entry(name)
        elif pair := self._pair(line):
            yield self._entry(*pair)
        elif all(map(self._is_there, names := _names_in(line))):
            yield from map(self._entry, names)
        else:
            yield self._entry(line)

    def _pair(self, line: str) -> tuple[str, Path] | None:
        """A picture and its mask, with any space, comma or semicolon between them."""
        for match in islice(BETWEEN.finditer(line), MOST_WORDS):
            picture = line[: match.start()]
            if self._is_there(picture) and (mask := self._mask(line[match.end() :])):
                return picture, mask
        return None

    def _mask(self, text: str) -> Path | None:
        """The file of this path below the set, if it is there."""
        relative = self._inside(text, "SegmentationClass")
        path = self.root / relative
        return path if is_file(path) else None

    def _is_there(self, text: str) -> bool:
        return bool(self.pictures.find(self._inside(text, "JPEGImages", cut=True)))

    def _entry(self, text: str, mask: Path | None = None) -> Entry:
        name = self._inside(text, "JPEGImages", cut=True)
        if not name:
            raise DataError(f"{self.place}: {text!r} names no picture; remove the line")
        found = self.pictures.find(name)
        if len(found) > 1:
            both = " and ".join(path.name for path in found[:2])
            raise DataError(
                f"{self.place}: {text} could be {both} in {found[0].parent}; remove one of them, "
                "or write the ending into the list"
            )
        picture = found[0] if found else self.root / "JPEGImages" / f"{name}.jpg"
        stem = "".join(name.rpartition("/")[:2]) + picture.stem if found else name
        return Entry(stem, picture, mask or self.masks.find(stem))

    def _inside(self, text: str, folder: str, *, cut: bool = False) -> str:
        """The path below the set, or with ``cut`` below this folder of it.

        Raises:
            DataError: If it leads out of the set.
        """
        text = text.strip("\"'")
        text = text.replace("\\", "/") if f"{folder}\\" in text else text
        parts = ["/"] * text.startswith("/") + [p for p in text.split("/") if p not in ("", ".")]
        heads = [part if cut else part[: len(folder)] for part in parts]  # SegmentationClassAug
        start = heads.index(folder) if folder in heads else None
        if start is not None:
            parts = parts[start + cut :]
        name = "/".join(parts)
        if name and leads_out(name):
            raise DataError(f"{self.place} names {text!r}, which lies outside of the set")
        return name
