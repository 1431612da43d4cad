"""From surfaces in space to a sprite: turn them, keep what is in front, color what is seen."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, uniform_filter

from garden.flowers.bas_relief import bas_relief
from garden.flowers.surface import Mesh
from garden.painting.color import Array, linear_from_oklab
from garden.painting.sprite import Sprite

Index = NDArray[np.int64]
_INDEX = (1 << 32) - 1
_LEVELS_PER_PIXEL = 256
_DEEPEST = 4096  # pixels behind the center of the flower
FINENESS = 0.002  # of the canvas: what is smaller is smoothed out of the relief
GRAIN = 12.0  # relief of veins, in that unit, a unit of lightness


@dataclass(frozen=True)
class Samples:
    """What is seen in N pixels: the position on the petal and which petal it is, each ``(N,)``."""

    u: Array
    v: Array
    member: Index


@dataclass(frozen=True)
class Part:
    """Alike strips: their points at a given number of pixels a unit, and their OKLab colors."""

    shape: Callable[[float], Mesh]
    color: Callable[[Samples], Array]


def rotation(tilt: float, turn: float) -> Array:
    """Lean the axis back by ``tilt`` (pi / 2: seen from the side), then turn the picture."""
    c, s = np.cos(tilt), np.sin(tilt)
    lean = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
    c, s = np.cos(turn), np.sin(turn)
    return np.asarray(np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]]) @ lean, np.float32)


def render(parts: list[Part], view: Array, size: int, fill: float = 0.9) -> Sprite:
    """The parts seen along ``view``, centered, filling a share of a square canvas.

    Args:
        parts: What is to be seen.
        view: A rotation, ``(3, 3)``.
        size: Of the canvas, in pixels.
        fill: The share of the canvas that the longer side takes.
    """
    rough = np.concatenate([_turned(part.shape(12.0), view) for part in parts], axis=1)[:2]
    low, high = rough.min(axis=1), rough.max(axis=1)
    scale = float(fill * size / (high - low).max())
    offset = size / 2 - scale * (low + high) / 2
    return draw(parts, view, (size, size), scale, (float(offset[0]), float(offset[1])))


def draw(
    parts: list[Part],
    view: Array,
    canvas: tuple[int, int],
    scale: float,
    offset: tuple[float, float],
) -> Sprite:
    """The parts on a canvas ``(height, width)``: position = scale * turned point + offset."""
    best = np.full(canvas[0] * canvas[1], -1, np.int64)
    firsts, meshes = [0], []
    for part in parts:
        strips = part.shape(scale)
        points = _turned(strips, view * np.float32(scale))
        _keep_foremost(best, points + np.array([[*offset, 0]], np.float32).T, firsts[-1], canvas)
        firsts.append(firsts[-1] + points.shape[1])
        meshes.append(replace(strips, points=strips.points[:, :1]))
    key = _closed(best.reshape(canvas))
    seen = key >= 0
    oklab = np.zeros((*canvas, 3), np.float32)
    oklab[seen] = _colors(parts, meshes, firsts, key[seen] & _INDEX)
    depth = np.where(seen, (key >> 32).astype(np.float32) / _LEVELS_PER_PIXEL - _DEEPEST, 0)
    return _sprite(oklab, seen, depth.astype(np.float32))


def _turned(strips: Mesh, view: Array) -> Array:
    """All points as seen, ``(3, N)``: right, down, towards the viewer."""
    return np.asarray(view @ strips.points.reshape(3, -1), np.float32)


def _keep_foremost(best: Index, points: Array, first: int, canvas: tuple[int, int]) -> None:
    """Put points ``(3, N)`` that are in front into ``best``: depth and index in one number."""
    height, width = canvas
    column, row = np.floor(points[:2]).astype(np.int32)
    inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    level = ((points[2] + _DEEPEST) * _LEVELS_PER_PIXEL).astype(np.int64)
    key = (level << 32) + np.arange(first, first + len(level))
    np.maximum.at(best, (row * width + column)[inside], key[inside])


def _closed(key: Index) -> Index:
    """The keys ``(H, W)``; a pixel that both neighbors hide is a gap between points."""
    padded = np.pad(key, 1, constant_values=-1)
    sides = np.minimum(padded[1:-1, :-2], padded[1:-1, 2:])
    ends = np.minimum(padded[:-2, 1:-1], padded[2:, 1:-1])
    return np.asarray(np.maximum(key, np.maximum(sides, ends)), np.int64)


def _colors(parts: list[Part], meshes: list[Mesh], firsts: list[int], index: Index) -> Array:
    """The OKLab colors ``(N, 3)`` of the points with these indices."""
    colors = np.zeros((len(index), 3), np.float32)
    for part, strips, first, after in zip(parts, meshes, firsts, firsts[1:], strict=False):
        mine = (index >= first) & (index < after)
        member, rest = np.divmod(index[mine] - first, len(strips.u) * len(strips.v))
        along, across = np.divmod(rest, len(strips.v))
        colors[mine] = part.color(Samples(strips.u[along], strips.v[across], member))
    return colors


def _sprite(oklab: Array, seen: NDArray[np.bool_], depth: Array) -> Sprite:
    """Darken the folds, flatten the depth to a relief, continue colors beyond the edge."""
    mask = seen.astype(np.float32)
    fine = max(0.9, FINENESS * max(depth.shape))
    near = _spread(depth, mask, fine)
    linear = linear_from_oklab(_darkened(oklab, _hidden(near, mask)))
    beyond = np.stack([_spread(linear[..., band], mask, 2.0) for band in range(3)], axis=-1)
    albedo = np.where(seen[..., None], linear, beyond)
    grain = oklab[..., 0] - _spread(oklab[..., 0], mask, 3 * fine)
    height = gaussian_filter(bas_relief(near, mask) + GRAIN * fine * grain * mask, fine)
    return Sprite(albedo.astype(np.float32), gaussian_filter(mask, 0.6), height)


def _darkened(oklab: Array, hidden: Array) -> Array:
    """Colors in the folds: light that has passed petals is deeper and warmer."""
    chroma = np.hypot(oklab[..., 1], oklab[..., 2])
    folds = (1 - 0.45 * hidden)[..., None] ** np.array([1, 0.35, 0.35], np.float32)
    warm = (0.15 * chroma * hidden)[..., None] * np.array([0, 1, 0], np.float32)
    return np.asarray(oklab * folds + warm, np.float32)


def _hidden(depth: Array, mask: Array) -> Array:
    """How deep each pixel lies between what is around it, 0 to 1."""
    total = np.zeros_like(depth)
    for reach in (0.007, 0.025, 0.08):
        sigma = reach * max(depth.shape)
        total += np.clip((_spread(depth, mask, sigma) - depth) / (3 * sigma), 0, 1)
    return np.asarray(np.minimum(total * 0.55, 1), np.float32)


def _spread(values: Array, mask: Array, sigma: float) -> Array:
    """Blur what is seen without mixing in what is not."""
    weight = _blurred(mask, sigma)
    return np.asarray(_blurred(values * mask, sigma) / np.maximum(weight, 1e-4), np.float32)


def _blurred(values: Array, sigma: float) -> Array:
    """A Gaussian blur; a wide one as two running means, which cost the same at any width."""
    if sigma < 3:
        return np.asarray(gaussian_filter(values, sigma, truncate=3), np.float32)
    width = round(2.45 * sigma)
    return np.asarray(uniform_filter(uniform_filter(values, width), width), np.float32)
