"""Reading a set in the layout of PASCAL VOC: lists of names, pictures, and their masks.

``JPEGImages/a.jpg`` is a picture, ``SegmentationClass/a.png`` says of each of its pixels which
class it belongs to, and ``ImageSets/Segmentation/train.txt`` lists the names of a split. Pictures
and masks may have other endings (``voc_files``), the lists other forms (``voc_lists``), and the
names of the classes stand in one of several files (``voc_classes``).
"""

from pathlib import Path

from PIL import Image

from course_utils.data.images import load_turned
from course_utils.data.masks import NO_CLASS, ClassMap, is_turned, load_mask
from course_utils.data.voc_classes import LABEL_MAP, VOC_CLASSES, SetClasses, set_classes
from course_utils.data.voc_files import mask_path, picture_path
from course_utils.data.voc_lists import Entry, read_list
from course_utils.errors import DataError, ImageError

__all__ = [
    "VOC_CLASSES",
    "load_pair",
    "load_set_mask",
    "load_voc_mask",
    "load_voc_pair",
    "mask_path",
    "picture_path",
    "voc_entries",
    "voc_names",
]


def voc_names(root: Path, split: str) -> list[str]:
    """The names of a split's pictures, as its list in ``ImageSets/Segmentation`` has them.

    Raises:
        DataError: As ``voc_entries``.
    """
    return [entry.name for entry in voc_entries(root, split)]


def voc_entries(root: Path, split: str) -> list[Entry]:
    """The pictures of a split and their masks, in the order of its list.

    Raises:
        DataError: If the folder or the list is missing, cannot be read, is empty, names a picture
            outside of the set, or one that two files could be.
    """
    if not root.is_dir():
        raise DataError(f"{root}: there is no such folder")
    return read_list(root, split)


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
    entry = Entry(name, picture_path(root, name), mask_path(root, name))
    return load_pair(entry, set_classes(root), num_classes)


def load_pair(
    entry: Entry, classes: SetClasses, num_classes: int | None = None
) -> tuple[Image.Image, ClassMap]:
    """Read a picture of a set and its mask; the rest is as for ``load_voc_pair``."""
    return load_marked_pair(entry, classes, num_classes)[:2]


def load_marked_pair(
    entry: Entry, classes: SetClasses, num_classes: int | None = None
) -> tuple[Image.Image, ClassMap, bool]:
    """The same, and whether only the picture has a camera's mark that turned it.

    The mask may have been drawn before or after, and their sizes do not tell.
    """
    picture, turned = load_turned(entry.picture)
    mask = load_set_mask(entry.mask, classes, num_classes)
    if mask.shape != (picture.height, picture.width):
        sizes = f"{mask.shape[1]}×{mask.shape[0]}, its picture {picture.width}×{picture.height}"
        turned = mask.shape == (picture.width, picture.height)
        hint = " (the camera's mark turns the picture: turn the mask, too)" * turned
        reason = f"the mask measures {sizes}; both must be of one size{hint}"
        raise ImageError(entry.mask, reason)
    return picture, mask, turned and not is_turned(entry.mask)


def load_voc_mask(root: Path, name: str, num_classes: int) -> ClassMap:
    """Read the mask ``(H, W)`` of a picture; the rest is as for ``load_voc_pair``."""
    return load_set_mask(mask_path(root, name), set_classes(root), num_classes)


def load_set_mask(path: Path, classes: SetClasses, num_classes: int | None = None) -> ClassMap:
    """Read a mask ``(H, W)`` of a set with these classes.

    Raises:
        ImageError: If the file is missing or damaged, or holds a class or a color that there is
            not.
    """
    count = len(classes.names) if num_classes is None else num_classes
    try:
        mask = load_mask(path, count, classes.colors)
    except ImageError as error:
        raise ImageError(path, f"{error.reason}{_label_map_hint(error.reason, classes)}") from error
    highest = int((mask + 1).max()) - 1  # in a byte, 255 + 1 is 0: void is no class
    if highest >= count:
        reason = (
            f"holds the class {highest}, but the set has the classes 0 to {count - 1}; add "
            "names to classes.txt or correct the mask"
        )
        raise ImageError(path, reason)
    return mask


def _label_map_hint(reason: str, classes: SetClasses) -> str:
    """That the colors of CVAT's list are not used, where another list stands beside it."""
    file = classes.file
    if file is None or file.name == LABEL_MAP or not (file.parent / LABEL_MAP).is_file():
        return ""
    if NO_CLASS not in reason:
        return ""
    return f"; {LABEL_MAP} is passed over because of {file.name}: remove that to use its colors"
