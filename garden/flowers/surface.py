"""Petals as bent surfaces in space.

A petal is a strip: ``s`` runs along it (0 at its base, 1 at its tip), ``v`` across it (-1 to 1).
The unit of length is the radius of the flower; ``z`` points away from the stem.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from garden.painting.color import Array

Floats = NDArray[np.floating[Any]]
STEPS = 64
POINTS_PER_PIXEL = 1.12
_ROUGH = 12


def one(values: Array) -> Array:
    """The shape of a strip that keeps its full width, or of a tip that is cut off straight."""
    return np.ones_like(values)


@dataclass(frozen=True)
class Petals:
    """The shapes of many petals; each array holds one value a petal, ``(P,)``.

    Attributes:
        azimuth: Where the petal points, in radians.
        length: From base to tip along the petal.
        width: Half of its greatest width.
        base_radius: How far from the axis it starts.
        base_height: How high it starts.
        rise: How steeply it starts, in radians: 0 is flat, pi / 2 upright.
        fall: How steeply it ends.
        cup: How far its sides bend up.
        twist: How far its tip is turned about its midline.
        sway: How far its tip is shifted sideways.
        ruffle: How wavy its edge is.
        lip: How far its rim rolls back, in radians.
        spiral: By which share one side lies further out than the other.
        ribs: How strongly it is grooved along its length.
        bend: The share of the length within which the petal turns from ``rise`` to ``fall``.
        outline: The share of the width that is reached at ``s``.
        tip: The share of the length that is reached at ``v``.
        wrapped: Whether the petal lies round the axis (rose) or beside it (daisy).
    """

    azimuth: Array
    length: Array
    width: Array
    base_radius: Array
    base_height: Array
    rise: Array
    fall: Array
    cup: Array
    twist: Array
    sway: Array
    ruffle: Array
    lip: Array
    spiral: Array
    ribs: Array
    bend: float = 9.0
    outline: Callable[[Array], Array] = one
    tip: Callable[[Array], Array] = one
    wrapped: bool = False


@dataclass(frozen=True)
class Mesh:
    """Points of P strips: ``points`` is ``(3, P, U, V)``; ``u`` is ``(U,)`` and ``v`` ``(V,)``."""

    points: Array
    u: Array
    v: Array


def petals(
    count: int,
    outline: Callable[[Array], Array] = one,
    tip: Callable[[Array], Array] = one,
    wrapped: bool = False,
    bend: float = 9.0,
    **shape: Floats | float,
) -> Petals:
    """Petals whose unnamed properties are 0; a number stands for all of them."""
    names = [field.name for field in fields(Petals) if field.name not in _RULES]
    columns = {
        name: np.broadcast_to(np.asarray(shape.pop(name, 0.0), np.float32), (count,))
        for name in names
    }
    if shape:
        raise TypeError(f"Petals have no {', '.join(shape)}.")
    return Petals(**columns, bend=bend, outline=outline, tip=tip, wrapped=wrapped)


_RULES = ("bend", "outline", "tip", "wrapped")


def split(shape: Petals, groups: int) -> list[Petals]:
    """The same petals in groups of neighbors, so that small ones need not many points."""
    arrays = [field.name for field in fields(shape) if field.name not in _RULES]
    chunks = np.array_split(np.arange(len(shape.length)), groups)
    return [
        replace(shape, **{name: getattr(shape, name)[chunk] for name in arrays}) for chunk in chunks
    ]


def mesh(shape: Petals, pixels_per_unit: float) -> Mesh:
    """Points so close together that no pixel between them stays empty."""
    rough = _grid(shape, _ROUGH, _ROUGH)
    density = POINTS_PER_PIXEL * pixels_per_unit
    along = np.linalg.norm(np.diff(rough.points, axis=2), axis=0)
    across = np.linalg.norm(np.diff(rough.points, axis=3), axis=0)
    return _grid(shape, _points(along, density), _points(across, density))


def _points(gaps: Array, density: float) -> int:
    """How many points are needed where the rough grid has these gaps."""
    return max(4, int(np.ceil(np.quantile(gaps, 0.8) * (_ROUGH - 1) * density)))


def _grid(shape: Petals, along: int, across: int) -> Mesh:
    """The strips as ``along`` by ``across`` points."""
    u = np.linspace(0, 1, along, dtype=np.float32)
    v = np.linspace(-1, 1, across, dtype=np.float32)
    s = u[:, None] * shape.tip(v)[None, :]  # (U, V)
    lateral = _column(shape.width) * (shape.outline(s) * v)  # (P, U, V)
    raised = _raised(shape, s, v, lateral)
    lateral = lateral + _column(shape.sway) * s**2
    place = _wrapped if shape.wrapped else _flat
    return Mesh(place(shape, *_lifted(shape, s, raised), lateral, v), u, v)


def _column(values: Array) -> Array:
    return values[:, None, None]


def _raised(shape: Petals, s: Array, v: Array, lateral: Array) -> Array:
    """How far points lie above the midline's own surface, ``(P, U, V)``."""
    bend = _column(shape.cup) * v + _column(shape.twist) * s
    phase = _column(shape.azimuth * 7)
    wave = np.sin(4.5 * v + phase) + 0.6 * np.sin(9 * v - 2 * phase + 3 * s)
    edge = shape.outline(s)
    ribs = _column(shape.ribs * shape.width) * np.cos(8.5 * v) * np.sin(np.pi * np.clip(s, 0, 1))
    return np.asarray(
        lateral * bend + _column(shape.ruffle) * wave * s**3 * edge + ribs, np.float32
    )


