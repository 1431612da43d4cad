"""What was read and may be asked for again, in as much memory as it may take."""

import sys
from collections.abc import Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from PIL import Image

T = TypeVar("T")


class Kept(Generic[T]):
    """What was read, by its position or name, until the room is used up.

    Several threads may share it. What comes first stays: an epoch takes every picture once, in
    another order each time, so that none is worth more than another.

    Args:
        room: Bytes that it may take.

    Attributes:
        nbytes: Bytes that it takes.
    """

    def __init__(self, room: int) -> None:
        self.room, self.nbytes = room, 0
        self._contents: dict[Hashable, T] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._contents)

    def get(self, key: Hashable) -> T | None:
        """What was kept of it, if anything was."""
        return self._contents.get(key)

    def keep(self, key: Hashable, content: T, nbytes: int) -> None:
        """Keep it, if there is room."""
        with self._lock:
            if key not in self._contents and self.nbytes + nbytes <= self.room:
                self.nbytes += nbytes
                self._contents[key] = content


def nbytes_of(content: Any) -> int:
    """Bytes of tensors or arrays, of several, or of a picture: Pillow's RGB takes four a pixel."""
    if isinstance(content, Image.Image):
        return content.width * content.height * 4
    if isinstance(content, tuple | list):
        return sum(map(nbytes_of, content))
    return int(getattr(content, "nbytes", sys.getsizeof(content)))
