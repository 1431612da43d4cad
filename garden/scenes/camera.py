"""From light to a picture file: exposure, white balance, vignette, grain, JPEG."""

import io

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from garden.painting.color import Array, srgb_from_linear
from garden.painting.focus import blur, shrink


def develop(rng: np.random.Generator, linear: Array, factor: int) -> Array:
    """Linear RGB ``(factor H, factor W, 3)`` to a picture ``(H, W, 3)`` of bytes."""
    light = shrink(linear, factor)
    balance = np.exp(rng.normal(0, [0.05, 0.015, 0.06])) * 2 ** rng.normal(0, 0.22)
    light = light * balance.astype(np.float32) * _vignette(rng, light)
    light = light + 0.1 * blur(np.clip(light - 0.7, 0, 2), 0.03 * min(light.shape[:2]))
    coded = _tone_curve(light)
    noisy = coded + _grain(rng, light.shape[0], light.shape[1])
    return np.asarray(np.clip(np.round(255 * noisy), 0, 255), np.uint8)


def jpeg(picture: Array, quality: int) -> bytes:
    """The picture as the bytes of a JPEG file."""
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()


def _vignette(rng: np.random.Generator, light: Array) -> Array:
    height, width = light.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    return np.asarray(1 - rng.uniform(0.05, 0.22) * (x * x + y * y), np.float32)


def _tone_curve(light: Array) -> Array:
    """Highlights roll off, contrast and saturation rise a little."""
    soft = 1 - np.exp(-1.55 * np.clip(light, 0, None))
    gray = soft.mean(axis=-1, keepdims=True)
    coded = srgb_from_linear(np.clip(gray + 1.2 * (soft - gray), 0, 1))
    return np.asarray(coded + 0.22 * (coded - 0.5) * coded * (1 - coded) * 4, np.float32)


def _grain(rng: np.random.Generator, height: int, width: int) -> Array:
    strength = rng.uniform(0.004, 0.014)
    luma = gaussian_filter(rng.normal(size=(height, width, 1)), (0.5, 0.5, 0))
    chroma = gaussian_filter(rng.normal(size=(height, width, 3)), (0.9, 0.9, 0))
    return np.asarray(strength * (1.4 * luma + 0.5 * chroma), np.float32)
