"""The rose: petals wrapped round each other in a spiral, their rims rolled back."""

from functools import partial

import numpy as np

from garden.flowers.disc import GOLDEN_ANGLE
from garden.flowers.relief import Part, render, rotation
from garden.flowers.surface import Petals, mesh, petals, split
from garden.flowers.tint import jitter, petal_tint
from garden.painting.color import Array, oklch
from garden.painting.sprite import Sprite

_TINTS = [  # base, middle, tip
    (oklch(0.28, 0.12, 20), oklch(0.42, 0.17, 23), oklch(0.50, 0.195, 25)),
    (oklch(0.38, 0.16, 10), oklch(0.50, 0.20, 12), oklch(0.59, 0.20, 10)),
    (oklch(0.66, 0.14, 20), oklch(0.76, 0.11, 8), oklch(0.86, 0.065, 0)),
    (oklch(0.54, 0.18, 0), oklch(0.65, 0.17, 357), oklch(0.74, 0.14, 355)),
    (oklch(0.82, 0.08, 85), oklch(0.90, 0.035, 90), oklch(0.935, 0.014, 90)),
    (oklch(0.74, 0.16, 78), oklch(0.85, 0.145, 92), oklch(0.90, 0.12, 98)),
    (oklch(0.68, 0.16, 52), oklch(0.79, 0.12, 58), oklch(0.88, 0.08, 62)),
]
_FIRST_PALE = 4
_BLUSH = oklch(0.76, 0.13, 22)
_SHARES = (0.24, 0.14, 0.17, 0.13, 0.12, 0.11, 0.09)


def rose(rng: np.random.Generator, size: int) -> Sprite:
    """A rose head on a square canvas of ``size`` pixels, from above or aslant."""
    kind = int(rng.choice(len(_TINTS), p=_SHARES))
    base, middle, tip = (jitter(rng, tint, 0.01) for tint in _TINTS[kind])
    shape = _spiral(rng, int(rng.integers(30, 46)), rng.uniform(0.0, 1.0))
    if kind >= _FIRST_PALE and rng.random() < 0.4:
        tip = jitter(rng, _BLUSH, 0.02)
    tint = petal_tint(rng, base, middle, tip, 0.03, 0.015, base_end=0.75)
    view = rotation(rng.uniform(0, 0.95), rng.uniform(-0.5, 0.5))
    parts = [Part(partial(mesh, ring), tint) for ring in split(shape, 12)]
    return render(parts, view, size)


def _spiral(rng: np.random.Generator, count: int, openness: float) -> Petals:
    share = (np.arange(count) + 0.5) / count  # 0: the bud, 1: the outermost petal
    outer = share**1.3
    return petals(
        count,
        _outline,
        _tip,
        wrapped=True,
        azimuth=np.arange(count) * GOLDEN_ANGLE + rng.uniform(0, 6) + rng.normal(0, 0.15, count),
        bend=0.25,
        length=(0.50 + 0.55 * share) * rng.normal(1, 0.03, count),
        width=(0.15 + 0.36 * share) * rng.normal(1, 0.08, count),
        base_radius=0.01 + 0.06 * share,
        base_height=0.1 - 0.25 * outer + rng.normal(0, 0.012, count),
        rise=1.4 - 1.4 * share**0.7,
        fall=1.5 - (0.75 + 0.65 * openness) * outer + rng.normal(0, 0.06, count),
        ruffle=rng.uniform(0.004, 0.025) * (0.4 + share),
        lip=0.5 + (0.7 + 1.1 * rng.random(count)) * share,
        ribs=0.012,
        spiral=0.10 + 0.05 * rng.random(count),
    )


def _outline(s: Array) -> Array:
    wide = np.sin(np.pi * 0.5 * np.clip(s * 1.4, 0, 1)) - 0.25 * np.clip(2 * s - 1, 0, 1) ** 3
    return np.asarray(0.3 + 0.7 * wide, np.float32)


def _tip(v: Array) -> Array:
    """A round rim with a small point in the middle."""
    return np.asarray(0.97 - 0.32 * v**4 + 0.03 * np.exp(-((v * 6) ** 2)), np.float32)
