"""A number that shows whether a file still holds what was written, to the bit."""

import math
import zlib
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from course_utils.errors import WeightsError, first_line

GROWTH = 8
"""How many times as large as the file its tensors may be, beside a few megabytes; some are
narrower in a file than in memory, or there under two names."""
SMALL = 1 << 26

MOST_PARTS = 1 << 18
"""Tensors, values, lists and mappings in a small file; in others there is one a byte more."""


def checksum(content: object, stored: float = math.inf) -> int:
    """CRC-32, as zip archives have it, of what files of this package hold.

    Every flipped bit changes it, and so does another name, order, shape or type of numbers. It
    does not protect against who changes a file on purpose.

    Args:
        content: Tensors on any device, plain values, and mappings, lists and tuples of them; a
            list and a tuple are alike.
        stored: Bytes of the file that it comes from. What is there again and again under a list of
            lists, or is expanded, may become so much that nothing ends.

    Raises:
        WeightsError: If it is far more than such a file holds, or a tensor is of a kind that has no
            plain numbers, such as a sparse one.
    """
    number = size = 0
    for count, part in enumerate(_parts(content)):
        size += _length(part)
        if count >= MOST_PARTS + stored or size > GROWTH * stored + SMALL:
            raise WeightsError("it holds the same again and again, or would fill the memory")
        if isinstance(part, Tensor):
            number = zlib.crc32(f"{part.dtype} {tuple(part.shape)}".encode(), number)
        number = zlib.crc32(_bytes_of(part) if isinstance(part, Tensor) else part, number)
    return number


def _parts(content: object) -> Iterator[Tensor | bytes]:
    """All that it holds, in order: tensors, and all else as text, with the lengths of lists."""
    left = [content]
    while left:
        part = left.pop()
        if isinstance(part, Tensor):
            yield part
        elif isinstance(part, Mapping):
            yield b"{%d" % len(part)
            left += [one for item in reversed([*part.items()]) for one in reversed(item)]
        elif isinstance(part, list | tuple):
            yield b"[%d" % len(part)
            left += reversed(part)
        else:
            yield ascii(part).encode()


def _length(part: Tensor | bytes) -> int:
    return part.numel() * part.element_size() if isinstance(part, Tensor) else len(part)


def _bytes_of(tensor: Tensor) -> memoryview:
    """The numbers as they lie in memory, without a copy where they lie in one piece."""
    try:
        return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data
    except RuntimeError as error:
        raise WeightsError(f"a tensor has no plain numbers ({first_line(error)})") from error
