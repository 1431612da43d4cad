"""The logits of a picture of any size, a tile at a time, equal to those of the whole picture.

A cell of the map depends on the pixels of its receptive field and on nothing else. So a tile that
holds the fields of its cells, cut off only where the picture itself ends, gives these cells the
logits that the whole picture would give them; cells nearer to the cut are not kept. The memory
does not grow with the picture.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from weakref import WeakKeyDictionary

import torch
from torch import Tensor
from torch.func import functional_call

from course_utils.analysis import Span, receptive_field
from course_utils.errors import ModelError
from course_utils.models import FullyConvolutional
from course_utils.models.checking import STRIDE

TILE = 1024
"""Pixels from the first cell of a tile to that of the next: context is added around them."""


WHOLE = 4_000_000
"""A picture with at most so many pixels goes through the network in one piece."""


@dataclass(frozen=True)
class Tile:
    """Cells of the map, and the pixels that they are computed from, along one axis.

    Attributes:
        cells: Of the whole map.
        pixels: Of the picture: the fields of these cells, without what lies outside it.
        first: Which cell of the tile's own map is the first of ``cells``.
    """

    cells: slice
    pixels: slice
    first: int


_known_fields: WeakKeyDictionary[FullyConvolutional, Span | None] = WeakKeyDictionary()


def cell_field(model: FullyConvolutional) -> Span | None:
    """What the cells of the answer see, in pixels; ``None`` if they see the whole picture.

    To find it costs as much as an answer. It depends on the layers, not on the weights, so it is
    found once for each network.
    """
    if model not in _known_fields:
        shape = (3, model.native_size, model.native_size)
        field = receptive_field(model, shape)[""]
        _known_fields[model] = None if field.reason else field.square
    return _known_fields[model]


def map_size(model: FullyConvolutional, height: int, width: int) -> tuple[int, int]:
    """Height and width of the answer for a picture of this size; nothing is computed."""
    shadow = {name: tensor.to("meta") for name, tensor in model.state_dict().items()}
    like = next(model.parameters())
    picture = torch.empty(1, 3, height, width, device="meta", dtype=like.dtype)
    with torch.no_grad():
        rows, columns = functional_call(model, shadow, picture).shape[2:]
    return int(rows), int(columns)


def tiles_along(length: int, cells: int, field: Span, native: int, tile: int) -> list[Tile]:
    """Divide one axis of a picture.

    Args:
        length: Of the picture, in pixels.
        cells: Of its map.
        field: What the cells see.
        native: Pixels that a tile has at least.
        tile: Pixels from the first cell of a tile to that of the next.
    """
    step = max(1, tile // field.stride)
    return [
        _tile(slice(start, min(start + step, cells)), length, field, native)
        for start in range(0, cells, step)
    ]


def _tile(cells: slice, length: int, field: Span, native: int) -> Tile:
    first = field.first + cells.start * field.stride
    last = field.first + (cells.stop - 1) * field.stride + field.size
    end = min(length, max(last, first + native, native))
    start = max(0, min(first, end - native))
    start -= start % field.stride  # so that the tile's cells lie where the picture's do
    return Tile(cells, slice(start, end), cells.start - start // field.stride)


def logits_by_tiles(
    model: FullyConvolutional,
    image: Tensor,
    prepare: Callable[[Tensor], Tensor],
    tile: int = TILE,
) -> Iterator[tuple[slice, slice, Tensor]]:
    """Compute the map of a picture piece by piece.

    Args:
        model: In ``eval`` mode.
        image: ``(3, H, W)``, on the CPU, at least as large as the native size.
        prepare: Turns a piece of the picture into what the network takes.
        tile: Pixels of a piece without its context; rounded down to whole cells.

    Yields:
        Rows and columns of the map, and their logits ``(classes, rows, columns)`` on the CPU.

    Raises:
        ModelError: If the picture is too small, or a cell of the network sees all of it.
    """
    model.require_size(image[None])
    device = next(model.parameters()).device
    for down, across in _pieces(model, image, tile):
        piece = prepare(image[:, down.pixels, across.pixels]).to(device)
        with torch.inference_mode():
            logits = model(piece[None])[0]  # (classes, h, w)
        rows = slice(down.first, down.first + down.cells.stop - down.cells.start)
        columns = slice(across.first, across.first + across.cells.stop - across.cells.start)
        yield down.cells, across.cells, logits[:, rows, columns].cpu()


def _pieces(model: FullyConvolutional, image: Tensor, tile: int) -> Iterator[tuple[Tile, Tile]]:
    height, width = image.shape[1:]
    rows, columns = map_size(model, height, width)
    field = cell_field(model)
    if field is None:
        raise ModelError(
            f"a picture of {width}×{height} pixels is computed in tiles, but each cell of this "
            "network sees the whole picture: make the picture smaller, or take another network"
        )
    across = tiles_along(width, columns, field, model.native_size, tile)
    down = tiles_along(height, rows, field, model.native_size, tile)
    yield from product(down, across)


CORE = 1024
"""Side of the part that one pass answers for, in pixels; a multiple of the stride."""


MARGIN = 8 * STRIDE
"""Pixels around it that the network sees too. ResNet-18 and FCN look no further than that; for
deeper networks the rest counts little."""


@dataclass(frozen=True)
class Part:
    """A part of one side of the picture, in pixels.

    Attributes:
        start: Where the answer begins.
        stop: Before what it ends.
        seen_from: Where the network begins to look; a multiple of the stride, so that its cells
            lie where they lie in the whole picture.
        seen_to: Before what it stops looking.
    """

    start: int
    stop: int
    seen_from: int
    seen_to: int

    @property
    def inner(self) -> slice:
        """The answer within what is seen."""
        return slice(self.start - self.seen_from, self.stop - self.seen_from)


def parts(side: int, core: int = CORE, margin: int = MARGIN) -> Iterator[Part]:
    """Divide a side into parts; one that fits into a part with its margins stays whole.

    >>> [(part.start, part.stop) for part in parts(2000)]
    [(0, 1024), (1024, 2000)]
    """
    if side <= core + 2 * margin:
        yield Part(0, side, 0, side)
        return
    for start in range(0, side, core):
        stop = min(start + core, side)
        yield Part(start, stop, max(start - margin, 0), min(stop + margin, side))
