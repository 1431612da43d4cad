"""Smooth random fields: the grain of soil, bark, grass and petals."""

import numpy as np

from garden.painting.color import Array
from garden.painting.enlarge import enlarge


def value_noise(
    rng: np.random.Generator, height: int, width: int, cell: float, stretch: float = 1.0
) -> Array:
    """Random values on a lattice, joined by cubics.

    Args:
        rng: The only source of randomness.
        height: Of the field, in pixels.
        width: Of the field, in pixels.
        cell: Distance between lattice points, in pixels.
        stretch: Above 1 the field is drawn out vertically.

    Returns:
        ``(height, width)``, between 0 and 1.
    """
    rows = int(np.ceil(height / (cell * stretch))) + 1
    columns = int(np.ceil(width / cell)) + 1
    lattice = rng.random((rows, columns), dtype=np.float32)
    return np.clip(enlarge(lattice, (height, width), (cell * stretch, cell)), 0, 1)


def fractal_noise(
    rng: np.random.Generator,
    height: int,
    width: int,
    cell: float,
    octaves: int = 4,
    gain: float = 0.5,
    stretch: float = 1.0,
) -> Array:
    """Value noise summed over octaves: each has half the cell and ``gain`` times the strength.

    Returns:
        ``(height, width)``, between 0 and 1, mean about 0.5.
    """
    total = np.zeros((height, width), np.float32)
    strength, sum_of_strengths = 1.0, 0.0
    for _ in range(octaves):
        if cell < 1.5:
            break
        total += strength * value_noise(rng, height, width, cell, stretch)
        sum_of_strengths += strength
        strength, cell = strength * gain, cell / 2
    return total / max(sum_of_strengths, 1e-6)
