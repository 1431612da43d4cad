"""A thing that can be put into a picture, and how it is lit and laid over what lies behind."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from garden.painting.color import Array


@dataclass(frozen=True)
class Sprite:
    """One thing, not lit yet.

    Attributes:
        albedo: ``(H, W, 3)``, linear RGB between 0 and 1, not multiplied by alpha.
        alpha: ``(H, W)``, how much of each pixel the thing covers.
        height: ``(H, W)``, its relief towards the viewer, in pixels.
    """

    albedo: Array
    alpha: Array
    height: Array


@dataclass(frozen=True)
class Light:
    """One sun and the sky.

    Attributes:
        direction: Towards the sun as ``(x, y, z)``: right, down, towards the viewer.
        sun: Color of the direct light, linear RGB.
        sky: Color of the light from everywhere, linear RGB.
        gloss: Strength of highlights, 0 to 1.
    """

    direction: tuple[float, float, float]
    sun: tuple[float, float, float]
    sky: tuple[float, float, float]
    gloss: float = 0.15


def stack(below: Sprite, above: Sprite) -> Sprite:
    """Join two unlit things of one size into one."""
    cover = above.alpha[..., None]
    alpha = above.alpha + below.alpha * (1 - above.alpha)
    weight = (below.alpha * (1 - above.alpha))[..., None]
    albedo = (above.albedo * cover + below.albedo * weight) / np.maximum(alpha, 1e-6)[..., None]
    height = above.height * above.alpha + below.height * (1 - above.alpha)
    return Sprite(albedo.astype(np.float32), alpha, height.astype(np.float32))


def shade(sprite: Sprite, light: Light) -> Array:
    """The color ``(H, W, 3)`` that reaches the viewer: sun on the slopes, sky, highlights."""
    slope_y, slope_x = np.gradient(sprite.height)
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    sun_direction = np.array(light.direction, np.float32)
    sun_direction /= np.linalg.norm(sun_direction)
    facing = (-slope_x * sun_direction[0] - slope_y * sun_direction[1] + sun_direction[2]) / length
    halfway = sun_direction + np.array([0, 0, 1], np.float32)
    halfway /= np.linalg.norm(halfway)
    mirrored = (-slope_x * halfway[0] - slope_y * halfway[1] + halfway[2]) / length
    diffuse = np.clip(facing, 0, 1)[..., None] * np.array(light.sun, np.float32)
    highlight = light.gloss * np.clip(mirrored, 0, 1)[..., None] ** 24
    lit = sprite.albedo * (diffuse + np.array(light.sky, np.float32)) + highlight
    return np.asarray(lit, np.float32)


def shadow(alpha: Array, offset: tuple[float, float], blur: float, strength: float) -> Array:
    """How dark ``(H, W)`` (0 to ``strength``) the ground is under a thing.

    Args:
        alpha: ``(H, W)``, the thing on the canvas of the whole picture.
        offset: The shadow's shift ``(x, y)``, in pixels.
        blur: Its softness, in pixels.
        strength: 1 is black.
    """
    dx, dy = round(offset[0]), round(offset[1])
    moved = np.zeros_like(alpha)
    height, width = alpha.shape
    source = alpha[max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
    moved[max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)] = source
    return np.asarray(strength * gaussian_filter(moved, blur), np.float32)
