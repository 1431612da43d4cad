"""The answer to a picture of any size, a tile at a time, equal to that of the whole picture.

A cell of the answer depends on the pixels of its receptive field and on nothing else. So a tile
that holds the fields of its cells, cut off only where the picture itself ends, gives these cells
what the whole picture would give them; cells nearer to the cut are not kept. The memory of the
network does not grow with the picture.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import torch
from torch import Tensor, nn
from torch.func import functional_call

from course_utils.errors import ModelError, first_line
from course_utils.inference.axes import WHOLE, Axis, axes_of
from course_utils.inference.enlarging import enlarged_answer
from course_utils.inference.logits import POSITIONS, require_logits
from course_utils.models import FullyConvolutional
from course_utils.models.published_segmenters import PublishedSegmenter
from course_utils.runtime import device_of, is_lack_of_memory

TILE = 1536
"""Pixels from the first cell of a tile to that of the next: context is added around them. With
that of a ResNet-18 or a ResNet-50 a tile has about as many pixels as ``WHOLE``."""

Change = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Tile:
    """Cells of the answer, and the pixels that they are computed from, along one axis.

    Attributes:
        cells: Of the whole answer.
        pixels: Of the picture: the fields of these cells, without what lies outside it.
        first: Which cell of the tile's own answer is the first of ``cells``.
    """

    cells: slice
    pixels: slice
    first: int

    @property
    def kept(self) -> slice:
        """The cells within the tile's own answer."""
        return slice(self.first, self.first + self.cells.stop - self.cells.start)


def tiles_along(axis: Axis, tile: int, least: int = 1) -> list[Tile]:
    """Divide one axis of a picture into tiles with equally many cells; the last may have fewer.

    Args:
        axis: Of the picture.
        tile: Pixels from the first cell of a tile to that of the next, at most.
        least: Pixels that a tile has at least.
    """
    most = max(1, tile // axis.field.stride)
    run = math.ceil(axis.cells / math.ceil(axis.cells / most))
    starts = range(0, axis.cells, run)
    return [_tile(slice(start, min(start + run, axis.cells)), axis, least) for start in starts]


def _tile(cells: slice, axis: Axis, least: int) -> Tile:
    """The smallest tile that holds the cells' fields, with whole steps before and behind it."""
    field, length, step = axis.field, axis.length, axis.step
    first = field.first + cells.start * field.stride
    behind = field.first + (cells.stop - 1) * field.stride + field.size
    start = max(0, min(first, length - least)) // step * step
    end = length - max(0, length - max(behind, start + least)) // step * step
    return Tile(cells, slice(start, end), cells.start - start // field.stride)


@dataclass(frozen=True)
class Part:
    """A part of the answer to a picture.

    Attributes:
        rows: Of the whole answer.
        columns: Likewise.
        size: Rows and columns of the whole answer.
        logits: Of these cells, ``(classes, rows, columns)``, on the network's device.
    """

    rows: slice
    columns: slice
    size: tuple[int, int]
    logits: Tensor


def dense_answer(
    model: nn.Module,
    image: Tensor,
    prepare: Change,
    read: Change,
    whole: int = WHOLE,
    tile: int = TILE,
) -> Tensor:
    """The answer to a picture of any size, in one piece or put together from tiles.

    Args:
        model: As for ``parts_of_answer``, like ``image``, ``prepare``, ``whole`` and ``tile``.
        image: Likewise.
        prepare: Likewise.
        read: Turns logits ``(classes, rows, columns)`` into what is wanted of them, cell by cell,
            ``(k, rows, columns)``.
        whole: Likewise.
        tile: Likewise.

    Returns:
        What was read, ``(k, rows, columns)``, on the CPU.

    Raises:
        ModelError: If the picture has to be tiled, and the network has to see it whole.
    """
    answer = torch.empty(0)
    for part in parts_of_answer(model, image, prepare, whole, tile):
        found = read(part.logits).cpu()
        if found.shape[1:] == part.size:
            return found
        if not len(answer):
            answer = found.new_empty(len(found), *part.size)
        answer[:, part.rows, part.columns] = found
    return answer


def parts_of_answer(
    model: nn.Module,
    image: Tensor,
    prepare: Change = lambda pixels: pixels,
    whole: int = WHOLE,
    tile: int = TILE,
) -> Iterator[Part]:
    """The answer to a picture of any size, in one piece or tile after tile.

    Args:
        model: In ``eval`` mode; from ``(1, 3, H, W)`` to logits ``(1, classes, rows, columns)``.
        image: ``(3, H, W)``.
        prepare: Turns a batch of pictures, moved to the network's device, into what it takes.
        whole: A picture with more pixels goes through the network in tiles. The result is the
            same; the memory is not. Torchvision's networks for pixels look at a picture of a size
            of their own, and their logits are enlarged in strips.
        tile: Pixels of a tile, without the context around it.

    Yields:
        Parts that together are the whole answer, each cell once.

    Raises:
        ModelError: If the picture has to be tiled, and the network has to see it whole (nothing
            was computed then), or the network cannot take its size.
        AnswerError: If the network gives no logits, or such that are no numbers.
    """
    if isinstance(model, PublishedSegmenter):
        size = image.shape[1], image.shape[2]
        for strip, logits in enlarged_answer(model, image, prepare, whole):
            yield Part(strip, slice(0, size[1]), size, logits)
        return
    device = device_of(model)

    def answer_to(part: Tensor) -> Tensor:
        with torch.inference_mode():
            try:
                answer = model(prepare(part[None].to(device)))
            except RuntimeError as error:
                if is_lack_of_memory(error):
                    raise
                raise ModelError(_about_size(part, error)) from error
            return require_logits(answer, POSITIONS)[0]  # (classes, h, w)

    height, width = image.shape[1:]
    if height * width <= whole:
        logits = answer_to(image)
        rows, columns = logits.shape[1:]
        yield Part(slice(0, rows), slice(0, columns), (rows, columns), logits)
        return
    axes, least = axes_of(model, height, width), least_side(model)
    size = axes[0].cells, axes[1].cells
    for down, across in product(*(tiles_along(axis, tile, least) for axis in axes)):
        logits = answer_to(image[:, down.pixels, across.pixels])
        yield Part(down.cells, across.cells, size, logits[:, down.kept, across.kept])
        del logits  # before the next tile needs the memory


def _about_size(picture: Tensor, error: RuntimeError) -> str:
    """What to do where a network cannot compute with a picture ``(3, H, W)``."""
    height, width = picture.shape[1:]
    return (
        f"the network cannot take a picture of {width}×{height} pixels ({first_line(error)}): "
        "resize it, such as to multiples of 32"
    )


def least_side(model: nn.Module) -> int:
    """Pixels that a picture needs each way: a fully convolutional network's native size."""
    return model.native_size if isinstance(model, FullyConvolutional) else 1


def map_size(model: FullyConvolutional, height: int, width: int) -> tuple[int, int]:
    """Height and width of the answer for a picture of this size; nothing is computed."""
    shadow = {name: tensor.to("meta") for name, tensor in model.state_dict().items()}
    like = next(model.parameters())
    picture = torch.empty(1, 3, height, width, device="meta", dtype=like.dtype)
    with torch.no_grad():
        rows, columns = functional_call(model, shadow, picture).shape[2:]
    return int(rows), int(columns)
