"""Enlarging a small field smoothly: two products with matrices of interpolation weights."""

import numpy as np

from garden.painting.color import Array


def enlarge(field: Array, shape: tuple[int, int], step: tuple[float, float]) -> Array:
    """Interpolate a field by cubics (Catmull-Rom).

    Args:
        field: ``(h, w)`` or ``(h, w, C)``, samples on a lattice; beyond its edge it is repeated.
        shape: ``(H, W)`` of the result.
        step: Distance of the samples in pixels of the result, down and to the right.

    Returns:
        ``(H, W)`` or ``(H, W, C)``; the first sample lies half a step from the corner.
    """
    down = _weights(shape[0], field.shape[0], step[0])  # (H, h)
    right = _weights(shape[1], field.shape[1], step[1])  # (W, w)
    if field.ndim == 2:
        return np.asarray(down @ field @ right.T, np.float32)
    return np.stack([down @ field[..., c] @ right.T for c in range(field.shape[2])], axis=-1)


def _weights(length: int, samples: int, step: float) -> Array:
    place = (np.arange(length) + 0.5) / step - 0.5
    first = np.floor(place)
    t = place - first
    taps = [
        (-t + 2 * t**2 - t**3) / 2,
        (2 - 5 * t**2 + 3 * t**3) / 2,
        (t + 4 * t**2 - 3 * t**3) / 2,
        (t**3 - t**2) / 2,
    ]
    matrix = np.zeros((length, samples), np.float32)
    for offset, weight in enumerate(taps, start=-1):
        column = np.clip(first + offset, 0, samples - 1).astype(np.intp)
        np.add.at(matrix, (np.arange(length), column), weight)
    return matrix
