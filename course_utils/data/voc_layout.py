"""Reading a set in the layout of PASCAL VOC: lists of names, pictures, and their masks.

``JPEGImages/a.jpg`` is a picture, ``SegmentationClass/a.png`` says of each of its pixels which
class it belongs to, and ``ImageSets/Segmentation/train.txt`` lists the names of a split.
"""

from pathlib import Path

from PIL import Image

from course_utils.data.class_names import read_class_names
from course_utils.data.images import load_image
from course_utils.data.masks import ClassMap, load_mask
from course_utils.errors import DataError, ImageError

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
        names = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"{path}: cannot be read ({reason}); a set in the VOC layout lists the names of its "
            "pictures there"
        ) from error
    if not names:
        raise DataError(f"{path}: lists no picture")
    return names


def picture_path(root: Path, name: str) -> Path:
    """Where the picture of this name lies."""
    return root / "JPEGImages" / f"{name}.jpg"


def mask_path(root: Path, name: str) -> Path:
    """Where its mask lies."""
    return root / "SegmentationClass" / f"{name}.png"


def load_voc_pair(root: Path, name: str, num_classes: int) -> tuple[Image.Image, ClassMap]:
    """Read a picture and its mask.

    Args:
        root: Folder of the set.
        name: Of the picture, without an ending.
        num_classes: The mask may hold the indices below this number, and 255.

    Returns:
        The picture (RGB, ``W`` by ``H``) and its map of classes ``(H, W)``.

    Raises:
        ImageError: If one of the two files is missing or damaged, the two differ in size, or the
            mask holds a class or a color that there is not.
    """
    picture = load_image(picture_path(root, name))
    mask = load_voc_mask(root, name, num_classes)
    if mask.shape != (picture.height, picture.width):
        sizes = f"{mask.shape[1]}×{mask.shape[0]}, its picture {picture.width}×{picture.height}"
        reason = f"the mask measures {sizes}; both must be of one size"
        raise ImageError(mask_path(root, name), reason)
    return picture, mask


def load_voc_mask(root: Path, name: str, num_classes: int) -> ClassMap:
    """Read the mask ``(H, W)`` of a picture; the rest is as for ``load_voc_pair``."""
    path = mask_path(root, name)
    mask = load_mask(path, num_classes)
    highest = int((mask + 1).max()) - 1  # in a byte, 255 + 1 is 0: void is no class
    if highest >= num_classes:
        reason = (
            f"holds the class {highest}, but the set has the classes 0 to {num_classes - 1}; add "
            "names to classes.txt or correct the mask"
        )
        raise ImageError(path, reason)
    return mask
