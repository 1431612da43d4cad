"""A network's answers beside the truth; those to a large picture come in parts.

All logits of a picture of 4000×3000 pixels and 21 classes are a gigabyte, and the network's maps
several more. What is measured can be added up part by part.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from torch import Tensor, nn

from course_utils.errors import ModelError, TrainingError
from course_utils.inference.axes import WHOLE
from course_utils.inference.tiling import parts_of_answer
from course_utils.runtime import is_lack_of_memory

TILE = 768
"""Pixels of a part, without the context around it."""


class Answer(NamedTuple):
    """What a network says of some pictures of a batch, or of a part of one, beside the truth.

    Attributes:
        logits: ``(N, classes, ...)``, in float32.
        labels: ``(N, ...)``, in int64: what they are measured by.
        pictures: Which of the batch these are.
        corner: Row and column of a part's first pixel in its picture.
        size: Height and width of the whole pictures; empty for labels of pictures.
    """

    logits: Tensor
    labels: Tensor
    pictures: slice
    corner: tuple[int, int] = (0, 0)
    size: tuple[int, ...] = ()


def answers(model: nn.Module, images: Tensor, labels: Tensor) -> Iterator[Answer]:
    """The answers to a batch, at once; to large pictures one by one and in parts.

    The parts have the logits of the whole picture (``inference/tiling.py``). A network that has to
    see the picture whole does.

    Args:
        model: In ``eval`` mode, from ``(N, 3, H, W)`` to logits ``(N, classes)`` or
            ``(N, classes, H, W)``.
        images: ``(N, 3, H, W)``, on the network's device.
        labels: ``(N,)`` or ``(N, H, W)``, of any whole type.

    Yields:
        Each picture, or each pixel, once.
    """
    size = tuple(labels.shape[1:])
    if labels.ndim < 3 or labels.shape[-2] * labels.shape[-1] <= WHOLE:
        yield Answer(model(images).float(), labels.long(), slice(0, len(labels)), size=size)
        return
    for number, (image, mask) in enumerate(zip(images, labels, strict=True)):
        yield from _in_parts(model, image, mask, slice(number, number + 1))


def _in_parts(model: nn.Module, image: Tensor, mask: Tensor, which: slice) -> Iterator[Answer]:
    size = tuple(mask.shape)
    try:
        for part in parts_of_answer(model, image, whole=WHOLE, tile=TILE):
            labels = mask[None, part.rows, part.columns].long()
            corner = part.rows.start, part.columns.start
            yield Answer(part.logits[None].float(), labels, which, corner, size)
            del part  # its memory is needed for the next one
    except ModelError:  # it has to see the picture whole
        yield Answer(model(image[None]).float(), mask[None].long(), which, size=size)


@contextmanager
def enough_memory_for(images: Tensor, pictures: object, position: int) -> Iterator[None]:
    """Say what was too large where the memory does not suffice to measure a batch.

    Args:
        images: The batch.
        pictures: Where it comes from; ``names`` are those of its pictures, if it has them.
        position: Of the first of the batch.

    Raises:
        TrainingError: It names the pictures, their size, and what to do.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if not is_lack_of_memory(error):
            raise
        count, (height, width) = len(images), images.shape[-2:]
        names = getattr(pictures, "names", None)
        which = "" if names is None else f"{names[position]}: "
        what = f"{count} pictures" if count > 1 else "a picture"
        remedy = f"measure {count // 2} at a time" if count > 1 else "make it smaller"
        raise TrainingError(
            f"{which}the memory is too small to measure {what} of {width}×{height} pixels: {remedy}"
        ) from error
