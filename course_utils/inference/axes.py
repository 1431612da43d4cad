"""How the cells of a network's answer lie in a picture, and where the picture may be cut.

Where a network strides, its cells lie on a grid that begins at the picture's first pixel. Cut a
multiple of the grid's step off, and every map inside the network loses whole cells at that side;
those that are left lie where they lay. Whether a network is like that is tried on two pictures
without numbers, one of them a step longer than the other.
"""

import math
from dataclasses import dataclass

from torch import nn

from course_utils.analysis import Span
from course_utils.analysis.fields import Map, maps_inside
from course_utils.errors import ModelError

WHOLE = 4_000_000
"""A picture with at most so many pixels goes through a network in one piece."""


@dataclass(frozen=True)
class Axis:
    """One axis of a picture, and of the answer to it.

    Attributes:
        length: Of the picture, in pixels.
        cells: Of the answer.
        field: What a cell of the answer sees, in pixels.
        step: A multiple of every stride inside the network, in pixels. So many pixels, or a
            multiple of it, may be cut off at either end.
    """

    length: int
    cells: int
    field: Span
    step: int


def axes_of(model: nn.Module, height: int, width: int) -> tuple[Axis, Axis]:
    """The rows and the columns of a picture of this size; nothing is computed.

    Args:
        model: Takes ``(1, 3, height, width)`` and gives a map ``(1, classes, rows, columns)``.
        height: Of the picture, in pixels.
        width: Likewise.

    Raises:
        ModelError: If a part of the picture would get another answer alone than in the picture.
    """
    try:
        maps = _followed(model, height, width)
        steps = _steps(maps)
        longer = _followed(model, height + steps[0], width + steps[1])
    except (NotImplementedError, RuntimeError) as error:
        raise _refusal(height, width, "what it does depends on the numbers") from error
    answer = maps[-1]
    if answer.field.rows is None or answer.field.columns is None:
        raise _refusal(height, width, answer.field.reason)
    if [_grown(map_, steps) for map_ in maps] != longer:
        raise _refusal(height, width, "its maps do not grow with the picture")
    rows, columns = answer.size
    return (
        Axis(height, rows, answer.field.rows, steps[0]),
        Axis(width, columns, answer.field.columns, steps[1]),
    )


def _followed(model: nn.Module, height: int, width: int) -> list[Map]:
    """The maps whose field is known, and the answer."""
    *maps, answer = maps_inside(model, (3, height, width))
    return [*(map_ for map_ in maps if not map_.field.reason), answer]


def _steps(maps: list[Map]) -> tuple[int, int]:
    """Common multiples of all strides: of the rows, and of the columns."""
    rows = [map_.field.rows.stride for map_ in maps if map_.field.rows]
    columns = [map_.field.columns.stride for map_ in maps if map_.field.columns]
    return math.lcm(*rows), math.lcm(*columns)


def _grown(map_: Map, steps: tuple[int, int]) -> Map:
    """The map of a picture that is a step longer each way: by as many cells as the step holds."""
    field, (rows, columns) = map_.field, map_.size
    if field.rows is None or field.columns is None:
        return map_
    more = steps[0] // field.rows.stride, steps[1] // field.columns.stride
    return Map(field, (rows + more[0], columns + more[1]))


def _refusal(height: int, width: int, reason: str) -> ModelError:
    return ModelError(
        f"a picture of {width}×{height} pixels is computed in tiles, but this network has to see "
        f"it whole ({reason}): make the picture smaller, at most {WHOLE / 1e6:g} megapixels, or "
        "take another network"
    )
