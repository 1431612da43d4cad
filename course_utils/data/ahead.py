"""The next pictures are read while the network computes."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

from course_utils.errors import ImageError

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
    readers = ThreadPoolExecutor(READERS, "read-ahead")
    try:
        reading.extend((path, readers.submit(read, path)) for path in islice(coming, ahead))
        while reading:
            path, future = reading.popleft()
            reading.extend((next_, readers.submit(read, next_)) for next_ in islice(coming, 1))
            try:
                content = future.result()
            except ImageError as error:
                on_error(error)
                continue
            yield path, content
            del content, future
    finally:
        readers.shutdown(cancel_futures=True)
