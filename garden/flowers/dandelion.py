"""The dandelion: many thin toothed straps, or the white ball of its seeds."""

from functools import partial

import numpy as np

from garden.flowers.disc import GOLDEN_ANGLE
from garden.flowers.relief import Part, render, rotation
from garden.flowers.seed_head import seed_head
from garden.flowers.surface import Petals, mesh, petals, split
from garden.flowers.tint import jitter, petal_tint
from garden.painting.color import Array, oklch
from garden.painting.sprite import Sprite


def dandelion(rng: np.random.Generator, size: int) -> Sprite:
    """A dandelion head, or in one of four cases its seed head, on a square canvas."""
    if rng.random() < 0.25:
        return seed_head(rng, size)
    shape = _straps(rng, int(rng.integers(250, 340)))
    hue = rng.uniform(82, 102)
    base = jitter(rng, oklch(0.76, 0.165, hue - 16))
    middle = jitter(rng, oklch(0.85, 0.175, hue - 5))
    tip = jitter(rng, oklch(0.90, 0.17, hue + 4))
    tint = petal_tint(rng, base, middle, tip, 0.03, 0.02, base_end=0.5)
    view = rotation(min(abs(rng.normal(0, 0.4)), 1.0), rng.uniform(0, 2 * np.pi))
    parts = [Part(partial(mesh, ring), tint) for ring in split(shape, 5)]
    return render(parts, view, size)


def _straps(rng: np.random.Generator, count: int) -> Petals:
    share = (np.arange(count) + 0.5) / count  # 0: the middle, 1: the rim
    openness = rng.uniform(-0.2, 0.35)
    upright = 1.4 * (1 - share) ** rng.uniform(1.0, 1.4)
    return petals(
        count,
        _outline,
        _tip,
        azimuth=np.arange(count) * GOLDEN_ANGLE + rng.normal(0, 0.12, count),
        length=(0.34 + 0.56 * share**0.55) * rng.normal(1, 0.05, count),
        width=(0.024 + 0.013 * share) * rng.uniform(0.8, 1.15, count),
        base_radius=0.02 + 0.10 * share,
        base_height=0.12 * (1 - share),
        rise=upright + 0.35 + openness + rng.normal(0, 0.08, count),
        fall=upright - 0.25 + openness + rng.normal(0, 0.22, count),
        cup=rng.normal(0.5, 0.3, count),
        twist=rng.normal(0, 0.6, count),
        sway=rng.normal(0, 0.05, count),
    )


def _outline(s: Array) -> Array:
    return np.asarray(0.5 + 0.5 * np.sin(np.pi * np.clip(s, 0, 1) * 0.85), np.float32)


def _tip(v: Array) -> Array:
    """Five small teeth."""
    teeth = np.abs((v * 2.5 + 10) % 1 - 0.5) * 2
    return np.asarray(1 - 0.05 * teeth - 0.03 * v**2, np.float32)
