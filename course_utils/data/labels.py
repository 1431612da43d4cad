"""Whether the masks of a set label anything, and what they do not."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.data.images import decode
from course_utils.data.masks import BACKGROUND, VOID, ClassMap, class_counts, load_mask, voc_colors
from course_utils.data.voc_classes import SetClasses
from course_utils.data.voc_files import MASK_SUFFIXES
from course_utils.errors import DataError, ImageError, some_of

PALETTES = 20
"""Masks whose palettes are looked at."""


def indices_in(mask: ClassMap) -> frozenset[int]:
    """The indices that occur in a mask ``(H, W)``."""
    return frozenset(np.flatnonzero(class_counts(mask)).tolist())


def require_labels(
    root: Path,
    split: str,
    found: Iterable[frozenset[int]],
    classes: SetClasses,
    things_as_void: Sequence[Path] = (),
    allowed: float = 0.5,
) -> None:
    """Refuse a split whose masks label nothing, or have 255 where the thing should be.

    Where the split has nothing but 0 and 255, which an outline of void may be, the other masks of
    the set are asked.

    Args:
        root: Folder of the set.
        split: Its name.
        found: The indices in each of its masks.
        classes: Of the set.
        things_as_void: Its masks whose only areas are of 255 (see ``void_areas``).
        allowed: Share of such masks up to which they may be meant: clouds, or what no one labeled.

    Raises:
        DataError: If no pixel is labeled, or the whole set has only background and 255, or some
            masks have what others have as a class.
    """
    masks = list(found)
    here = frozenset(chain.from_iterable(masks))
    if here <= {VOID}:
        raise DataError(
            f"{root}: no pixel of {split} is labeled: its masks hold nothing but {VOID}, which is "
            "void; label some, or take another split"
        )
    if here == {BACKGROUND, VOID} and not _has_more(root, classes):
        name = f"({classes.names[1]})" if len(classes.names) > 1 else "and name it after background"
        raise DataError(
            f"{root}: its masks hold nothing but {BACKGROUND} and {VOID}, and {VOID} is void: no "
            f"class; save the thing as 1 {name}"
        )
    if len(things_as_void) > allowed * len(masks):
        (line,) = about_void(split, things_as_void)
        raise DataError(f"{root}: {line}")


def _has_more(root: Path, classes: SetClasses) -> bool:
    """Whether any mask of the set that can be read has another class than background."""
    for path in root.glob("SegmentationClass*/**/*"):
        if path.suffix.lower() in MASK_SUFFIXES and "Visualization" not in path.parts[-2]:
            with suppress(ImageError):
                mask = load_mask(path, len(classes.names), classes.colors)
                if indices_in(mask) - {BACKGROUND, VOID}:
                    return True
    return False


def about_classes(
    classes: SetClasses, split: str, absent: Iterable[str], masks: Iterable[Path]
) -> Iterator[str]:
    """A line about whose names the classes have, and one about those that occur in no mask.

    Args:
        classes: Of the set.
        split: Whose masks were looked at.
        absent: Names of classes that do not occur.
        masks: Files whose palette shows whether they are PASCAL VOC's, where no names are given.
    """
    count = f"{len(classes.names)} classes"
    if classes.file is None:
        yield f"{count}: PASCAL VOC's, for the set names none (classes.txt)"
        yield from islice(filter(None, map(_other_palette, islice(masks, PALETTES))), 1)
    else:
        yield f"{count}: {some_of(classes.names)} (from {classes.file.name})"
    if names := tuple(absent):
        yield f"in no mask of {split}: {some_of(names)}"


def about_turns(split: str, names: Sequence[str]) -> Iterator[str]:
    """A line about pictures that are turned by a camera's mark, where their masks have none."""
    if names:
        yield (
            f"pictures of {split} that the camera's mark turns, but not their masks: {len(names)} "
            f"({some_of(names)}); see that each mask lies as its upright picture does"
        )


def about_void(split: str, masks: Sequence[Path]) -> Iterator[str]:
    """A line about masks whose only areas are of 255, where others have classes."""
    if masks:
        names = some_of([path.name for path in masks])
        yield (
            f"masks of {split} that hold nothing but {BACKGROUND} and areas of {VOID}, which is "
            f"void, while others have classes: {len(masks)} ({names}); if that is a thing, save "
            "the thing as 1"
        )


def _other_palette(path: Path) -> str:
    """A sentence about a palette that is not PASCAL VOC's; nothing if it is, or there is none."""
    try:
        colors = decode(path, _shown_colors, of_indices=True)
    except ImageError:
        return ""
    for index, color in colors.items():
        if color != tuple(voc_colors()[index].tolist()):
            return (
                f"the palette of {path.name} is not PASCAL VOC's ({index} is {color}): if the "
                "classes are others, name them in classes.txt"
            )
    return ""


def _shown_colors(image: Image.Image) -> dict[int, tuple[int, ...]]:
    """The color of each index of a class that occurs in a palette picture."""
    if image.mode != "P":
        return {}
    used = set(np.flatnonzero(image.histogram()).tolist()) - {BACKGROUND, VOID}
    palette = image.getpalette("RGB") or []
    return {index: tuple(palette[3 * index : 3 * index + 3]) for index in sorted(used)}
