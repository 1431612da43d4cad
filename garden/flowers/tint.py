"""How petals and florets are colored: gradients, streaks, and no two quite alike."""

from collections.abc import Callable

import numpy as np
from scipy.ndimage import map_coordinates

from garden.flowers.relief import Samples
from garden.flowers.surface import Floats
from garden.painting.color import Array, mix
from garden.painting.noise import fractal_noise

_TEXTURE = 160


def petal_tint(
    rng: np.random.Generator,
    base: Array,
    middle: Array,
    tip: Array,
    veins: float = 0.05,
    spread: float = 0.02,
    base_end: float = 0.35,
) -> Callable[[Samples], Array]:
    """Colors that go from base over middle to tip, with veins along the petal.

    Args:
        rng: The only source of randomness.
        base: OKLab ``(3,)``, likewise ``middle`` and ``tip``.
        middle: Reached at ``base_end``.
        tip: Reached at the end.
        veins: How much lighter or darker veins are.
        spread: How much the lightness of whole petals differs.
        base_end: Where the base color has gone, as a share of the length.
    """
    streaks = streak_texture(rng)
    lightness = rng.normal(0, spread, 512).astype(np.float32)

    def color(seen: Samples) -> Array:
        streak = streaks(seen)
        inner = smooth(seen.u / base_end + 0.5 * (streak - 0.5))
        oklab = mix(mix(base, middle, inner), tip, smooth((seen.u - 0.5) * 2) * 0.9)
        oklab[:, 0] += veins * 2 * (streak - 0.5) + lightness[seen.member % 512]
        oklab[:, 0] += 0.03 * smooth((seen.u - 0.88) / 0.12)  # light shines through the rim
        oklab[:, 0] -= 1.2 * veins * np.exp(-((seen.v * 7) ** 2)) * (1 - seen.u)
        return oklab

    return color


def streak_texture(rng: np.random.Generator, lines: float = 48) -> Callable[[Samples], Array]:
    """Fine lines along the petal, other ones on each: values 0 to 1."""
    texture = fractal_noise(rng, _TEXTURE, _TEXTURE, 7, octaves=3, stretch=9)
    low, high = np.quantile(texture, (0.05, 0.95))
    texture = np.clip((texture - low) / (high - low), 0, 1)

    def streak(seen: Samples) -> Array:
        columns = seen.v * (lines / 2) * (0.6 + 0.4 * seen.u) + seen.member * 41.7
        rows = seen.u * 60 + seen.member * 23.1
        return np.asarray(
            map_coordinates(texture, [rows, columns], order=1, mode="grid-wrap"), np.float32
        )

    return streak


def smooth(share: Floats) -> Array:
    """An even ramp from 0 to 1 without corners."""
    clipped = np.clip(share, 0, 1)
    return np.asarray(clipped * clipped * (3 - 2 * clipped), np.float32)


def jitter(rng: np.random.Generator, color: Array, amount: float = 0.015) -> Array:
    """A color close to this one."""
    return (color + rng.normal(0, amount, 3)).astype(np.float32)
