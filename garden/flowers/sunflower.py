"""The sunflower: pointed rays in two layers round a wide dark disc."""

from functools import partial

import numpy as np

from garden.flowers.disc import Disc, disc_parts
from garden.flowers.relief import Part, render, rotation
from garden.flowers.surface import mesh, petals
from garden.flowers.tint import jitter, petal_tint
from garden.painting.color import Array, oklch
from garden.painting.sprite import Sprite

_RAYS = [  # base, middle, tip
    (oklch(0.70, 0.16, 68), oklch(0.81, 0.165, 84), oklch(0.86, 0.165, 93)),
    (oklch(0.62, 0.16, 55), oklch(0.76, 0.165, 76), oklch(0.83, 0.165, 88)),
    (oklch(0.76, 0.15, 85), oklch(0.87, 0.155, 97), oklch(0.90, 0.14, 102)),
    (oklch(0.42, 0.13, 35), oklch(0.62, 0.16, 50), oklch(0.80, 0.16, 82)),
]
_DISCS = {  # inner, ring, outer
    "brown": (oklch(0.42, 0.08, 90), oklch(0.27, 0.06, 68), oklch(0.47, 0.10, 72)),
    "green": (oklch(0.58, 0.11, 118), oklch(0.45, 0.095, 92), oklch(0.60, 0.12, 82)),
    "golden": (oklch(0.32, 0.065, 68), oklch(0.40, 0.09, 66), oklch(0.70, 0.15, 78)),
}


def sunflower(rng: np.random.Generator, size: int) -> Sprite:
    """A sunflower head on a square canvas of ``size`` pixels."""
    tints = _RAYS[int(rng.choice(len(_RAYS), p=(0.45, 0.25, 0.2, 0.1)))]
    radius = rng.uniform(0.36, 0.54)
    count, opening = int(rng.integers(15, 25)), rng.uniform(-0.15, 0.5)
    rings = [
        _ring(rng, count, radius, opening, tints),
        _ring(rng, count, radius, opening - 0.25, tints, below=0.05),
        _bracts(rng, radius),
    ]
    view = rotation(min(abs(rng.normal(0, 0.4)), 0.95), rng.uniform(0, 2 * np.pi))
    return render([*rings, *disc_parts(rng, _disc(rng, radius))], view, size)


def _ring(
    rng: np.random.Generator,
    count: int,
    radius: float,
    opening: float,
    tints: tuple[Array, Array, Array],
    below: float = 0.0,
) -> Part:
    azimuth = (np.arange(count) + rng.uniform(0, 1) + rng.normal(0, 0.17, count)) / count
    shape = petals(
        count,
        _outline,
        azimuth=2 * np.pi * azimuth,
        length=(1.05 - radius) * rng.normal(1, 0.08, count),
        width=2.0 / count * rng.uniform(0.8, 1.15, count),
        base_radius=radius * 0.93,
        base_height=-below - rng.uniform(0, 0.05, count),
        rise=opening + 0.15 + rng.normal(0, 0.14, count),
        fall=opening - 0.35 + rng.normal(0, 0.35, count),
        cup=rng.normal(0.5, 0.5, count),
        twist=rng.normal(0, 0.7, count),
        sway=rng.normal(0, 0.05, count),
        ribs=rng.uniform(0.03, 0.10),
    )
    base, middle, tip = (jitter(rng, tint, 0.008) for tint in tints)
    return Part(partial(mesh, shape), petal_tint(rng, base, middle, tip, 0.05, 0.025))


def _bracts(rng: np.random.Generator, radius: float) -> Part:
    count = int(rng.integers(14, 22))
    shape = petals(
        count,
        _outline,
        azimuth=2 * np.pi * (np.arange(count) + rng.normal(0, 0.2, count)) / count,
        length=(1.05 - radius) * rng.uniform(0.55, 0.8, count),
        width=1.7 / count,
        base_radius=radius * 0.9,
        base_height=-0.14,
        fall=rng.normal(-0.2, 0.2, count),
        cup=0.5,
    )
    green = jitter(rng, oklch(0.52, 0.11, 128))
    return Part(
        partial(mesh, shape),
        petal_tint(rng, green * np.float32(0.8), green, green, 0.05),
    )


def _outline(s: Array) -> Array:
    clipped = np.clip(s, 0, 1)
    return np.asarray(np.sin(np.pi * (0.16 + 0.835 * clipped**0.85)) ** 0.8, np.float32)


def _disc(rng: np.random.Generator, radius: float) -> Disc:
    colors = _DISCS[str(rng.choice(list(_DISCS), p=(0.55, 0.2, 0.25)))]
    inner, ring, outer = (jitter(rng, color) for color in colors)
    return Disc(
        radius=radius,
        bulge=rng.uniform(0.1, 0.4),
        dimple=rng.uniform(0, 0.15),
        florets=int(rng.integers(320, 480)),
        inner=inner,
        ring=ring,
        outer=outer,
        ring_at=rng.uniform(0.4, 0.75),
    )
