"""Airy backdrops out of focus: meadow, foliage, sky; and blades of grass in focus."""

import numpy as np

from garden.painting.color import Array, mix, oklch
from garden.painting.focus import blur, blurred_sprite
from garden.painting.noise import fractal_noise
from garden.painting.painter import Painter, plain
from garden.painting.sprite import Sprite, stack
from garden.places.grounds import opaque


def meadow(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Grass from far and blurred to near and sharp, over a dim ground."""
    hue = rng.uniform(115, 138)
    ground = _soft_ground(rng, height, width, hue, rng.uniform(0.3, 0.45))
    for sigma, count in [(0.035, 26), (0.014, 22), (0.0, 20)]:
        lightness = 0.6 - 3 * sigma + rng.uniform(-0.06, 0.06)
        layer = blades(rng, height, width, count, oklch(lightness, 0.12, hue))
        ground = stack(
            ground, blurred_sprite(layer, sigma * min(height, width)) if sigma else layer
        )
    return ground


def foliage(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Leaves and lights far behind, as soft discs."""
    hue = rng.uniform(108, 140)
    ground = _soft_ground(rng, height, width, hue, rng.uniform(0.35, 0.62))
    return stack(ground, _discs(rng, height, width, hue, int(rng.uniform(10, 40))))


def sky(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """A blue or an evening sky over hills, all out of focus."""
    hue = rng.uniform(225, 260) if rng.random() < 0.7 else rng.uniform(40, 80)
    return landscape(rng, height, width, hue, rng.uniform(0.45, 0.8))


def landscape(rng: np.random.Generator, height: int, width: int, hue: float, line: float) -> Sprite:
    """Sky of a hue over hills that begin at ``line`` (a share of the height), out of focus."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.ones((1, width), np.float32)
    clouds = fractal_noise(rng, height, width, min(height, width) / 1.5, 3)
    zenith, horizon = oklch(rng.uniform(0.6, 0.76), 0.09, hue), oklch(0.92, 0.03, hue - 60)
    color = mix(
        mix(zenith, horizon, np.clip(1.4 * y, 0, 1)),
        oklch(0.96, 0.008, 90),
        np.clip(2.5 * clouds - 1.1, 0, 0.8),
    )
    for step, shade in enumerate((0.62, 0.5, 0.42)):
        ridge = (
            line
            + 0.12 * step
            + 0.25 * (clouds[:1] - 0.5)
            + 0.03 * np.sin(np.linspace(step, step + rng.uniform(3, 9), width))
        )
        cover = np.clip((y - ridge) * 18, 0, 1)
        color = mix(color, oklch(shade + 0.1, 0.06 + 0.02 * step, 150 - 7 * step), cover)
    soft = blur(np.asarray(color, np.float32), 0.03 * min(height, width))
    return stack(opaque(soft, 0 * y), _discs(rng, height, width, 118, 7))


def blades(rng: np.random.Generator, height: int, width: int, count: int, color: Array) -> Sprite:
    """Leaves of grass that grow from the lower edge, on a transparent canvas."""
    painter = Painter(height, width)
    size = min(height, width)
    for _ in range(count):
        root = (rng.uniform(-0.1, 1.1) * width, height * rng.uniform(0.75, 1.15))
        tall, lean = size * rng.uniform(0.35, 1.15), rng.normal(0, 0.35)
        bend = (root[0] + 0.4 * lean * tall, root[1] - 0.7 * tall)
        tip = (
            root[0] + lean * tall * rng.uniform(0.8, 2.2),
            root[1] - tall * rng.uniform(0.8, 1.0),
        )
        tint = color + np.array(
            [rng.normal(0, 0.045), rng.normal(0, 0.008), rng.normal(0, 0.008)], np.float32
        )
        painter.blade([root, bend, tip], size * rng.uniform(0.014, 0.034), tint.astype(np.float32))
    return painter.sprite()


def _soft_ground(
    rng: np.random.Generator, height: int, width: int, hue: float, lightness: float
) -> Sprite:
    large = fractal_noise(rng, height, width, min(height, width) / 1.6, 3)
    small = fractal_noise(rng, height, width, min(height, width) / 5, 2)
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] - 0.5
    dark = oklch(lightness - 0.12, 0.07, hue + rng.uniform(0, 12))
    pale = oklch(lightness + 0.22, 0.11, hue - rng.uniform(0, 25))
    amount = np.clip(
        1.6 * (large - 0.5) + 0.7 * (small - 0.5) + 0.5 - rng.uniform(0, 0.7) * y, 0, 1
    )
    return opaque(mix(dark, pale, amount), 0 * amount)


def _discs(rng: np.random.Generator, height: int, width: int, hue: float, count: int) -> Sprite:
    painter = Painter(height, width)
    size = min(height, width)
    blossom = rng.uniform(-60, 110)
    for _ in range(count):
        center = (rng.uniform(0, width), rng.uniform(0, height))
        radius = size * rng.uniform(0.025, 0.1)
        tint = blossom if rng.random() < 0.3 else hue + rng.normal(0, 15)
        color = oklch(rng.uniform(0.6, 0.92), rng.uniform(0.04, 0.13), tint)
        painter.egg(
            center, (radius, radius), 0, plain(color), relief=0, opacity=rng.uniform(0.12, 0.5)
        )
    return blurred_sprite(painter.sprite(), 0.012 * size)
