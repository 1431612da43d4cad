"""Pictures on their way to the network: read, gathered as bytes, moved once, normalized there."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, default_collate

from course_utils.data.images import load_image
from course_utils.data.readers import available_readers, read_ahead
from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    Preprocessing,
    batch_transform,
    cut_transform,
)
from course_utils.errors import DataError, ImageError

T = TypeVar("T")


@runtime_checkable
class Readable(Protocol):
    """A set whose reading stands apart from what is random, so that other threads can read.

    ``pictures[i]`` is ``pictures.item_of(i, pictures.read_at(i))``.
    """

    def __len__(self) -> int:
        """Number of pictures."""
        ...

    def read_at(self, position: int) -> Any:
        """What a file holds, or ``None`` to leave it out; without any chance, in any thread."""
        ...

    def item_of(self, position: int, read: Any) -> tuple[Tensor, Any]:
        """The picture and its label, made of what was read; called in the order of the batches."""
        ...


class Batches(Generic[T]):
    """Batches as the network takes them, from a set or from a stream of files.

    Each batch is moved to the device once, and bytes are normalized there.

    Args:
        source: Pairs of pictures ``(N, 3, H, W)`` and what belongs to them, such as labels
            ``(N,)`` or ``(N, H, W)`` of any whole type. A ``DataLoader`` is one.
        device: Where to.
        preprocessing: Says how bytes are normalized. Pictures of another type are taken for
            normalized already.
        whole_numbers: Whether labels become int64 at once. That is eight times a mask of bytes.
    """

    def __init__(
        self,
        source: Iterable[tuple[Tensor, T]],
        device: torch.device | str,
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        *,
        whole_numbers: bool = True,
    ) -> None:
        self.source, self.device, self.whole_numbers = source, device, whole_numbers
        self._normalize = batch_transform(preprocessing)

    @classmethod
    def of_set(
        cls,
        pictures: Dataset[Any],
        device: torch.device | str,
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        readers: int | None = None,
        **order: Any,
    ) -> "Batches[Tensor]":
        """The pictures of a set and their labels, which are moved along as they are.

        Args:
            pictures: Pairs of a picture ``(3, H, W)`` and its label. Where the set is ``Readable``,
                the next batches are read meanwhile.
            device: Where to.
            preprocessing: As for all batches.
            readers: Threads that read; by default one for each core.
            order: Of the pictures, for PyTorch's ``DataLoader``: ``batch_size``, ``sampler``, ...
        """
        source = PicturesOfSet(pictures, readers, **order)
        return Batches(source, device, preprocessing, whole_numbers=False)

    @classmethod
    def of_files(
        cls,
        paths: Iterable[Path | str],
        batch_size: int,
        on_error: Callable[[ImageError], None],
        device: torch.device | str,
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        *,
        reduced: bool = False,
    ) -> "Batches[list[Path]]":
        """The files that are pictures, cut as for an evaluation; the next are read meanwhile.

        Args:
            paths: Files, taken as they are needed. If taking one fails, the pictures before it
                come first, and then the error is raised.
            batch_size: Pictures in a batch; the last one may have fewer.
            on_error: Called in turn with each file that is no picture, which is left out.
            device: Where to.
            preprocessing: As for all batches.
            reduced: Whether large pictures are read reduced, as far as they are shrunk anyway
                (see ``load_image``).
        """
        cut, enough = cut_transform(preprocessing), preprocessing.resize if reduced else None
        files = map(Path, paths)
        stream = read_ahead(files, lambda path: cut(load_image(path, enough)), on_error, batch_size)
        return Batches(_grouped(stream, batch_size), device, preprocessing)

    def __len__(self) -> int:
        """Number of batches, where the source knows it."""
        return len(self.source)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[Tensor, T]]:
        """Pictures ready for the network, and what belongs to them."""
        for images, labels in self.source:
            yield self._ready(self._on_device(images)), self._moved(labels)

    def _ready(self, images: Tensor) -> Tensor:
        return self._normalize(images) if images.dtype == torch.uint8 else images

    def _on_device(self, tensor: Tensor) -> Tensor:
        """The tensor there; to a GPU from pinned memory, while this thread goes on."""
        if torch.device(self.device).type != "cuda" or tensor.is_cuda:
            return tensor.to(self.device)
        return tensor.pin_memory().to(self.device, non_blocking=True)

    def _moved(self, labels: T) -> T:
        moved: Any = self._on_device(labels) if isinstance(labels, Tensor) else labels
        if self.whole_numbers and isinstance(moved, Tensor):
            moved = moved.long()
        return moved  # type: ignore[no-any-return]


BATCHES_AHEAD = 2
"""Of a set, that are read or wait while one is computed."""


class PicturesOfSet:
    """Batches of a set, pictures and labels; PyTorch's ``DataLoader`` decides about their order.

    Args:
        pictures: As for ``Batches.of_set``. Where it has a number ``ahead``, no more than so many
            are read ahead.
        readers: Likewise.
        order: Likewise.

    Attributes:
        positions: Of the pictures of the batch that came last, in the set.
    """

    def __init__(self, pictures: Dataset[Any], readers: int | None, **order: Any) -> None:
        self.pictures, self.readers = pictures, readers or available_readers()
        self.positions: list[int] = []
        size = range(len(pictures))  # type: ignore[arg-type]
        self._order: DataLoader[Any] = DataLoader(size, collate_fn=list, **order)  # type: ignore[arg-type]

    def __len__(self) -> int:
        """Number of batches."""
        return len(self._order)

    def __iter__(self) -> Iterator[tuple[Tensor, Any]]:
        """An epoch; a batch of which all files are left out does not come."""
        pictures = self.pictures
        if not isinstance(pictures, Readable):
            for positions in self._order:
                self.positions = positions
                yield _together([pictures[position] for position in positions])
            return
        for batch in self._read(pictures):
            found = [(position, read) for position, read in batch if read is not None]
            self.positions = [position for position, _ in found]
            if found:
                yield _together([pictures.item_of(*one) for one in found])

    def _read(self, pictures: Readable) -> Iterator[list[tuple[int, Any]]]:
        """What was read for each batch; that of the next ones is read meanwhile."""
        sizes: deque[int] = deque()

        def positions() -> Iterator[int]:
            for batch in self._order:
                sizes.append(len(batch))
                yield from batch

        size = getattr(self._order.batch_sampler, "batch_size", 1)
        ahead = getattr(pictures, "ahead", None) or max(BATCHES_AHEAD * size, self.readers)
        batch = []
        for one in read_ahead(positions(), pictures.read_at, _refuse, ahead, self.readers):
            batch.append(one)
            if len(batch) == sizes[0]:
                sizes.popleft()
                yield batch
                batch = []


def _refuse(error: ImageError) -> None:
    raise error


def _together(items: list[tuple[Tensor, Any]]) -> Any:
    """One batch of single pictures; those of several sizes do not fit into one."""
    try:
        return default_collate(items)
    except RuntimeError as error:
        sizes = sorted({tuple(picture.shape[-2:]) for picture, _ in items})
        if len(sizes) == 1:
            raise
        one, other = ("×".join(map(str, size)) for size in sizes[:2])
        raise DataError(
            f"pictures of {one} and {other} pixels (height×width) do not fit into one batch: "
            "take a batch size of 1"
        ) from error


def _grouped(
    stream: Iterator[tuple[Path, Tensor]], size: int
) -> Iterator[tuple[Tensor, list[Path]]]:
    """Batches of a stream of pictures; an error waits until those before it are passed on."""
    paths: list[Path] = []
    pictures: list[Tensor] = []
    try:
        for path, picture in stream:
            paths.append(path)
            pictures.append(picture)
            if len(paths) == size:
                yield torch.stack(pictures), paths
                paths, pictures = [], []
    except Exception:
        if paths:
            yield torch.stack(pictures), paths
        raise
    if paths:
        yield torch.stack(pictures), paths
