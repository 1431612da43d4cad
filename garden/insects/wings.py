"""Translucent wings with veins."""

from dataclasses import dataclass

import numpy as np

from garden.insects.pose import Point3, Pose
from garden.painting.color import Array, mix, oklch
from garden.painting.painter import Painter
from garden.painting.shapes import coverage, ellipse


@dataclass(frozen=True)
class Wing:
    """A flat wing, in model units.

    Attributes:
        root: Where it is joined to the chest.
        along: From the root to the tip.
        across: From the middle line to the trailing edge.
    """

    root: Point3
    along: Point3
    across: Point3

    @classmethod
    def spread(
        cls, root: Point3, side: int, turn: float, lift: float, size: tuple[float, float]
    ) -> "Wing":
        """A wing turned away from the body by ``turn`` and lifted by ``lift`` radians."""
        length, width = size
        flat = np.array([-np.cos(turn), side * np.sin(turn) * np.cos(lift), np.sin(lift) * 0.6])
        edge = np.array([-np.sin(turn), -side * np.cos(turn), 0.1])
        along = length * flat / np.linalg.norm(flat)
        across = width * edge / np.linalg.norm(edge)
        return cls(root, _point(along), _point(across))


def _point(vector: Array) -> Point3:
    return float(vector[0]), float(vector[1]), float(vector[2])


def wing_tip(wing: Wing) -> Point3:
    """The far end, in model units."""
    return _point(np.array(wing.root) + np.array(wing.along))


def paint_wing(rng: np.random.Generator, painter: Painter, pose: Pose, wing: Wing) -> None:
    """Paint a wing as the view shows it; the body shines through."""
    along = 0.5 * pose.scale * pose.rotation[:2] @ np.array(wing.along)
    across = pose.scale * pose.rotation[:2] @ np.array(wing.across)
    across = _not_edge_on(along, across)
    center = np.array(pose.place(wing.root)) + along
    reach = float(np.abs(along).max() + np.abs(across).max())
    window, x, y = painter.window([(float(center[0]), float(center[1]))], reach + 2)
    if not (x.size and y.size):
        return
    determinant = along[0] * across[1] - along[1] * across[0]
    dx, dy = x - float(center[0]), y - float(center[1])
    u = np.asarray((dx * across[1] - dy * across[0]) / determinant, np.float32)
    v = np.asarray((dy * along[0] - dx * along[1]) / determinant, np.float32)
    _paint_membrane(rng, painter, window, u, v, float(np.linalg.norm(across)))


def _not_edge_on(along: Array, across: Array) -> Array:
    """At least a quarter of the wing's width stays visible."""
    direction = along / (np.linalg.norm(along) + 1e-6)
    normal = np.array([-direction[1], direction[0]])
    width, least = float(across @ normal), 0.3 * float(np.linalg.norm(across)) + 1.5
    missing = 0.0 if abs(width) >= least else np.copysign(least, width) - width
    return np.asarray(across + missing * normal)


def _paint_membrane(
    rng: np.random.Generator,
    painter: Painter,
    window: tuple[slice, slice],
    u: Array,
    v: Array,
    width: float,
) -> None:
    narrowed = v / (1 + 0.38 * np.clip(u, -1, 1)) + 0.12 * (u * u)
    distance = ellipse(u, narrowed, (0, 0), (1, 1)) * width
    veins = _veins(u, narrowed, 1.3 / width)
    rim = np.exp(-((distance / 1.6) ** 2))
    dark = np.clip(0.8 * veins + 0.6 * rim, 0, 1)
    sheen = oklch(rng.uniform(0.45, 0.94), rng.uniform(0.005, 0.05), rng.uniform(60, 110))
    membrane = mix(sheen, oklch(0.32, 0.05, 60), dark)
    opacity = coverage(distance, 1.6) * (rng.uniform(0.38, 0.62) + 0.4 * dark)
    relief = painter.height[window] + 0.6 * veins + 0.8 * np.sin(5 * u + 3 * narrowed)
    painter.lay(window, np.clip(opacity, 0, 1).astype(np.float32), membrane, relief)


def _veins(u: Array, v: Array, width: float) -> Array:
    """Four veins that fan out from the root and three that cross them, 0 to 1."""
    total = np.zeros_like(u)
    fan = np.clip((u + 1) / 2, 0, 1)
    for slope in (-0.75, -0.3, 0.15, 0.6):
        total += np.exp(-(((v - slope * fan**0.7) / width) ** 2))
    for place in (-0.25, 0.2, 0.55):
        total += 0.8 * np.exp(-(((u - place - 0.3 * v) / (width * 0.6)) ** 2)) * (np.abs(v) < 0.6)
    return np.clip(total * (u < 0.85), 0, 1).astype(np.float32)
