"""The dandelion's ball of seeds: parachutes of fine hairs round a small core."""

import numpy as np
from scipy.ndimage import gaussian_filter

from garden.flowers.relief import rotation
from garden.flowers.tint import jitter, smooth
from garden.painting.color import Array, linear_from_oklab, mix, oklch
from garden.painting.noise import fractal_noise
from garden.painting.shapes import coverage, dome, ellipse, grid
from garden.painting.sprite import Sprite, stack

_HAIRS = 34


def seed_head(rng: np.random.Generator, size: int) -> Sprite:
    """A seed head on a square canvas of ``size`` pixels, at times with some seeds gone."""
    seeds = _directions(rng, int(rng.integers(110, 170)))
    if rng.random() < 0.4:
        wind = seeds @ _directions(rng, 1)[0]
        seeds = seeds[wind < rng.uniform(0.2, 0.8)]
    lines = [_stalks(seeds, size), _hairs(rng, seeds, size)]
    core = _core(rng, size)
    return stack(stack(_veil(rng, lines, size, front=False), core), _veil(rng, lines, size, True))


def _directions(rng: np.random.Generator, count: int) -> Array:
    """Unit vectors spread evenly over the sphere and turned at random, ``(N, 3)``."""
    height = 1 - 2 * (np.arange(count) + 0.5) / count
    angle = np.arange(count) * np.pi * (3 - np.sqrt(5)) + rng.normal(0, 0.15, count)
    around = np.sqrt(1 - height**2)
    points = np.stack([around * np.cos(angle), around * np.sin(angle), height], axis=-1)
    turned = points @ rotation(rng.uniform(0, np.pi), rng.uniform(0, 2 * np.pi)).T
    return np.asarray(turned, np.float32)


def _stalks(seeds: Array, size: int) -> Array:
    """Points on the lines from the core to the parachutes, ``(N, 3)``."""
    along = np.linspace(0.08, 0.72, int(0.4 * size), dtype=np.float32)
    return np.asarray((seeds[:, None] * along[None, :, None]).reshape(-1, 3), np.float32)


def _hairs(rng: np.random.Generator, seeds: Array, size: int) -> Array:
    """Points on the hairs of all parachutes, ``(N, 3)``."""
    helper = np.array([0.31, -0.57, 0.76], np.float32)
    first = np.cross(seeds, helper)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(seeds, first)
    angle = np.linspace(0, 2 * np.pi, _HAIRS, endpoint=False) + rng.uniform(0, 6, (len(seeds), 1))
    spread = rng.uniform(0.75, 1.1, angle.shape)[..., None] * 0.24
    sideways = (
        np.cos(angle)[..., None] * first[:, None] + np.sin(angle)[..., None] * second[:, None]
    )
    along = np.linspace(0, 1, int(0.14 * size), dtype=np.float32)[:, None]
    reach = (sideways * spread)[:, :, None] * along
    points = seeds[:, None, None] * (0.72 + 0.25 * along**0.8) + reach
    return points.reshape(-1, 3).astype(np.float32)


def _veil(rng: np.random.Generator, lines: list[Array], size: int, front: bool) -> Sprite:
    """The half of the lines that lies before (or behind) the core: the denser, the less clear."""
    stalks, hairs = (_density(line[(line[:, 2] > 0) == front], size) for line in lines)
    haze = gaussian_filter(hairs, 0.012 * size, truncate=3)
    alpha = 1 - np.exp(-0.16 * stalks - 0.20 * hairs - 0.13 * haze)
    x, y = grid(size, size, 0.45 * size)
    radius = np.hypot(x, y)
    white = jitter(rng, oklch(0.95, 0.012, 95), 0.006)
    oklab = mix(jitter(rng, oklch(0.74, 0.03, 95)), white, smooth(radius * 1.1 + 0.3 * front))
    relief = 0.3 * size * np.sqrt(np.clip(1.1 - radius**2, 0.02, 1))
    return Sprite(linear_from_oklab(oklab), alpha.astype(np.float32), relief.astype(np.float32))


def _density(points: Array, size: int) -> Array:
    """How many points fall into each pixel, ``(size, size)``."""
    column, row = ((points[:, :2] * 0.45 + 0.5) * size).astype(np.int64).T
    inside = (column >= 0) & (row >= 0) & (column < size) & (row < size)
    counts = np.bincount((row * size + column)[inside], minlength=size * size)
    return np.asarray(gaussian_filter(counts.reshape(size, size).astype(np.float32), 0.5))


def _core(rng: np.random.Generator, size: int) -> Sprite:
    """The small receptacle with the brown seeds on it."""
    x, y = grid(size, size, 0.45 * size)
    radius = rng.uniform(0.08, 0.12)
    distance = ellipse(x, y, (0, 0), (radius, radius))
    speckle = fractal_noise(rng, size, size, size / 60, octaves=2)
    dark, light = oklch(0.36, 0.05, 70), oklch(0.68, 0.06, 105)
    albedo = linear_from_oklab(mix(dark, light, smooth((speckle - 0.35) * 3)))
    relief = 0.45 * size * dome(distance, radius) + 0.28 * size
    return Sprite(albedo, coverage(distance, 0.05), relief.astype(np.float32))
