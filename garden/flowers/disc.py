"""The middle of a daisy or sunflower: small florets in spirals on a dome.

Source of the pattern: H. Vogel, "A better way to construct the sunflower head" (1979).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from garden.flowers.relief import Part, Samples
from garden.flowers.surface import Mesh
from garden.flowers.tint import smooth
from garden.painting.color import Array, mix

GOLDEN_ANGLE = float(np.pi * (3 - np.sqrt(5)))


@dataclass(frozen=True)
class Disc:
    """A dome of florets.

    Attributes:
        radius: Of the disc, in units of the flower's radius.
        bulge: Height of its middle above its rim, in units of ``radius``.
        dimple: How far the very middle sinks in, likewise.
        florets: How many.
        inner: OKLab color of the florets in the middle, ``(3,)``.
        ring: Of those between.
        outer: Of those at the rim.
        ring_at: Where the ring is: 0 the middle, 1 the rim.
    """

    radius: float
    bulge: float
    dimple: float
    florets: int
    inner: Array
    ring: Array
    outer: Array
    ring_at: float = 0.6

    def height(self, share: Array) -> Array:
        """The dome's height at a share of its radius."""
        dome = self.bulge * (1 - share**2) - self.dimple * np.exp(-((share / 0.35) ** 2))
        return np.asarray(self.radius * dome, np.float32)

    def color(self, share: Array) -> Array:
        """The OKLab color at a share of the radius."""
        near = mix(self.inner, self.ring, smooth(share / self.ring_at))
        far = smooth((share - self.ring_at) / (1 - self.ring_at))[..., None]
        return np.asarray(near * (1 - far) + self.outer * far, np.float32)


def disc_parts(rng: np.random.Generator, disc: Disc) -> list[Part]:
    """The dome and, on it, its florets."""
    return [Part(_dome(disc), _dome_color(disc)), _florets(rng, disc)]


def _dome(disc: Disc) -> Callable[[float], Mesh]:
    def shape(pixels_per_unit: float) -> Mesh:
        density = 1.5 * pixels_per_unit * disc.radius
        u = np.linspace(0, 1, max(4, int(density)), dtype=np.float32)
        v = np.linspace(-1, 1, max(8, int(6.3 * density)), dtype=np.float32)
        share, angle = u[:, None] * 1.04, np.pi * v[None, :]
        x, y = disc.radius * share * np.cos(angle), disc.radius * share * np.sin(angle)
        z = np.broadcast_to(disc.height(share) - 0.06 * disc.radius, x.shape)
        return Mesh(np.stack([x, y, z])[:, None].astype(np.float32), u, v)

    return shape


def _dome_color(disc: Disc) -> Callable[[Samples], Array]:
    def color(seen: Samples) -> Array:
        return disc.color(seen.u) * np.array([0.62, 0.9, 0.9], np.float32)

    return color


def _florets(rng: np.random.Generator, disc: Disc) -> Part:
    index = np.arange(disc.florets) + 0.5
    share = np.sqrt(index / disc.florets).astype(np.float32)
    angle = index * GOLDEN_ANGLE + rng.normal(0, 0.02, disc.florets)
    size = (
        disc.radius
        * (0.85 + 0.3 * share)
        / np.sqrt(disc.florets)
        * rng.uniform(0.8, 1.1, disc.florets)
    )
    lift = disc.height(share) + disc.radius * rng.normal(0, 0.012, disc.florets)
    x, y = disc.radius * share * np.cos(angle), disc.radius * share * np.sin(angle)
    centers = np.stack([x, y, lift]).astype(np.float32)
    shade = rng.normal(0, 0.025, disc.florets).astype(np.float32)

    def shape(pixels_per_unit: float) -> Mesh:
        return _knobs(centers, size.astype(np.float32), pixels_per_unit)

    def color(seen: Samples) -> Array:
        oklab = disc.color(share[seen.member])
        oklab[:, 0] += shade[seen.member] + 0.10 * (0.5 - seen.u)
        return oklab

    return Part(shape, color)


def _knobs(centers: Array, size: Array, pixels_per_unit: float) -> Mesh:
    """Small hemispheres, a little taller than wide, ``(3, P, U, V)``."""
    density = 1.6 * pixels_per_unit * 1.2 * float(size.max())
    u = np.linspace(0, 1, max(3, int(np.ceil(density))), dtype=np.float32)
    v = np.linspace(-1, 1, max(7, int(np.ceil(6.3 * density))), dtype=np.float32)
    ring, angle = np.sin(u * np.pi / 2)[:, None], np.pi * v[None, :]
    rise = np.broadcast_to(1.3 * np.cos(u * np.pi / 2)[:, None], (len(u), len(v)))
    knob = np.stack([ring * np.cos(angle), ring * np.sin(angle), rise])[:, None]
    points = centers[:, :, None, None] + size[:, None, None] * knob
    return Mesh(points.astype(np.float32), u, v)
