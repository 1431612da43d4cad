"""The tulip: a cup of six petals, mostly from the side, at times open from above."""

from functools import partial

import numpy as np

from garden.flowers.relief import Part, render, rotation
from garden.flowers.surface import mesh, petals
from garden.flowers.tint import jitter, petal_tint
from garden.painting.color import Array, oklch
from garden.painting.sprite import Sprite

_TINTS = [  # base, middle, tip
    (oklch(0.66, 0.15, 75), oklch(0.52, 0.20, 27), oklch(0.56, 0.21, 28)),
    (oklch(0.86, 0.05, 50), oklch(0.72, 0.15, 0), oklch(0.80, 0.11, 355)),
    (oklch(0.80, 0.14, 110), oklch(0.86, 0.165, 95), oklch(0.88, 0.16, 92)),
    (oklch(0.84, 0.09, 118), oklch(0.94, 0.02, 100), oklch(0.95, 0.012, 95)),
    (oklch(0.34, 0.10, 310), oklch(0.44, 0.14, 325), oklch(0.50, 0.15, 322)),
    (oklch(0.80, 0.15, 90), oklch(0.68, 0.18, 48), oklch(0.76, 0.17, 65)),
    (oklch(0.80, 0.13, 95), oklch(0.55, 0.20, 25), oklch(0.84, 0.16, 90)),
]
_SHARES = (0.24, 0.2, 0.15, 0.1, 0.12, 0.11, 0.08)


def tulip(rng: np.random.Generator, size: int) -> Sprite:
    """A tulip head on a square canvas of ``size`` pixels; from the side its stem is below."""
    tints = _TINTS[int(rng.choice(len(_TINTS), p=_SHARES))]
    above = rng.random() < 0.25
    openness = rng.uniform(0.8, 1.4) if above else rng.uniform(0, 0.5)
    tilt = rng.uniform(0.0, 0.7) if above else rng.uniform(1.2, 1.65)
    turn = rng.uniform(0, 2 * np.pi) if above else rng.normal(0, 0.22)
    start = rng.uniform(0, 2 * np.pi)
    parts = [
        _whorl(rng, start, 0.0, openness, tints),
        _whorl(rng, start + np.pi / 3, 0.08, openness, tints),
        *_stamens(rng),
    ]
    return render(parts, rotation(tilt, turn), size)


def _whorl(
    rng: np.random.Generator,
    start: float,
    outward: float,
    openness: float,
    tints: tuple[Array, Array, Array],
) -> Part:
    shape = petals(
        3,
        _outline,
        wrapped=True,
        bend=0.2,
        azimuth=start + 2 * np.pi * np.arange(3) / 3 + rng.normal(0, 0.08, 3),
        length=1.25 * rng.normal(1, 0.03, 3),
        width=rng.uniform(0.40, 0.47) + 0.05 * openness,
        base_radius=0.03 + outward,
        base_height=-outward,
        rise=0.0,
        fall=1.78 - 0.75 * openness + rng.normal(0, 0.03, 3) - outward,
        lip=rng.uniform(-0.35, 0.3, 3),
        ruffle=rng.uniform(0.0, 0.03),
        spiral=0.03,
    )
    base, middle, tip = (jitter(rng, tint, 0.01) for tint in tints)
    tint = petal_tint(rng, base, middle, tip, 0.05, 0.02, base_end=0.3)
    return Part(partial(mesh, shape), tint)


def _stamens(rng: np.random.Generator) -> list[Part]:
    """The pistil and, round it, six stamens."""
    anther = [oklch(0.28, 0.05, 310), oklch(0.80, 0.15, 92)][int(rng.integers(2))]
    pistil = oklch(0.80, 0.10, 110)
    stamens = petals(
        6,
        azimuth=2 * np.pi * np.arange(6) / 6 + rng.normal(0, 0.15, 6),
        length=0.34,
        width=0.032,
        base_radius=0.04,
        rise=0.7,
        fall=1.3 + rng.normal(0, 0.1, 6),
        cup=0.8,
    )
    column = petals(
        5, azimuth=2 * np.pi * np.arange(5) / 5, length=0.3, width=0.06, rise=1.5, fall=1.2
    )
    return [
        Part(partial(mesh, stamens), petal_tint(rng, pistil, anther, anther, base_end=0.7)),
        Part(partial(mesh, column), petal_tint(rng, pistil, pistil, pistil)),
    ]


def _outline(s: Array) -> Array:
    clipped = np.clip(s, 0, 1)
    return np.asarray(np.sin(np.pi * (0.15 + 0.845 * clipped**1.1)) ** 0.65, np.float32)
