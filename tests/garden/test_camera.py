"""From light to a picture file."""

import io

import numpy as np
from PIL import Image

from garden.scenes.camera import develop, jpeg


def gray(light: float) -> np.ndarray:
    """An even light, twice as large as the picture of 40×60."""
    return np.full((80, 120, 3), light, np.float32)


def test_more_light_is_a_brighter_picture_of_bytes() -> None:
    dark, bright = (develop(np.random.default_rng(0), gray(light), 2) for light in (0.1, 0.5))
    assert (dark.shape, dark.dtype) == ((40, 60, 3), np.uint8)
    assert dark.mean() + 30 < bright.mean() < 255


def test_corners_are_darker_and_there_is_grain() -> None:
    picture = develop(np.random.default_rng(0), gray(0.4), 2).astype(float)
    assert picture[:8, :8].mean() < picture[16:24, 26:34].mean() - 2
    assert 0.3 < picture[16:24, 26:34].std(axis=(0, 1)).mean() < 8


def test_a_file_of_lower_quality_is_smaller() -> None:
    picture = develop(np.random.default_rng(0), gray(0.4), 2)
    files = [jpeg(picture, quality) for quality in (60, 95)]
    assert len(files[0]) < len(files[1])
    with Image.open(io.BytesIO(files[1])) as image:
        assert (image.format, image.size) == ("JPEG", (60, 40))
