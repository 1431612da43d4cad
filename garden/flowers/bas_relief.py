"""A low relief that is lit like the deep scene it was made from.

Steps between things that lie one behind the other are taken out of the slopes, and heights are
summed up again from what is left, so that edges throw no black lines.

Source: T. Weyrich et al., "Digital bas-relief from 3D scenes" (2007).
"""

import numpy as np
from scipy.fft import dctn, idctn

from garden.painting.color import Array

STEEPEST = 1.0
STEP_FROM, STEP_TO = 2.0, 5.0


def bas_relief(depth: Array, mask: Array) -> Array:
    """Heights ``(H, W)`` in pixels, with gentle slopes and no steps.

    Args:
        depth: ``(H, W)``, towards the viewer, in pixels.
        mask: ``(H, W)``, 1 where there is something.
    """
    inside = (mask > 0.5).astype(np.float32)
    slope_x = np.diff(depth, axis=1, append=depth[:, -1:]) * inside * np.roll(inside, -1, axis=1)
    slope_y = np.diff(depth, axis=0, append=depth[-1:]) * inside * np.roll(inside, -1, axis=0)
    keep = _share_kept(np.hypot(slope_x, slope_y))
    return _summed_up(slope_x * keep, slope_y * keep)


def _share_kept(slope: Array) -> Array:
    """Gentle slopes stay, steep ones are limited, steps vanish."""
    limited = np.minimum(1, STEEPEST / np.maximum(slope, 1e-6))
    step = np.clip((slope - STEP_FROM) / (STEP_TO - STEP_FROM), 0, 1)
    return np.asarray(limited * (1 - step), np.float32)


def _summed_up(slope_x: Array, slope_y: Array) -> Array:
    """The heights whose slopes are closest to these: Poisson's equation, solved by cosines."""
    height, width = slope_x.shape
    source = np.diff(slope_x, axis=1, prepend=0) + np.diff(slope_y, axis=0, prepend=0)
    waves_y = 2 * np.cos(np.pi * np.arange(height) / height) - 2
    waves_x = 2 * np.cos(np.pi * np.arange(width) / width) - 2
    curvature = waves_y[:, None] + waves_x[None, :]
    curvature[0, 0] = 1
    relief = idctn(dctn(source, norm="ortho") / curvature, norm="ortho")
    return np.asarray(relief - relief.min(), np.float32)
