"""From pictures with masks to crops in a folder for each class, *background* among them."""

import zlib
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.data.crop_windows import Window, choose_windows
from course_utils.data.images import save_image
from course_utils.data.labels import indices_in, require_labels
from course_utils.data.palettes import require_one_palette
from course_utils.data.path_names import why_no_folder
from course_utils.data.voc_classes import SetClasses, set_classes
from course_utils.data.voc_layout import load_pair, load_set_mask, voc_entries
from course_utils.data.voc_lists import Entry
from course_utils.data.void_areas import is_thing_as_void
from course_utils.errors import DataError
from course_utils.files import require_folder, whole_folder
from course_utils.unfinished import is_unfinished

SPLITS = ("train", "val")


def cut_crops(root: Path, out: Path, seed: int = 0) -> dict[str, Counter[str]]:
    """Cut a set in the VOC layout into crops: ``out/{train,val}/CLASS/*.png``.

    ``crop_windows`` says which crops are cut and what they are called. They are square, keep the
    size that they have in the picture, and lose nothing (PNG). The crops of a picture depend on
    the seed and the picture's name alone. The folder appears when all are cut.

    Args:
        root: Folder of the set (see ``voc_layout``).
        out: A new or empty folder.
        seed: Of all random choices.

    Returns:
        For each split the number of crops of each class.

    Raises:
        DataError: If the set is not laid out as it should be, a split labels nothing, ``out`` is
            not empty, or no crop can be cut from a split.
        ImageError: If a picture or a mask cannot be read.
        CourseError: If ``out`` cannot be written to, or another run is writing there.
    """
    entries = {split: voc_entries(root, split) for split in SPLITS}
    classes = set_classes(root)
    _require_folder_names(root, classes)
    _require_empty(out)
    for split in SPLITS:
        _require_labels(root, split, entries[split], classes)
    counts = {split: Counter[str]() for split in SPLITS}
    with whole_folder(out) as folder:
        _require_empty(out)  # another run may have been here
        for split in SPLITS:
            for entry in entries[split]:
                counts[split].update(_cut_picture(entry, classes, folder / split, seed))
            if not counts[split]:
                raise DataError(f"{root}: no crop could be cut from its {split} pictures")
    return counts


def _require_labels(root: Path, split: str, entries: list[Entry], classes: SetClasses) -> None:
    """Refuse a split whose masks label nothing, or contradict each other."""
    found: dict[Path, frozenset[int]] = {}
    as_void: list[Path] = []
    for entry in entries:
        mask = load_set_mask(entry.mask, classes)
        found[entry.mask] = indices_in(mask)
        if is_thing_as_void(mask, found[entry.mask]):
            as_void.append(entry.mask)
    require_labels(root, split, found.values(), classes, as_void, allowed=0)  # nothing is printed
    if classes.colors is None:
        require_one_palette(root, found.items())


def _cut_picture(entry: Entry, classes: SetClasses, out: Path, seed: int) -> list[str]:
    """Write the crops of one picture; return the class of each."""
    picture, mask = load_pair(entry, classes)
    rng = np.random.default_rng([seed, zlib.crc32(entry.name.encode(errors="surrogateescape"))])
    labels = []
    for number, (window, index) in enumerate(choose_windows(mask, rng)):
        labels.append(classes.names[index])
        _write_crop(out / labels[-1] / f"{entry.name}_{number:02d}.png", picture, window)
    return labels


def _write_crop(path: Path, picture: Image.Image, window: Window) -> None:
    require_folder(path.parent)
    right, bottom = window.left + window.side, window.top + window.side
    save_image(path, picture.crop((window.left, window.top, right, bottom)))


def _require_folder_names(root: Path, classes: SetClasses) -> None:
    for name in classes.names:
        if reason := why_no_folder(name):
            file = classes.file or root / "classes.txt"
            raise DataError(f"{file}: {name!r} cannot be the name of a folder: it {reason}")


def _require_empty(out: Path) -> None:
    if out.exists() and (
        not out.is_dir() or any(not is_unfinished(path) for path in out.iterdir())
    ):
        raise DataError(f"{out}: is there and not empty; name a new folder")
