"""Batches as the network takes them: on the device, and made ready there."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from course_utils.errors import ImageError

Prepare = Callable[[Tensor], Tensor]
"""What is done to the pictures ``(N, 3, H, W)`` of a batch when they are on the device."""


def as_it_is(images: Tensor) -> Tensor:
    """For pictures that are ready already."""
    return images


class Batches:
    """Passes on a loader's batches, moved to the device and made ready there.

    Args:
        loader: Pairs of pictures ``(N, 3, H, W)`` and labels ``(N,)`` or ``(N, H, W)``, all of
            any type; what is kept as bytes stays bytes until here.
        device: Where to.
        prepare: Such as ``batch_transform``.
    """

    def __init__(
        self, loader: DataLoader[Any], device: torch.device | str, prepare: Prepare = as_it_is
    ) -> None:
        self.loader, self.device, self.prepare = loader, device, prepare

    def __len__(self) -> int:
        """Number of batches."""
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures ready for the network, and labels as int64."""
        for images, labels in self.loader:
            yield self.prepare(images.to(self.device)), labels.to(self.device).long()


T = TypeVar("T")


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
        Each good file and what was read, in the order of the paths.
    """
    coming = map(Path, paths)
    reading: deque[tuple[Path, Future[T]]] = deque()
    work = _start_readers()
    try:
        reading.extend((path, _ask(work, read, path)) for path in islice(coming, ahead))
        while reading:
            path, future = reading.popleft()
            reading.extend((next_, _ask(work, read, next_)) for next_ in islice(coming, 1))
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


def _start_readers() -> SimpleQueue[Any]:
    """Threads that end with the program: one that waits for a file cannot hold it up."""
    work: SimpleQueue[Any] = SimpleQueue()
    for _ in range(READERS):
        Thread(target=_serve, args=(work,), name="read-ahead", daemon=True).start()
    return work


def _ask(work: SimpleQueue[Any], read: Callable[[Path], T], path: Path) -> Future[T]:
    future: Future[T] = Future()
    work.put((future, read, path))
    return future


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
