"""Flat grounds in focus: soil, sand, paving, bark, a large leaf."""

import numpy as np
from numpy.typing import NDArray

from garden.painting.color import Array, lighter, linear_from_oklab, mix, oklch
from garden.painting.noise import fractal_noise, value_noise
from garden.painting.shapes import grid, rotate
from garden.painting.sprite import Sprite
from garden.places.litter import with_litter


def opaque(oklab: Array, relief: Array) -> Sprite:
    """A ground that covers the whole picture, from colors ``(H, W, 3)`` and relief ``(H, W)``."""
    alpha = np.ones(relief.shape, np.float32)
    return Sprite(linear_from_oklab(oklab), alpha, np.asarray(relief, np.float32))


def soil(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Crumbly earth with pebbles, twigs and dead leaves."""
    hue, lightness = rng.uniform(45, 75), rng.uniform(0.36, 0.56)
    coarse = fractal_noise(rng, height, width, min(height, width) / 4, 6, 0.62)
    grain = value_noise(rng, height, width, 3.5)
    dark, pale = oklch(lightness - 0.13, 0.04, hue), oklch(lightness + 0.1, 0.055, hue + 8)
    color = lighter(mix(dark, pale, np.clip(2.2 * (coarse - 0.5) + 0.5, 0, 1)), 0.1 * (grain - 0.5))
    ground = opaque(color, 38 * coarse + 1.2 * grain)
    return with_litter(rng, ground, int(rng.uniform(8, 70)), int(rng.uniform(0, 14)))


def sand(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Pale sand with soft ripples and a few grains of gravel."""
    hue, lightness = rng.uniform(60, 90), rng.uniform(0.6, 0.78)
    broad = fractal_noise(rng, height, width, min(height, width) / 2, 3)
    fine = fractal_noise(rng, height, width, 5, 2, 0.8)
    x, _ = rotate(*grid(height, width), rng.uniform(0, np.pi))
    ripples = np.sin(rng.uniform(6, 14) * (x + 0.8 * broad) + 2 * broad)
    color = lighter(
        mix(oklch(lightness - 0.08, 0.05, hue), oklch(lightness + 0.06, 0.035, hue), broad),
        0.16 * (fine - 0.5),
    )
    ground = opaque(color, rng.uniform(0, 5) * ripples + 2.2 * fine + 20 * broad)
    return with_litter(rng, ground, int(rng.uniform(4, 30)), int(rng.uniform(0, 5)))


def paving(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Natural stones with sand or moss between them."""
    first, second, nearest = _cells(rng, height, width)
    joint = np.clip((second - first) / (0.05 * min(height, width)), 0, 1)
    rough = fractal_noise(rng, height, width, min(height, width) / 5, 6, 0.6)
    hue = rng.uniform(50, 110)
    stones = np.stack(
        [
            oklch(rng.uniform(0.45, 0.68), rng.uniform(0.005, 0.035), hue)
            for _ in range(int(nearest.max()) + 1)
        ]
    )
    seam = oklch(0.42, 0.08, 125) if rng.random() < 0.6 else oklch(0.5, 0.04, 70)
    color = lighter(
        mix(np.broadcast_to(seam, (height, width, 3)), stones[nearest], joint), 0.3 * (rough - 0.5)
    )
    relief = 11 * np.sqrt(joint) + 15 * rough
    return with_litter(rng, opaque(color, relief), int(rng.uniform(0, 12)), int(rng.uniform(0, 6)))


def bark(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """Furrowed bark with patches of moss or lichen."""
    if rng.random() < 0.5:
        return _transposed(_bark(rng, width, height))
    return _bark(rng, height, width)


def leaf(rng: np.random.Generator, height: int, width: int) -> Sprite:
    """The face of one large leaf with its veins."""
    x, y = rotate(*grid(height, width), rng.uniform(0, np.pi))
    x, y = x + rng.uniform(-0.6, 0.6), y + rng.uniform(-0.7, 0.7)
    waves = fractal_noise(rng, height, width, min(height, width) / 2, 3) - 0.5
    return leaf_face(rng, x + 0.1 * waves, y + 0.12 * waves, min(height, width) / 2)


def leaf_face(rng: np.random.Generator, x: Array, y: Array, unit: float) -> Sprite:
    """Midrib along ``x``, side veins, and the net between them; ``unit`` in pixels."""
    hue, lightness = rng.uniform(122, 146), rng.uniform(0.42, 0.6)
    height, width = x.shape
    gap = rng.uniform(0.26, 0.5)
    phase = (x - 0.75 * np.abs(y) + 0.12 * y * y) / gap + 0.5 * (y > 0)
    side = np.exp(-(((phase - np.round(phase)) * gap / 0.022) ** 2))
    midrib = np.exp(-((y / (0.035 - 0.006 * x)) ** 2))
    net_noise = value_noise(rng, height, width, unit / 14)
    net = np.exp(-(((net_noise - 0.5) / 0.06) ** 2))
    pillow = np.abs(np.cos(np.pi * phase))
    veins = np.clip(np.maximum(midrib, 0.8 * side) + 0.18 * net, 0, 1)
    spots = fractal_noise(rng, height, width, unit / 2, 4, 0.4)
    base = mix(oklch(lightness - 0.07, 0.11, hue), oklch(lightness + 0.05, 0.13, hue - 8), spots)
    color = mix(base, oklch(lightness + 0.18, 0.1, hue - 12), 0.55 * veins)
    relief = (
        unit * (0.013 * (1 - pillow) + 0.1 * spots)
        - unit * 0.022 * np.maximum(midrib, 0.6 * side)
        - 0.2 * net
    )
    return opaque(color, relief)


def _bark(rng: np.random.Generator, height: int, width: int) -> Sprite:
    furrow = fractal_noise(rng, height, width, width / rng.uniform(7, 13), 5, 0.6, stretch=3.5)
    crack = np.exp(-(((furrow - 0.47) / 0.05) ** 2))
    moss = np.clip(
        6
        * (
            fractal_noise(rng, height, width, min(height, width) / 3, 5, 0.6)
            - rng.uniform(0.5, 0.75)
        ),
        0,
        1,
    )
    lightness, hue = rng.uniform(0.4, 0.6), rng.uniform(45, 80)
    wood = mix(
        oklch(lightness - 0.15, 0.035, hue),
        oklch(lightness + 0.1, 0.045, hue + 10),
        np.clip(1.8 * furrow - 0.4, 0, 1),
    )
    wood = mix(wood, oklch(0.22, 0.03, hue), 0.6 * crack)
    green = oklch(rng.uniform(0.48, 0.68), rng.uniform(0.05, 0.11), rng.uniform(105, 135))
    grain = value_noise(rng, height, width, 3)
    color = lighter(mix(wood, green, 0.75 * moss), 0.12 * (grain - 0.5))
    return opaque(color, 38 * furrow - 6 * crack + 0.8 * grain + 4 * moss)


def _transposed(sprite: Sprite) -> Sprite:
    return Sprite(sprite.albedo.transpose(1, 0, 2), sprite.alpha.T, sprite.height.T)


def _cells(
    rng: np.random.Generator, height: int, width: int
) -> tuple[Array, Array, NDArray[np.int32]]:
    """Distance to the nearest and next nearest of some random points, and the nearest one."""
    size = min(height, width) / rng.uniform(1.2, 3.0)
    rows, columns = int(height / size) + 3, int(width / size) + 3
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    bend = 0.25 * size * (fractal_noise(rng, height, width, size / 2, 3) - 0.5)
    first, second = np.full((2, height, width), 1e9, np.float32)
    nearest = np.zeros((height, width), np.int32)
    for index in range(rows * columns):
        row, column = divmod(index, columns)
        dy = y + bend - size * (row - 1 + rng.uniform(0.15, 0.85))
        dx = x - bend - size * (column - 1 + rng.uniform(0.15, 0.85))
        distance = np.hypot(dx, dy)
        second = np.minimum(second, np.maximum(first, distance))
        nearest[distance < first] = index
        first = np.minimum(first, distance)
    return first, second, nearest
