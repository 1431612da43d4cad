"""Shapes as signed distances: negative inside, zero on the edge, positive outside.

Every function takes coordinate grids ``x`` and ``y`` of one shape and returns a field of that
shape, in the unit of the coordinates. Source of the formulas: elementary geometry.
"""

import numpy as np

from garden.painting.color import Array


def grid(height: int, width: int, scale: float | None = None) -> tuple[Array, Array]:
    """Coordinates ``x`` (to the right) and ``y`` (downwards) with the origin in the center.

    ``scale`` is the number of pixels a unit; by default half of the shorter side, so that the
    shorter side runs from -1 to 1.
    """
    pixels_per_unit = scale or min(height, width) / 2
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return (x + 0.5 - width / 2) / pixels_per_unit, (y + 0.5 - height / 2) / pixels_per_unit


def rotate(x: Array, y: Array, angle: float) -> tuple[Array, Array]:
    """The coordinates as seen by a shape that is turned by ``angle`` radians (clockwise)."""
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cosine * x + sine * y, cosine * y - sine * x


def ellipse(x: Array, y: Array, center: tuple[float, float], radii: tuple[float, float]) -> Array:
    """About the distance to an axis-parallel ellipse (exact for circles)."""
    u, v = (x - center[0]) / radii[0], (y - center[1]) / radii[1]
    return ((np.sqrt(u**2 + v**2 + 1e-12) - 1) * min(radii)).astype(np.float32)


def capsule(
    x: Array,
    y: Array,
    start: tuple[float, float],
    end: tuple[float, float],
    start_radius: float,
    end_radius: float,
) -> Array:
    """The distance to a stroke whose radius runs evenly from its start to its end."""
    along = np.array([end[0] - start[0], end[1] - start[1]], np.float32)
    length_squared = float(along @ along) + 1e-12
    px, py = x - start[0], y - start[1]
    share = np.clip((px * along[0] + py * along[1]) / length_squared, 0, 1)
    radius = start_radius + share * (end_radius - start_radius)
    distance = np.hypot(px - share * along[0], py - share * along[1]) - radius
    return np.asarray(distance, np.float32)


def coverage(distance: Array, softness: float) -> Array:
    """How much of a pixel the shape covers (0 to 1); the edge is ``softness`` units wide."""
    share = np.clip(0.5 - distance / softness, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def dome(distance: Array, radius: float) -> Array:
    """A rounded height over a shape: 0 at its edge, up to ``radius`` well inside it."""
    depth = np.clip(-distance / radius, 0, 1)
    return np.asarray(radius * np.sqrt(np.clip(1 - (1 - depth) ** 2, 0, 1)), np.float32)
