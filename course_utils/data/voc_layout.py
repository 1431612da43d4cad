"""Reading a set in the layout of PASCAL VOC: lists of names, pictures, and their masks.

``JPEGImages/a.jpg`` is a picture, ``SegmentationClass/a.png`` says of each of its pixels which
class it belongs to, and ``ImageSets/Segmentation/train.txt`` lists the names of a split.
"""

import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from course_utils.data.classification import read_class_names
from course_utils.data.images import load_image
from course_utils.errors import DataError, ImageError

ClassMap = npt.NDArray[np.uint8]
"""The index of the class of each pixel: ``(H, W)``, 0 is background and 255 void."""

BACKGROUND = 0
VOID = 255
"""Pixels that belong to no class: the outline of a thing, or one that is too hard to tell."""

VOC_CLASSES = (
    *("background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat"),
    *("chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant"),
    *("sheep", "sofa", "train", "tvmonitor"),
)
"""The classes of PASCAL VOC 2012 in the order of their indices."""


def voc_class_names(root: Path) -> tuple[str, ...]:
    """The names in the set's ``classes.txt``, one a line; VOC 2012's if it has no such file.

    Raises:
        DataError: If the file cannot be read or holds no name.
    """
    path = root / "classes.txt"
    return read_class_names(path) if path.exists() else VOC_CLASSES


def voc_names(root: Path, split: str) -> list[str]:
    """The names of a split's pictures, as its list in ``ImageSets/Segmentation`` has them.

    Raises:
        DataError: If the folder or the list is missing, cannot be read, or is empty.
    """
    if not root.is_dir():
        raise DataError(f"{root}: there is no such folder")
    path = root / "ImageSets" / "Segmentation" / f"{split}.txt"
    try:
        names = path.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{path}: cannot be read ({reason}); a set in the VOC layout lists the names of its "
            "pictures there"
        ) from error
    if not names:
        raise DataError(f"{path}: lists no picture")
    return names


def load_voc_pair(root: Path, name: str, num_classes: int) -> tuple[Image.Image, ClassMap]:
    """Read a picture and its mask.

    Args:
        root: Folder of the set.
        name: Of the picture, without an ending.
        num_classes: The mask may hold the indices below this number, and 255.

    Returns:
        The picture (RGB, ``W`` by ``H``) and its map of classes ``(H, W)``.

    Raises:
        ImageError: If one of the two files is missing or damaged, or the mask holds colours
            instead of indices.
        DataError: If the two differ in size, or the mask names a class that there is not.
    """
    picture = load_image(root / "JPEGImages" / f"{name}.jpg")
    path = root / "SegmentationClass" / f"{name}.png"
    mask = _load_mask(path)
    if mask.shape != (picture.height, picture.width):
        sizes = f"{mask.shape[1]}×{mask.shape[0]}, its picture {picture.width}×{picture.height}"
        raise DataError(f"{path}: the mask measures {sizes}; both must be of one size")
    highest = int(mask[mask != VOID].max(initial=0))
    if highest >= num_classes:
        raise DataError(
            f"{path}: holds the class {highest}, but the set has the classes 0 to "
            f"{num_classes - 1}; add names to classes.txt or correct the mask"
        )
    return picture, mask


def _load_mask(path: Path) -> ClassMap:
    """The indices of a palette or greyscale picture, not its colours."""
    load_image(path)  # every problem that a picture can have is reported there
    with warnings.catch_warnings(), Image.open(path) as image:
        warnings.simplefilter("ignore")
        if image.mode not in ("P", "L"):
            reason = f"holds colours (mode {image.mode}), not the indices of classes; save the mask"
            raise ImageError(path, f"{reason} as a palette PNG")
        return np.array(image, dtype=np.uint8)