def _lifted(shape: Petals, s: Array, raised: Array) -> tuple[Array, Array]:
    """Distance from the axis and height of every point, each ``(P, U, V)``."""
    steepness = _steepness(shape)
    step = shape.length[:, None] / STEPS
    run = np.cumsum(np.cos(steepness) * step, axis=1) + shape.base_radius[:, None]
    climb = np.cumsum(np.sin(steepness) * step, axis=1) + shape.base_height[:, None]
    radius = _along(run, s) - _along(np.sin(steepness), s) * raised
    return radius, _along(climb, s) + _along(np.cos(steepness), s) * raised


def _steepness(shape: Petals) -> Array:
    """The angle of the midline above the ground at every step, ``(P, STEPS)``."""
    s = np.linspace(0, 1, STEPS, dtype=np.float32)
    rim = np.clip((s - 0.7) / 0.3, 0, 1) ** 2
    turned = np.expm1(-s / shape.bend) / np.expm1(-1 / shape.bend)
    bend = shape.rise[:, None] + (shape.fall - shape.rise)[:, None] * turned
    return np.asarray(bend - shape.lip[:, None] * rim, np.float32)


def _along(table: Floats, s: Array) -> Array:
    """Read a table ``(P, STEPS)`` at the positions ``s`` ``(U, V)``: ``(P, U, V)``."""
    position = np.clip(s, 0, 1) * (STEPS - 1)
    left = np.minimum(position.astype(np.int32), STEPS - 2)
    share = (position - left).astype(np.float32)
    return np.asarray(table[:, left] * (1 - share) + table[:, left + 1] * share, np.float32)


def _flat(shape: Petals, radius: Array, height: Array, lateral: Array, v: Array) -> Array:
    """Strips beside the axis, ``(3, P, U, V)``."""
    cosine, sine = _column(np.cos(shape.azimuth)), _column(np.sin(shape.azimuth))
    x, y = radius * cosine - lateral * sine, radius * sine + lateral * cosine
    return np.stack([x, y, height])


def _wrapped(shape: Petals, radius: Array, height: Array, lateral: Array, v: Array) -> Array:
    """Strips that go round the axis like the wall of a cup, ``(3, P, U, V)``."""
    angle = np.clip(lateral / np.maximum(radius, 0.03), -2.6, 2.6) + _column(shape.azimuth)
    wide = radius * (1 + _column(shape.spiral) * v)
    return np.stack([wide * np.cos(angle), wide * np.sin(angle), height])
