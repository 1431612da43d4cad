"""A number that shows whether a file still holds what was written, to the bit."""

import zlib
from collections.abc import Mapping

import torch
from torch import Tensor

GROWTH = 8
SMALL = 1 << 26
"""So many times may a tensor repeat its numbers, or up to so many bytes."""


def checksum(content: object, start: int = 0) -> int:
    """CRC-32, as zip archives have it, of what files of this package hold.

    Every flipped bit changes it, and so does another name, order, shape or type of numbers. It
    does not protect against who changes a file on purpose.

    Args:
        content: Tensors on any device, plain values, and mappings, lists and tuples of them; a
            list and a tuple are alike.
        start: The number of what comes before it.

    Raises:
        RecursionError: If it is nested too deeply.
        ValueError: If a tensor has not its own numbers in memory: it is sparse, or expanded from
            a few.
    """
    if isinstance(content, Mapping):
        start = zlib.crc32(b"{%d" % len(content), start)
        for key, value in content.items():
            start = checksum(value, checksum(key, start))
        return start
    if isinstance(content, list | tuple):
        start = zlib.crc32(b"[%d" % len(content), start)
        for value in content:
            start = checksum(value, start)
        return start
    if not isinstance(content, Tensor):
        return zlib.crc32(ascii(content).encode(), start)
    start = zlib.crc32(f"{content.dtype} {tuple(content.shape)}".encode(), start)
    return zlib.crc32(_bytes_of(content), start)


def _bytes_of(tensor: Tensor) -> memoryview:
    """The numbers as they lie in memory, without a copy where they lie in one piece."""
    plain = tensor.layout == torch.strided and not (tensor.is_meta or tensor.is_conj())
    if not plain or tensor.nbytes > GROWTH * tensor.untyped_storage().nbytes() + SMALL:
        kind = f"{tuple(tensor.shape)} on the device {tensor.device}"
        raise ValueError(f"a tensor of {kind} is sparse, expanded or empty")
    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data
