"""From pictures with masks to crops in a folder for each class, *background* among them."""

import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.data.crop_windows import Window, choose_windows
from course_utils.data.images import save_image
from course_utils.data.voc_layout import load_voc_pair, voc_class_names, voc_names
from course_utils.errors import DataError
from course_utils.files import require_folder

SPLITS = ("train", "val")


def cut_crops(root: Path, out: Path, seed: int = 0) -> dict[str, Counter[str]]:
    """Cut a set in the VOC layout into crops: ``out/{train,val}/CLASS/*.png``.

    ``crop_windows`` says which crops are cut and what they are called. They are square, keep the
    size that they have in the picture, and lose nothing (PNG). The crops of a picture depend on
    the seed and the picture's name alone.

    Args:
        root: Folder of the set (see ``voc_layout``).
        out: A new or empty folder.
        seed: Of all random choices.

    Returns:
        For each split the number of crops of each class.

    Raises:
        DataError: If the set is not laid out as it should be, ``out`` is not empty, or no crop
            can be cut from a split.
        ImageError: If a picture or a mask cannot be read.
        CourseError: If ``out`` cannot be written to.
    """
    class_names = _folder_names(root)
    names = {split: voc_names(root, split) for split in SPLITS}
    _require_empty(out)
    counts = {split: Counter[str]() for split in SPLITS}
    for split in SPLITS:
        for name in names[split]:
            counts[split].update(_cut_picture(root, name, class_names, out / split, seed))
        if not counts[split]:
            raise DataError(f"{root}: no crop could be cut from its {split} pictures")
    return counts


def _cut_picture(
    root: Path, name: str, class_names: tuple[str, ...], out: Path, seed: int
) -> list[str]:
    """Write the crops of one picture; return the class of each."""
    picture, classes = load_voc_pair(root, name, len(class_names))
    rng = np.random.default_rng([seed, zlib.crc32(name.encode())])
    labels = []
    for number, (window, index) in enumerate(choose_windows(classes, rng)):
        labels.append(class_names[index])
        _write_crop(out / labels[-1] / f"{name}_{number:02d}.png", picture, window)
    return labels


def _write_crop(path: Path, picture: Image.Image, window: Window) -> None:
    require_folder(path.parent)
    right, bottom = window.left + window.side, window.top + window.side
    save_image(path, picture.crop((window.left, window.top, right, bottom)))


def _folder_names(root: Path) -> tuple[str, ...]:
    class_names = voc_class_names(root)
    for name in class_names:
        if Path(name).name != name:
            raise DataError(f"{root}/classes.txt: {name!r} cannot be the name of a folder")
    return class_names


def _require_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError(f"{out}: is there and not empty; name a new folder")
