"""Sets with one folder for each class."""

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from course_utils.data.images import find_images, is_image_name, load_image
from course_utils.errors import DataError


class ImageFolder(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Pictures in one folder for each class: ``root/ants/a.jpg``, ``root/bees/b.jpg``.

    Args:
        root: Folder with a folder for each class.
        transform: From an RGB picture to a tensor.
        class_names: Numbers the classes; some may have no folder. By default the folders are
            numbered in alphabetical order.

    Attributes:
        class_names: Their position is the class's index.
        samples: A pair (file, index of its class) for each picture.

    Raises:
        DataError: If the folder does not exist, holds no class, a class holds no picture, or a
            folder has a name that is not among ``class_names``.
    """

    def __init__(
        self,
        root: Path | str,
        transform: Callable[[Image.Image], Tensor],
        class_names: Sequence[str] | None = None,
    ) -> None:
        self.root = Path(root)
        self.transform = transform
        folders = _class_folders(self.root)
        self.class_names = folders if class_names is None else tuple(class_names)
        _require_known(self.root, folders, self.class_names)
        self.samples = [
            (path, self.class_names.index(name))
            for name in folders
            for path in find_images([self.root / name])
        ]

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self.samples)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        """The transformed picture and the index of its class."""
        path, index = self.samples[position]
        return self.transform(load_image(path)), index


def _class_folders(root: Path) -> tuple[str, ...]:
    if not root.is_dir():
        masks = (root.parent / "ImageSets").is_dir()
        hint = "; the set has a label for every pixel, which a classifier cannot use" * masks
        raise DataError(f"{root}: there is no such folder; a set holds train/ and val/{hint}")
    names = sorted(entry.name for entry in root.iterdir() if entry.is_dir())
    names = [name for name in names if not name.startswith(".")]
    if not names:
        hint = "; its pictures lie side by side" if any(map(is_image_name, root.iterdir())) else ""
        raise DataError(f"{root}: no folder for each class, such as {root.name}/bees{hint}")
    return tuple(names)


def _require_known(root: Path, folders: Sequence[str], class_names: Sequence[str]) -> None:
    unknown = [name for name in folders if name not in class_names]
    if unknown:
        raise DataError(
            f"{root}: the folders {', '.join(unknown)} are none of the classes "
            f"{', '.join(class_names[:10])}{', ...' if len(class_names) > 10 else ''}"
        )
