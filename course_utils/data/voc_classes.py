"""Which classes the masks of a set have: from files of its own, of labelme or of CVAT."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from course_utils.data.class_names import read_class_names
from course_utils.data.class_rows import IGNORED, UnknownFormError, require_name
from course_utils.data.masks import VOID, Colors, voc_colors
from course_utils.data.text_files import numbered_lines, read_text
from course_utils.errors import DataError

VOC_CLASSES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat"),
    *("chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant"),
    *("sheep", "sofa", "train", "tvmonitor"),
)
"""The classes of PASCAL VOC 2012 in the order of their indices."""

LABEL_MAP = "labelmap.txt"
CLASS_FILES = ("classes.txt", "class_names.txt", "labels.txt", LABEL_MAP)
"""Where the names stand, the first that is there: the set's own, labelme's two, CVAT's."""


COLOR = re.compile(r"([0-9]{1,3})\D{1,9}([0-9]{1,3})\D{1,9}([0-9]{1,3})", re.ASCII)
MOST_LABELS = 1000
"""Lines of a list of labels, comments among them."""


@dataclass(frozen=True)
class SetClasses:
    """The classes of a set.

    Attributes:
        names: Their position is the index in the masks.
        file: Where they stand; ``None`` for those of PASCAL VOC.
        colors: Of each index in masks of colors, see ``Colors``; ``None`` for PASCAL VOC's.
    """

    names: tuple[str, ...]
    file: Path | None = None
    colors: Colors | None = None


def set_classes(root: Path) -> SetClasses:
    """The classes of the set in a folder; VOC 2012's if no file names others.

    Raises:
        DataError: If the file cannot be read, holds no name, or one twice.
    """
    for name in CLASS_FILES:
        path = root / name
        if not path.exists():
            continue
        if name == LABEL_MAP:
            return _label_map(path)
        names = read_class_names(path)
        # labelme's list begins with what is to be ignored, whose index is -1, or 255
        return SetClasses(names[names[0] == "__ignore__" :] or names, path)
    return SetClasses(VOC_CLASSES)


def _label_map(path: Path) -> SetClasses:
    """CVAT's ``label:color_rgb:parts:actions``, with the background first."""
    lines = numbered_lines(read_text(path))
    if len(lines) > MOST_LABELS:
        raise DataError(f"{path}: has {len(lines)} lines; a set has 1 to {VOID} classes")
    labels = [_label(path, number, line) for number, line in lines if line[0] != "#"]
    void = [color for name, color in labels if name.lower() in IGNORED]
    classes = [label for label in labels if label[0].lower() not in IGNORED]
    classes.sort(
        key=lambda label: label[0].lower() != "background"
    )  # the others stay in their order
    if not classes or len(classes) > VOID:
        raise DataError(f"{path}: names {len(classes)} classes; a set has 1 to {VOID}")
    colors = voc_colors().copy()
    for index, (_, color) in enumerate(classes):
        colors[index] = colors[index] if color is None else color
    for number, color in enumerate(color for color in void if color is not None):
        if number == 0:
            colors[VOID] = color
        else:
            colors = np.append(colors, np.array([color], np.uint8), axis=0)
    names = tuple(name for name, _ in classes)
    _require_different(path, names, colors)
    if twice := {color for _, color in classes} & set(void) - {None}:
        raise DataError(f"{path}: gives void and a class one color, {twice.pop()}; change one")
    return SetClasses(names, path, colors)


def _label(path: Path, number: int, line: str) -> tuple[str, tuple[int, ...] | None]:
    name, _, rest = line.partition(":")
    try:
        require_name(number, name)
    except UnknownFormError as error:
        raise DataError(f"{path}: line {number}: {error}") from error
    numbers = rest.partition(":")[0].strip()
    if not numbers:
        return name.strip(), None
    found = COLOR.fullmatch(numbers)
    color = tuple(map(int, found.groups())) if found else ()
    if not color or max(color) > 255:
        raise DataError(
            f"{path}: line {number}: {line!r} gives no color; write NAME:RED,GREEN,BLUE::"
        )
    return name.strip(), color


def _require_different(path: Path, names: tuple[str, ...], colors: Colors) -> None:
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"{path}: has the class {twice} twice; give each its own name")
    used = colors[: len(names)]
    if len(np.unique(used, axis=0)) < len(used):
        raise DataError(f"{path}: gives two classes one color; give each its own")
