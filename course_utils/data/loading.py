"""Pictures on their way to the network: read, gathered as bytes, moved once, normalized there."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, Generic, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, default_collate

from course_utils.data.images import load_image
from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    Preprocessing,
    batch_transform,
    cut_transform,
)
from course_utils.errors import DataError, ImageError

T = TypeVar("T")


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
        **order: Any,
    ) -> "Batches[Tensor]":
        """The pictures of a set and their labels, which are moved along as they are.

        Args:
            pictures: Pairs of a picture ``(3, H, W)`` and its label.
            device: Where to.
            preprocessing: As for all batches.
            order: Of the pictures, for PyTorch's ``DataLoader``: ``batch_size``, ``sampler``, ...
        """
        loader: DataLoader[Any] = DataLoader(pictures, collate_fn=_together, **order)
        return Batches(loader, device, preprocessing, whole_numbers=False)

    @classmethod
    def of_files(
        cls,
        paths: Iterable[Path | str],
        batch_size: int,
        on_error: Callable[[ImageError], None],
        device: torch.device | str,
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    ) -> "Batches[list[Path]]":
        """The files that are pictures, cut as for an evaluation; the next are read meanwhile.

        Args:
            paths: Files, taken as they are needed. If taking one fails, the pictures before it
                come first, and then the error is raised.
            batch_size: Pictures in a batch; the last one may have fewer.
            on_error: Called in turn with each file that is no picture, which is left out.
            device: Where to.
            preprocessing: As for all batches.
        """
        cut = cut_transform(preprocessing)
        stream = read_ahead(paths, lambda path: cut(load_image(path)), on_error, batch_size)
        return Batches(_grouped(stream, batch_size), device, preprocessing)

    def __len__(self) -> int:
        """Number of batches, where the source knows it."""
        return len(self.source)  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[tuple[Tensor, T]]:
        """Pictures ready for the network, and what belongs to them."""
        for images, labels in self.source:
            yield self._ready(images.to(self.device)), self._moved(labels)

    def _ready(self, images: Tensor) -> Tensor:
        return self._normalize(images) if images.dtype == torch.uint8 else images

    def _moved(self, labels: T) -> T:
        moved: Any = labels.to(self.device) if isinstance(labels, Tensor) else labels
        if self.whole_numbers and isinstance(moved, Tensor):
            moved = moved.long()
        return moved  # type: ignore[no-any-return]


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


READERS = 2
"""Threads that read; Pillow lets other threads run while it decodes."""


def read_ahead(
    paths: Iterable[Path | str],
    read: Callable[[Path], T],
    on_error: Callable[[ImageError], None],
    ahead: int,
) -> Iterator[tuple[Path, T]]:
    """Read files in their order, some of them before they are asked for.

    Args:
        paths: Files; no more of them are taken than are read.
        read: Called in another thread, such as ``load_image``.
        on_error: Called in this thread with each file that is no picture, when it would have been
            its turn; the file is left out.
        ahead: How many more are read, or wait to be taken; at least 1.

    Yields:
        Each good file and what was read, in the order of the paths. An error that ``paths``
        raises comes after them.
    """
    failures: list[Exception] = []
    work = _start_readers()
    asked = _ask(paths, read, work, failures.append)
    reading = deque(islice(asked, ahead))
    try:
        while reading:
            path, future = reading.popleft()
            reading.extend(islice(asked, 1))
            try:
                content = future.result()
            except ImageError as error:
                on_error(error)
                continue
            yield path, content
            del content, future
    finally:
        for _, future in reading:
            future.cancel()
        for _ in range(READERS):
            work.put(None)
    if failures:
        raise failures[0]


def _ask(
    paths: Iterable[Path | str],
    read: Callable[[Path], T],
    work: SimpleQueue[Any],
    on_failure: Callable[[Exception], None],
) -> Iterator[tuple[Path, Future[T]]]:
    """Ask the readers for each file as it is taken, until none is left or taking one fails."""
    try:
        for path in map(Path, paths):
            future: Future[T] = Future()
            work.put((future, read, path))
            yield path, future
    except Exception as error:
        on_failure(error)


def _start_readers() -> SimpleQueue[Any]:
    """Threads that end with the program: one that waits for a file cannot hold it up."""
    work: SimpleQueue[Any] = SimpleQueue()
    for _ in range(READERS):
        Thread(target=_serve, args=(work,), name="read-ahead", daemon=True).start()
    return work


def _serve(work: SimpleQueue[Any]) -> None:
    """Read what is asked for until nothing more is."""
    while (asked := work.get()) is not None:
        future, read, path = asked
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(read(path))
        except BaseException as error:
            future.set_exception(error)
        del future, asked
