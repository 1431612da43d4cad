"""Pictures with a label for every pixel, from a folder in the layout of PASCAL VOC."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torchvision import tv_tensors
from torchvision.transforms.v2 import functional as F

from course_utils.data.images import decode
from course_utils.data.kept import Kept
from course_utils.data.labels import (
    about_classes,
    about_turns,
    about_void,
    indices_in,
    require_labels,
)
from course_utils.data.masks import BACKGROUND, VOID, ClassMap, class_counts, load_mask
from course_utils.data.palettes import require_one_palette
from course_utils.data.transforms import Scale, random_pair_crop
from course_utils.data.voc_classes import set_classes
from course_utils.data.voc_layout import load_marked_pair, load_set_mask, voc_entries
from course_utils.data.voc_lists import Entry, list_file
from course_utils.data.void_areas import is_thing_as_void
from course_utils.errors import DataError, ImageError

Size = tuple[int, int]
"""Height and width, in pixels."""

Pair = tuple[tv_tensors.Image, tv_tensors.Mask]
"""A picture ``(3, H, W)`` and the indices of its pixels ``(H, W)``, both as bytes."""


class VOCSegmentation(torch.utils.data.Dataset[tuple[Tensor, Tensor]]):
    """The pictures and masks of one split, read when they are asked for.

    Args:
        root: Folder of the set (see ``voc_layout``).
        split: The list in ``ImageSets/Segmentation``, such as ``"train"``.
        crop_size: Height and width of the part that is cut out of picture and mask, at another
            random place each time. ``None`` gives all of it.
        small: What becomes of a picture whose file is lower or narrower than the crop: ``"drop"``
            leaves it out, ``"pad"`` puts it on gray, and void around its mask.
        scale: Picture and mask are resized by a random factor from the first to the second of
            these (see ``RandomScale``) before they are cropped; what gets smaller than the crop
            is padded then, whatever ``small`` is. It needs a ``crop_size``.
        transform: From the picture and its mask (tv_tensors) to both; it comes last.
        keep_bytes: How much of what was read may stay in memory, four bytes a pixel, so that the
            next epoch need not read it again.

    Attributes:
        kept: What stayed in memory.
        names: Of the pictures, in the order of the list.
        class_names: Their position is the index in the masks.
        classes_file: Where they stand; ``None`` where the set has none, and they are VOC's.
        dropped: Names of the pictures that are left out because they are small.
        padded: Names of those that are padded.

    Raises:
        DataError: If the set is not laid out as it should be, or all its pictures are dropped;
            if ``scale`` is impossible.
    """

    ahead = 4
    """Pairs that are read ahead, each of them whole pictures of any size."""

    def __init__(
        self,
        root: Path | str,
        split: str = "train",
        crop_size: Size | None = None,
        *,
        small: Literal["drop", "pad"] = "drop",
        scale: Scale | None = None,
        transform: Callable[..., Any] | None = None,
        keep_bytes: int = 0,
    ) -> None:
        self.root, self.split = Path(root), split
        entries = voc_entries(self.root, split)
        self.names = [entry.name for entry in entries]
        self._entries = {entry.name: entry for entry in entries}
        self._classes = set_classes(self.root)
        self.class_names, self.classes_file = self._classes.names, self._classes.file
        self._indices: dict[str, frozenset[int]] = {}
        self._as_void: set[str] = set()
        self._unsure: set[str] = set()
        self.transform = transform
        self.kept: Kept[Pair] = Kept(keep_bytes)
        self.dropped: tuple[str, ...] = ()
        self.padded: tuple[str, ...] = ()
        self._crop: Callable[..., Any] | None = None
        if crop_size is None and scale is not None:
            raise DataError(f"scale={scale}: a random scale needs a crop_size")
        if crop_size is not None:
            self._crop = random_pair_crop(crop_size, scale)
            self._treat_small(crop_size, small)

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.names)

    def __getitem__(self, position: int) -> tuple[Tensor, Tensor]:
        """The picture ``(3, H, W)`` and the indices of its pixels ``(H, W)``, both as bytes.

        Raises:
            ImageError: If one of the two files cannot be used (see ``load_voc_pair``).
        """
        return self.item_of(position, self.read_at(position))

    def read_at(self, position: int) -> Pair:
        """The whole picture and its mask, as ``read`` gives them.

        Raises:
            ImageError: As ``read``.
        """
        return self.read(self.names[position])

    def item_of(self, _: int, pair: Pair) -> tuple[Tensor, Tensor]:
        """Picture and mask, cut and changed as it was asked for."""
        for change in (self._crop, self.transform):
            pair = pair if change is None else change(*pair)
        return pair[0].as_subclass(Tensor), pair[1].as_subclass(Tensor)

    def read(self, name: str) -> Pair:
        """The whole picture ``(3, H, W)`` of this name and its mask ``(H, W)``.

        Raises:
            ImageError: If one of the two files cannot be used (see ``load_voc_pair``).
        """
        kept = self.kept.get(name)
        if kept is not None:
            return kept
        picture, classes, unsure = load_marked_pair(self._entries[name], self._classes)
        if unsure:
            self._unsure.add(name)
        self._look_at(name, classes)
        pair = tv_tensors.Image(F.pil_to_tensor(picture)), tv_tensors.Mask(classes)
        self.kept.keep(name, pair, pair[0].nbytes + pair[1].nbytes)
        return pair

    @property
    def folder(self) -> Path:
        """Of the whole set."""
        return self.root

    def file(self, position: int) -> Path:
        """The file of a picture, from the set's folder on; the whole path, if it lies elsewhere."""
        path = self._entries[self.names[position]].picture
        return path.relative_to(self.root) if path.is_relative_to(self.root) else path

    def picture(self, position: int) -> Image.Image:
        """The whole picture, of mode RGB, as its mask is turned.

        Raises:
            ImageError: If it cannot be read, or its mask.
        """
        picture: Image.Image = F.to_pil_image(self.read(self.names[position])[0])
        return picture

    def files(self) -> Iterator[Path]:
        """All files that are read: the list, the classes, every picture and its mask."""
        yield list_file(self.root, self.split)
        if self.classes_file:
            yield self.classes_file
        for entry in self._entries.values():
            yield from (entry.picture, entry.mask)

    def class_counts(self) -> Tensor:
        """Pixels of each class in the whole masks of the split: ``(classes,)``, without void."""
        counts = np.zeros(VOID + 1, np.int64)
        for name in self.names:
            mask = load_set_mask(self._entries[name].mask, self._classes)
            counts += class_counts(mask)
        return torch.from_numpy(counts[: len(self.class_names)])

    def absent_classes(self) -> tuple[str, ...]:
        """Names of the classes that occur in no mask of the split that can be read."""
        here = frozenset[int]().union(*map(self._indices_of, self.names))
        return tuple(name for index, name in enumerate(self.class_names) if index not in here)

    def about_classes(self) -> tuple[str, ...]:
        """Sentences for who reads the result: whose names are used, and which do not occur."""
        masks = (self._entries[name].mask for name in self.names)
        return tuple(about_classes(self._classes, self.split, self.absent_classes(), masks))

    def about_masks(self) -> tuple[str, ...]:
        """Sentences about masks that may be wrong: turned, or void where others have classes."""
        turned = [name for name in self.names if name in self._unsure]
        void = about_void(self.split, self._things_as_void())
        return (*void, *about_turns(self.split, turned))

    def _things_as_void(self) -> list[Path]:
        """Masks whose only areas are of 255, in a split in which others have classes."""
        here = frozenset[int]().union(*map(self._indices_of, self.names))
        names = self.names if here - {BACKGROUND, VOID} else ()
        return [self._entries[name].mask for name in names if name in self._as_void]

    def require_labels(self) -> None:
        """Raise a DataError if no pixel is labeled, or as 255 what should be a class.

        The same where the palettes of two masks contradict each other, or no mask can be read.
        """
        found = [self._indices_of(name) for name in self.names]
        if not any(found):
            self._say_what_is_wrong()
        require_labels(self.root, self.split, found, self._classes, self._things_as_void())
        require_one_palette(self.root, self.palettes())

    def _say_what_is_wrong(self) -> None:
        """Raise a DataError about the first pair, if it is one that cannot be used."""
        try:
            self.read(self.names[0])
        except ImageError as error:
            listed = list_file(self.root, self.split)
            raise DataError(f"{listed}: no mask can be read of what it lists: {error}") from error

    def palettes(self) -> Iterator[tuple[Path, frozenset[int]]]:
        """The masks whose palettes may say something, and the indices in each."""
        if self._classes.colors is None:
            for name in self.names:
                yield self._entries[name].mask, self._indices_of(name)

    def _look_at(self, name: str, classes: ClassMap) -> None:
        """Note once what occurs in a mask."""
        if name not in self._indices:
            self._indices[name] = indices_in(classes)
            if is_thing_as_void(classes, self._indices[name]):
                self._as_void.add(name)

    def _indices_of(self, name: str) -> frozenset[int]:
        if name not in self._indices:
            try:
                mask = load_set_mask(self._entries[name].mask, self._classes)
            except ImageError:
                return frozenset()
            self._look_at(name, mask)
        return self._indices[name]

    def _treat_small(self, crop_size: Size, small: str) -> None:
        sizes = {name: _common_size(self._entries[name]) for name in self.names}
        known = {name: size for name, size in sizes.items() if size is not None}
        found = tuple(name for name, size in known.items() if _is_small(size, crop_size))
        if small == "pad":
            self.padded = found
            return
        if len(found) == len(self.names):
            height, width = max(known.values(), key=lambda size: size[0] * size[1])
            raise DataError(
                f"{self.root}: a crop of {crop_size[0]}×{crop_size[1]} (height×width) is larger "
                f"than every picture of {self.split}; the largest has {height}×{width}: take a "
                "smaller crop, or pad"
            )
        self.dropped = found
        self.names = [name for name in self.names if name not in set(found)]


def _is_small(size: Size, crop_size: Size) -> bool:
    return size[0] < crop_size[0] or size[1] < crop_size[1]


def _common_size(entry: Entry) -> Size | None:
    """The size of a mask, which is its picture's, too.

    ``None`` where the two differ, or one cannot be read: that shows when they are asked for.
    """
    try:
        size = _size_of(entry.mask)
        height, width = _size_of(entry.picture)
    except ImageError:
        return None
    return size if size in ((height, width), (width, height)) else None  # turned by the camera


def _size_of(path: Path) -> Size:
    """From the file's head."""
    if path.suffix.lower() == ".npy":
        height, width = load_mask(path).shape
        return height, width
    return decode(path, lambda image: (image.height, image.width), of_indices=True)
