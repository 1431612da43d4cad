"""Files are read by other threads while the network computes, and come in their order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from course_utils.errors import ImageError

Asked = TypeVar("Asked")
T = TypeVar("T")

MOST_READERS = 16
"""Threads that read, where nothing is said; more of them would wait for each other."""


def available_readers() -> int:
    """A thread for each core that this process may use: a decoder lets other threads run."""
    own = getattr(os, "sched_getaffinity", None)  # Linux
    cores = len(own(0)) if own else os.cpu_count() or 1
    return min(cores, MOST_READERS)


def read_ahead(
    asked: Iterable[Asked],
    read: Callable[[Asked], T],
    on_error: Callable[[ImageError], None],
    ahead: int,
    readers: int | None = None,
) -> Iterator[tuple[Asked, T]]:
    """Read files in their order, some of them before they are asked for.

    Args:
        asked: Files, or what else ``read`` takes; no more of them are taken than are read.
        read: Called in another thread, such as ``load_image``.
        on_error: Called in this thread with each file that is no picture, when it would have been
            its turn; the file is left out.
        ahead: How many more are read, or wait to be taken; at least 1.
        readers: Threads; by default one for each core.

    Yields:
        What was asked for and what was read, of each good file, in their order. An error that
        ``asked`` raises comes after them.
    """
    failures: list[Exception] = []
    work: SimpleQueue[Any] = SimpleQueue()
    count = min(readers or available_readers(), ahead + 1)
    _start_readers(work, count)
    given = _give(asked, read, work, failures.append)
    reading = deque(islice(given, ahead))
    try:
        while reading:
            one, future = reading.popleft()
            reading.extend(islice(given, 1))
            try:
                content = future.result()
            except ImageError as error:
                on_error(error)
                continue
            yield one, content
            del content, future
    finally:
        for _, future in reading:
            future.cancel()
        for _ in range(count):
            work.put(None)
    if failures:
        raise failures[0]


def _give(
    asked: Iterable[Asked],
    read: Callable[[Asked], T],
    work: SimpleQueue[Any],
    on_failure: Callable[[Exception], None],
) -> Iterator[tuple[Asked, Future[T]]]:
    """Ask the readers for each file as it is taken, until none is left or taking one fails."""
    try:
        for one in asked:
            future: Future[T] = Future()
            work.put((future, read, one))
            yield one, future
    except Exception as error:
        on_failure(error)


def _start_readers(work: SimpleQueue[Any], count: int) -> None:
    """Threads that end with the program: one that waits for a file cannot hold it up."""
    for _ in range(count):
        Thread(target=_serve, args=(work,), name="read-ahead", daemon=True).start()


def _serve(work: SimpleQueue[Any]) -> None:
    """Read what is asked for until nothing more is."""
    while (asked := work.get()) is not None:
        future, read, one = asked
        if not future.set_running_or_notify_cancel():
            continue
        try:
            future.set_result(read(one))
        except BaseException as error:
            future.set_exception(error)
        del future, asked
