"""The daisy: narrow rays round a golden dome."""

from functools import partial

import numpy as np

from garden.flowers.disc import Disc, disc_parts
from garden.flowers.relief import Part, render, rotation
from garden.flowers.surface import mesh, petals
from garden.flowers.tint import jitter, petal_tint
from garden.painting.color import Array, oklch
from garden.painting.sprite import Sprite

_TINTS = {  # base, middle, tip
    "white": (oklch(0.80, 0.05, 115), oklch(0.915, 0.008, 100), oklch(0.93, 0.006, 90)),
    "cream": (oklch(0.85, 0.08, 100), oklch(0.93, 0.045, 95), oklch(0.95, 0.03, 95)),
    "blush": (oklch(0.90, 0.02, 100), oklch(0.93, 0.02, 10), oklch(0.80, 0.09, 0)),
    "pink": (oklch(0.88, 0.04, 350), oklch(0.74, 0.12, 355), oklch(0.66, 0.16, 358)),
    "yellow": (oklch(0.78, 0.16, 80), oklch(0.87, 0.16, 95), oklch(0.90, 0.15, 100)),
}
_SHARES = (0.52, 0.12, 0.16, 0.13, 0.07)


def daisy(rng: np.random.Generator, size: int) -> Sprite:
    """A daisy head on a square canvas of ``size`` pixels."""
    tints = _TINTS[str(rng.choice(list(_TINTS), p=_SHARES))]
    radius = rng.uniform(0.23, 0.34)
    count, opening = int(rng.integers(13, 25)), rng.uniform(-0.3, 0.5)
    rings = [_ring(rng, count, radius, opening, tints)]
    if rng.random() < 0.6:
        rings.append(_ring(rng, count, radius, opening - 0.22, tints, below=0.04))
    view = rotation(min(abs(rng.normal(0, 0.42)), 1.0), rng.uniform(0, 2 * np.pi))
    return render([*rings, *disc_parts(rng, _disc(rng, radius))], view, size)


def _ring(
    rng: np.random.Generator,
    count: int,
    radius: float,
    opening: float,
    tints: tuple[Array, Array, Array],
    below: float = 0.0,
) -> Part:
    azimuth = (np.arange(count) + rng.uniform(0, 1) + rng.normal(0, 0.14, count)) / count
    shape = petals(
        count,
        _outline,
        _tip,
        azimuth=2 * np.pi * azimuth,
        length=(1 - radius) * rng.normal(1, 0.04, count),
        width=rng.uniform(2.1, 3.4) / count * rng.uniform(0.85, 1.15, count) * 0.62,
        base_radius=radius * 0.8,
        base_height=-below - rng.uniform(0, 0.05, count),
        rise=opening + 0.25 + rng.normal(0, 0.1, count),
        fall=opening - rng.uniform(0.1, 0.7) + rng.normal(0, 0.2, count),
        cup=rng.normal(0.15, 0.35, count),
        twist=rng.normal(0, 0.35, count),
        sway=rng.normal(0, 0.03, count),
        ribs=rng.uniform(0.02, 0.06),
    )
    base, middle, tip = (jitter(rng, tint, 0.008) for tint in tints)
    return Part(partial(mesh, shape), petal_tint(rng, base, middle, tip, 0.028))


def _outline(s: Array) -> Array:
    swell = 0.5 + 0.5 * np.sin(np.pi * np.clip(s, 0, 1) ** 0.9 * 0.78)
    return np.asarray(swell * np.sqrt(np.clip(1 - (np.clip(s - 0.72, 0, 1) / 0.30) ** 2.5, 0, 1)))


def _tip(v: Array) -> Array:
    return np.asarray(1 - 0.05 * v**2 - 0.022 * np.exp(-((np.abs(v) * 5) ** 2)), np.float32)


def _disc(rng: np.random.Generator, radius: float) -> Disc:
    hue = rng.uniform(78, 98)
    return Disc(
        radius=radius,
        bulge=rng.uniform(0.25, 0.7),
        dimple=rng.uniform(-0.05, 0.16),
        florets=int(rng.integers(150, 260)),
        inner=jitter(rng, oklch(0.74, 0.15, hue + rng.uniform(0, 16))),
        ring=jitter(rng, oklch(0.80, 0.165, hue)),
        outer=jitter(rng, oklch(0.76, 0.165, hue - 10)),
    )
