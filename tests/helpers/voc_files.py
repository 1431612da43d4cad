"""Makes sets in the VOC layout, good and bad, for the tests."""

from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.data.masks import BACKGROUND, VOID, ClassMap, save_mask
from picture_files import save

NAMES = ("background", "red", "blue")
TINTS = np.array([[90, 90, 90], [230, 40, 40], [40, 40, 230]])
SIZE = (70, 90)


def blocks(seed: int, size: tuple[int, int] = SIZE) -> ClassMap:
    """A mask with a red and a blue block on background, each with a void outline."""
    rng = np.random.default_rng(seed)
    classes = np.full(size, BACKGROUND, np.uint8)
    for index, left in ((1, 0), (2, size[1] // 2)):
        top = int(rng.integers(0, size[0] // 3))
        rows, columns = slice(top, top + size[0] // 2), slice(left, left + size[1] // 3)
        classes[rows, columns] = VOID
        classes[rows, columns][2:-2, 2:-2] = index
    return classes


def picture_of(classes: ClassMap, seed: int = 0) -> Image.Image:
    """The picture to a mask: the colors tell the classes apart, noise makes it less easy."""
    known = np.where(classes == VOID, BACKGROUND, classes).clip(max=len(TINTS) - 1)
    noise = np.random.default_rng(seed).integers(-20, 21, (*classes.shape, 3))
    return Image.fromarray((TINTS[known] + noise).clip(0, 255).astype(np.uint8))


def add_pair(root: Path, name: str, classes: ClassMap) -> None:
    """Write a picture and its mask."""
    save(root / "JPEGImages" / f"{name}.jpg", picture_of(classes))
    (root / "SegmentationClass").mkdir(exist_ok=True)
    save_mask(root / "SegmentationClass" / f"{name}.png", classes)


def list_names(root: Path, split: str, names: list[str], end: str = "\n") -> None:
    """Write the list of a split."""
    path = root / "ImageSets" / "Segmentation" / f"{split}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{name}{end}" for name in names).encode())


def voc_set(root: Path, train: int = 6, val: int = 3, size: tuple[int, int] = SIZE) -> Path:
    """A set of the classes ``NAMES`` that color tells apart."""
    for split, count in (("train", train), ("val", val)):
        names = [f"{split}_{number}" for number in range(count)]
        list_names(root, split, names)
        for number, name in enumerate(names):
            add_pair(root, name, blocks(number + 100 * (split == "val"), size))
    (root / "classes.txt").write_text("\n".join(NAMES) + "\n")
    return root
