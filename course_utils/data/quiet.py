"""Warnings kept back while several threads decode pictures."""

import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_lock = threading.Lock()
_inside = 0
_filters = ExitStack()


@contextmanager
def no_warnings() -> Iterator[None]:
    """Ignore warnings until the last thread that is inside has left.

    ``warnings.catch_warnings`` alone changes the filters of all threads; two that overlap could
    leave them changed for good.
    """
    global _inside
    with _lock:
        if not _inside:
            _filters.enter_context(warnings.catch_warnings(action="ignore"))
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if not _inside:
                _filters.close()
