"""Things out of focus: fast blurs of any strength."""

import numpy as np
from scipy.ndimage import gaussian_filter

from garden.painting.color import Array
from garden.painting.enlarge import enlarge
from garden.painting.sprite import Sprite


def shrink(image: Array, factor: int) -> Array:
    """The mean over blocks of ``factor`` by ``factor`` pixels; the edge is repeated to fill up."""
    height, width = image.shape[:2]
    margin = ((0, -height % factor), (0, -width % factor), (0, 0))
    padded = np.pad(image.reshape(height, width, -1), margin, mode="edge")
    blocks = padded.reshape(
        padded.shape[0] // factor, factor, padded.shape[1] // factor, factor, -1
    )
    shape = (blocks.shape[0], blocks.shape[2], *image.shape[2:])
    return np.asarray(blocks.mean(axis=(1, 3)).reshape(shape), np.float32)


def blur(image: Array, sigma: float) -> Array:
    """A Gaussian blur of ``(H, W)`` or ``(H, W, 3)``; a strong one is made at a smaller size."""
    factor = max(1, int(sigma / 2))
    flat = (0,) * (image.ndim - 2)
    small = gaussian_filter(shrink(image, factor), (sigma / factor, sigma / factor, *flat))
    if factor == 1:
        return np.asarray(small, np.float32)
    return enlarge(small, (image.shape[0], image.shape[1]), (factor, factor))


def blurred_sprite(sprite: Sprite, sigma: float) -> Sprite:
    """The same thing out of focus; its color does not bleed in from where it is not."""
    alpha = blur(sprite.alpha, sigma)
    color = blur(sprite.albedo * sprite.alpha[..., None], sigma)
    albedo = np.asarray(color / np.maximum(alpha, 1e-4)[..., None], np.float32)
    return Sprite(albedo, alpha, blur(sprite.height, sigma))


def focus_along(image: Array, center: float, depth: float, sigma: float) -> Array:
    """Keep a horizontal band sharp; above and below it the picture goes out of focus.

    Args:
        image: ``(H, W, 3)``.
        center: Row in the middle of the sharp band, as a share of the height.
        depth: Distance at which the blur is complete, as a share of the height.
        sigma: The complete blur, in pixels.
    """
    rows = (np.arange(image.shape[0], dtype=np.float32) + 0.5) / image.shape[0]
    amount = np.clip((np.abs(rows - center) / depth - 0.35) / 0.65, 0, 1)[:, None, None]
    near, far = blur(image, sigma / 2), blur(image, sigma)
    half = image + (near - image) * np.clip(2 * amount, 0, 1)
    return np.asarray(half + (far - half) * np.clip(2 * amount - 1, 0, 1), np.float32)
