"""Sets with one folder for each class."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor

from course_utils.data.finding import UNREADABLE, find_images, is_image_name, is_system_folder
from course_utils.data.images import load_image
from course_utils.data.kept import Kept, nbytes_of
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing, cut_transform
from course_utils.errors import DataError, ImageError, some_of

WNID = re.compile(r"(n\d{8})(?:$|[^0-9a-zA-Z])")
"""How a folder begins that is called by its number in WordNet, as ImageNet's are."""


class ImageFolder(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Pictures in one folder for each class: ``root/ants/a.jpg``, ``root/bees/b.jpg``.

    Args:
        root: Folder with a folder for each class.
        transform: From an RGB picture to a tensor; what is random stands here.
        class_names: Numbers the classes; some may have no folder. By default the folders are
            numbered in alphabetical order.
        wnids: Other names that the folders may have, one for each class: ImageNet's ``n01440764``.
        read: From a file to what ``transform`` takes: what is the same each time stands here.
        keep_bytes: How much of what was read may stay in memory, so that the next epoch need not
            read it again.

    Attributes:
        kept: What stayed in memory.
        class_names: Their position is the class's index. Names of folders are in NFC.
        samples: A pair (file, index of its class) for each picture.
        left_out: What looks like a picture and cannot be read, a sentence for each folder.

    Raises:
        DataError: If the folder does not exist, holds no class, a class holds no picture, a
            folder within cannot be read, or one has a name that is not among ``class_names``, or
            there twice.
    """

    def __init__(
        self,
        root: Path | str,
        transform: Callable[[Any], Tensor],
        class_names: Sequence[str] | None = None,
        wnids: Sequence[str] | None = None,
        *,
        read: Callable[[Path], Any] = load_image,
        keep_bytes: int = 0,
    ) -> None:
        self.root = Path(root)
        self.transform, self._read = transform, read
        self.kept: Kept[Any] = Kept(keep_bytes)
        folders = _class_folders(self.root)
        self.class_names = tuple(map(_composed, folders) if class_names is None else class_names)
        numbers = _numbers(self.root, folders, self.class_names, wnids or ())
        self.left_out: list[ImageError] = []
        self.samples = [
            (path, index)
            for name, index in zip(folders, numbers, strict=True)
            for path in find_images([self.root / name], self._note)
        ]

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.samples)

    @cached_property
    def class_totals(self) -> tuple[int, ...]:
        """Pictures of each class, when it was first asked for."""
        return tuple(self.class_counts().tolist())

    def class_counts(self) -> Tensor:
        """Pictures of each class: ``(classes,)``."""
        indices = torch.tensor([index for _, index in self.samples], dtype=torch.int64)
        return torch.bincount(indices, minlength=len(self.class_names))

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        """The transformed picture and the index of its class."""
        return self.item_of(position, self.read_at(position))

    def read_at(self, position: int) -> Any:
        """What ``read`` makes of the file, now or before.

        Raises:
            ImageError: If it is no picture.
        """
        content = self.kept.get(position)
        if content is None:
            content = self._read(self.samples[position][0])
            self.kept.keep(position, content, nbytes_of(content))
        return content

    def item_of(self, position: int, read: Any) -> tuple[Tensor, int]:
        """The transformed picture and the index of its class."""
        return self.transform(read), self.samples[position][1]

    @property
    def folder(self) -> Path:
        """Of the whole set, which holds that of this split."""
        return self.root.parent

    def file(self, position: int) -> Path:
        """The file of a picture, from the set's folder on."""
        return self.samples[position][0].relative_to(self.folder)

    def picture(self, position: int) -> Image.Image:
        """The whole picture, of mode RGB, once more.

        Raises:
            ImageError: If it cannot be read.
        """
        return load_image(self.samples[position][0])

    def _note(self, error: ImageError) -> None:
        """Pictures of another kind are named in the end; a folder that is locked is a mistake."""
        if error.reason.startswith(UNREADABLE):
            raise DataError(str(error))
        self.left_out.append(error)


def evaluation_folder(
    root: Path | str,
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    class_names: Sequence[str] | None = None,
    wnids: Sequence[str] | None = None,
    *,
    keep_bytes: int = 0,
) -> ImageFolder:
    """Pictures cut as for an evaluation, bytes ``(3, crop, crop)``; other threads can do all of it.

    Args:
        root: As for ``ImageFolder``.
        preprocessing: Says how they are cut.
        class_names: As for ``ImageFolder``.
        wnids: Likewise.
        keep_bytes: Likewise.

    Raises:
        DataError: Likewise.
    """
    cut = cut_transform(preprocessing)

    def read(path: Path) -> Tensor:
        return cut(load_image(path))  # type: ignore[no-any-return]

    return ImageFolder(root, _as_it_is, class_names, wnids, read=read, keep_bytes=keep_bytes)


def _as_it_is(picture: Tensor) -> Tensor:
    return picture.clone()  # what is kept stays as it is


def _class_folders(root: Path) -> tuple[str, ...]:
    if not root.is_dir():
        masks = (root.parent / "ImageSets").is_dir()
        hint = "; the set has a label for every pixel, which a classifier cannot use" * masks
        raise DataError(f"{root}: there is no such folder; a set holds train/ and val/{hint}")
    try:
        entries = sorted(root.iterdir())
    except OSError as error:
        raise DataError(f"{root}: cannot be read ({error.strerror})") from error
    names = [entry.name for entry in entries if entry.is_dir() and not is_system_folder(entry.name)]
    if not names:
        hint = "; its pictures lie side by side" if any(map(is_image_name, entries)) else ""
        raise DataError(f"{root}: no folder for each class, such as {root.name}/bees{hint}")
    names.sort(key=_composed)
    for name, after in pairwise(names):
        if _composed(name) == _composed(after):
            reason = "there twice, its accents written in two ways; put the two folders together"
            raise DataError(f"{root / name}: the folder is {reason}")
    return tuple(names)


def _numbers(
    root: Path, folders: Sequence[str], class_names: Sequence[str], wnids: Sequence[str]
) -> list[int]:
    """The index of the class of each folder, by its name or by its number in WordNet."""
    unknown = [name for name in folders if not _places(name, class_names, wnids)]
    if unknown:
        raise DataError(
            f"{root}: the folders {some_of(unknown)} are none of the classes {some_of(class_names)}"
            f"{_wnid_hint(unknown, wnids)}"
        )
    numbers = []
    for name in folders:
        index, *others = _places(name, class_names, wnids)
        if others:
            raise DataError(
                f"{root / name}: {name} is the name of two classes, {index} and {others[0]}; call "
                "the folders by WordNet's numbers, such as n01440764, and give a list that has them"
            )
        numbers.append(index)
    return numbers


def _places(name: str, class_names: Sequence[str], wnids: Sequence[str]) -> list[int]:
    """Indices of the classes that are called so."""
    wanted = _composed(name)
    found = [index for index, known in enumerate(class_names) if _composed(known) == wanted]
    match = WNID.match(name)
    if not found and match:
        found = [index for index, wnid in enumerate(wnids) if wnid == match[1]]
    return found


def _composed(name: str) -> str:
    """With accents as parts of letters; macOS writes them as signs of their own."""
    return unicodedata.normalize("NFC", name)


def _wnid_hint(unknown: Sequence[str], wnids: Sequence[str]) -> str:
    if wnids or not all(map(WNID.match, unknown)):
        return ""
    return (
        "; folders called by WordNet's numbers need a list of classes that has both, such as "
        "imagenet_class_index.json or LOC_synset_mapping.txt (--classes)"
    )
