"""What lies about on the ground: pebbles, twigs, dead leaves."""

import numpy as np

from garden.painting.color import Array, lighter, oklch
from garden.painting.noise import value_noise
from garden.painting.painter import Painter, Texture
from garden.painting.sprite import Sprite, shadow, stack


def with_litter(rng: np.random.Generator, ground: Sprite, pebbles: int, pieces: int) -> Sprite:
    """A ground with a number of pebbles, and of twigs and dead leaves, and their shadows."""
    height, width = ground.alpha.shape
    painter = Painter(height, width)
    for _ in range(pebbles):
        _pebble(rng, painter, min(height, width))
    for _ in range(pieces):
        _twig_or_dead_leaf(rng, painter, min(height, width))
    litter = painter.sprite()
    dark = 1 - shadow(litter.alpha, (4, 5), 4, 0.7)
    return stack(Sprite(ground.albedo * dark[..., None], ground.alpha, ground.height), litter)


def _pebble(rng: np.random.Generator, painter: Painter, size: int) -> None:
    long = size * min(0.09, 0.01 + 0.012 * rng.pareto(1.6))
    center = (rng.uniform(0, painter.alpha.shape[1]), rng.uniform(0, painter.alpha.shape[0]))
    color = oklch(rng.uniform(0.35, 0.72), rng.uniform(0.0, 0.05), rng.uniform(40, 100))
    radii = (long, long * rng.uniform(0.6, 0.95))
    painter.egg(center, radii, rng.uniform(0, np.pi), _rough(rng, color), rng.uniform(0, 0.2), 0.6)


def _twig_or_dead_leaf(rng: np.random.Generator, painter: Painter, size: int) -> None:
    center = np.array(
        [rng.uniform(0, painter.alpha.shape[1]), rng.uniform(0, painter.alpha.shape[0])]
    )
    angle, long = rng.uniform(0, 2 * np.pi), size * rng.uniform(0.05, 0.2)
    color = oklch(rng.uniform(0.3, 0.62), rng.uniform(0.03, 0.09), rng.uniform(40, 85))
    if rng.random() < 0.45:
        shape = (0.6 * long, 0.25 * long)
        painter.egg((center[0], center[1]), shape, angle, _dry(rng, color), 0.3, 0.35)
        return
    middle = center + long * np.array([np.cos(angle), np.sin(angle)])
    end = middle + long * np.array([np.cos(angle + 0.4), np.sin(angle + 0.4)])
    thick = size * rng.uniform(0.004, 0.012)
    painter.stroke((center[0], center[1]), (middle[0], middle[1]), (thick, 0.9 * thick), color)
    painter.stroke((middle[0], middle[1]), (end[0], end[1]), (0.9 * thick, 0.5 * thick), color)


def _rough(rng: np.random.Generator, color: Array) -> Texture:
    return lambda u, v: lighter(color, 0.22 * (_noise_like(rng, u, 4.0) - 0.5))


def _dry(rng: np.random.Generator, color: Array) -> Texture:
    """A dead leaf: a pale rib, dark blotches."""

    def texture(u: Array, v: Array) -> Array:
        rib = np.exp(-((v / 0.07) ** 2)) + 0.4 * np.abs(np.sin(9 * (u - 0.6 * np.abs(v)))) ** 12
        return lighter(color, 0.1 * rib + 0.2 * (_noise_like(rng, u, 8.0) - 0.5))

    return texture


def _noise_like(rng: np.random.Generator, field: Array, cell: float) -> Array:
    return value_noise(rng, field.shape[0], field.shape[1], cell)
