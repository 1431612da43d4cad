"""A canvas on which things are painted stroke by stroke, from far to near."""

from collections.abc import Callable

import numpy as np

from garden.painting.color import Array, linear_from_oklab
from garden.painting.shapes import capsule, coverage, dome, ellipse, rotate
from garden.painting.sprite import Sprite

Point = tuple[float, float]
Texture = Callable[[Array, Array], Array]
Window = tuple[slice, slice]

EDGE = 1.6  # width of a soft edge, in pixels
THIN = 1.5  # radius up to which a stroke lies on what is below it, in pixels


def plain(oklab: Array) -> Texture:
    """A texture of one color."""
    return lambda u, v: np.broadcast_to(oklab, (*np.broadcast_shapes(u.shape, v.shape), 3))


class Painter:
    """An unlit canvas; every coordinate and radius is in pixels of this canvas."""

    def __init__(self, height: int, width: int) -> None:
        self.albedo = np.zeros((height, width, 3), np.float32)
        self.alpha = np.zeros((height, width), np.float32)
        self.height = np.zeros((height, width), np.float32)

    def sprite(self) -> Sprite:
        """What has been painted so far."""
        return Sprite(self.albedo, self.alpha, self.height)

    def cropped(self) -> tuple[Sprite, Point]:
        """What has been painted, cut out (2 by 2 pixels at least), and where its middle lies."""
        rows, columns = np.nonzero(self.alpha > 0)
        if not rows.size:
            return Sprite(self.albedo[:2, :2], self.alpha[:2, :2], self.height[:2, :2]), (1.0, 1.0)
        height, width = self.alpha.shape
        top, left = min(rows.min(), height - 2), min(columns.min(), width - 2)
        bottom, right = max(rows.max() + 1, top + 2), max(columns.max() + 1, left + 2)
        part = (slice(top, bottom), slice(left, right))
        sprite = Sprite(self.albedo[part], self.alpha[part], self.height[part])
        return sprite, (float(left + right) / 2, float(top + bottom) / 2)

    def window(self, points: list[Point], margin: float) -> tuple[Window, Array, Array]:
        """The part of the canvas around some points, and its pixels' coordinates ``x``, ``y``."""
        xs, ys = zip(*points, strict=True)
        rows, columns = self.alpha.shape
        left, right = _clip(min(xs) - margin, columns), _clip(max(xs) + margin + 1, columns)
        top, bottom = _clip(min(ys) - margin, rows), _clip(max(ys) + margin + 1, rows)
        x = np.arange(left, right, dtype=np.float32)[None, :] + 0.5
        y = np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5
        return (slice(top, bottom), slice(left, right)), x, y

    def lay(self, window: Window, alpha: Array, oklab: Array, relief: Array) -> None:
        """Cover a window with colors ``(h, w, 3)`` as far as ``alpha`` ``(h, w)`` says."""
        below = self.alpha[window] * (1 - alpha)
        total = np.maximum(alpha + below, 1e-6)
        weight = (alpha / total)[..., None]
        albedo = linear_from_oklab(np.asarray(oklab, np.float32))
        self.albedo[window] = albedo * weight + self.albedo[window] * (1 - weight)
        self.alpha[window] = alpha + below
        self.height[window] = relief * alpha + self.height[window] * (1 - alpha)

    def stroke(
        self,
        start: Point,
        end: Point,
        radii: Point,
        oklab: Array,
        opacity: float = 1.0,
        relief: float = 1.0,
        joined: bool = False,
    ) -> None:
        """A straight, round stroke whose radius runs from ``radii[0]`` to ``radii[1]``.

        Thin strokes (hair, ribs) lie on the relief below them, thick ones (legs) stand alone
        unless they are ``joined`` to what they touch.
        """
        window, x, y = self.window([start, end], max(radii) + EDGE)
        if x.size and y.size:
            distance = capsule(x, y, start, end, *radii)
            rounded = relief * dome(distance, max(radii))
            if joined:
                rounded = np.maximum(rounded, self.height[window])
            elif max(radii) < THIN:
                rounded = rounded + self.height[window]
            self.lay(window, opacity * coverage(distance, EDGE), oklab, rounded)

    def egg(
        self,
        center: Point,
        radii: Point,
        angle: float,
        texture: Texture,
        taper: float = 0.0,
        relief: float = 1.0,
        opacity: float = 1.0,
    ) -> None:
        """An ellipse along ``angle`` that is wider at its front where ``taper`` is above 0.

        The texture is given local coordinates ``u`` (along) and ``v`` (across), -1 to 1.
        """
        window, x, y = self.window([center], max(radii) * (1 + abs(taper)) + EDGE)
        if not (x.size and y.size):
            return
        along, across = rotate(x - center[0], y - center[1], angle)
        u = along / radii[0]
        v = across / (radii[1] * (1 + taper * np.clip(u, -1, 1)))
        distance = ellipse(u, v, (0, 0), (1, 1)) * min(radii)
        rounded = relief * dome(distance, min(radii))
        self.lay(window, opacity * coverage(distance, EDGE), texture(u, v), rounded)

    def stem(self, root: Point, top: Point, bow: float, radius: float, oklab: Array) -> None:
        """A round stem from ``root`` up to ``top``, bowed sideways by ``bow``."""
        bowed = (root[0] + bow, root[1])
        window, x, y = self.window([root, top, bowed], abs(bow) + radius + EDGE)
        if not (x.size and y.size):
            return
        share = (root[1] - y) / (root[1] - top[1])
        middle = root[0] + (top[0] - root[0]) * share + 4 * bow * share * (1 - share)
        slope = ((top[0] - root[0]) + 4 * bow * (1 - 2 * share)) / (root[1] - top[1])
        off_axis = np.abs(x - middle) / np.sqrt(1 + slope * slope)
        thick = radius * (1 - 0.25 * share)
        alpha = coverage(off_axis - thick, EDGE) * (share > 0) * (share < 1)
        tone = oklab + (0.06 * share - 0.03 + 0 * x)[..., None] * np.array([1, 0, 0.2], np.float32)
        relief = np.sqrt(np.clip(thick * thick - off_axis * off_axis, 0, None))
        self.lay(window, alpha.astype(np.float32), tone, relief.astype(np.float32))

    def blade(self, path: list[Point], width: float, oklab: Array) -> None:
        """A leaf of grass along a quadratic curve through three control points, thin at the tip."""
        steps = np.linspace(0, 1, 9)
        control = np.array(path)
        curve = (
            np.outer((1 - steps) ** 2, control[0])
            + np.outer(2 * steps * (1 - steps), control[1])
            + np.outer(steps**2, control[2])
        )
        half = width / 2 * (1 - steps**3) * (0.75 + 0.6 * np.sin(np.pi * steps))
        pairs = [(_point(curve[i]), _point(curve[i + 1])) for i in range(8)]
        for index, (start, end) in enumerate(pairs):
            tone = oklab + np.array([0.012 * index, 0, 0.003 * index], np.float32)
            self.stroke(start, end, (half[index], half[index + 1]), tone, relief=0.12)
        for start, end in pairs:
            rib = oklab + np.array([0.07, 0, 0.01], np.float32)
            self.stroke(start, end, (0.1 * width, 0.1 * width), rib, 0.5, relief=0.0)


def _clip(value: float, limit: int) -> int:
    return int(np.clip(np.floor(value), 0, limit))


def _point(pair: Array) -> Point:
    return float(pair[0]), float(pair[1])
