"""Blurs: they keep the light, and a sharp band stays sharp."""

import numpy as np
import pytest

from garden.painting.focus import blur, blurred_sprite, focus_along, shrink
from garden.painting.sprite import Sprite


@pytest.fixture
def checks() -> np.ndarray:
    """A picture ``(64, 64, 3)`` of squares, 2 pixels wide."""
    y, x = np.mgrid[:64, :64] // 2
    return np.repeat(((x + y) % 2).astype(np.float32)[..., None], 3, axis=2)


def test_shrinking_takes_means_and_repeats_the_edge() -> None:
    image = np.array([[0, 2, 4], [2, 4, 6]], np.float32)
    assert shrink(image, 2) == pytest.approx(np.array([[2, 5]]))


@pytest.mark.parametrize("sigma", [1.0, 6.0])
def test_a_blur_keeps_the_light_and_loses_the_squares(sigma: float, checks: np.ndarray) -> None:
    soft = blur(checks, sigma)
    assert soft.shape == checks.shape
    assert soft.mean() == pytest.approx(0.5, abs=0.01)
    assert soft.std() < 0.8 * checks.std()


def test_the_band_is_sharp_and_the_rest_is_not(checks: np.ndarray) -> None:
    seen = focus_along(checks, center=0.5, depth=0.4, sigma=4)
    assert seen[32] == pytest.approx(checks[32])
    assert seen[0].std() < 0.3 * checks[0].std()


def test_a_thing_out_of_focus_keeps_its_color() -> None:
    alpha = np.zeros((32, 32), np.float32)
    alpha[8:24, 8:24] = 1
    albedo = np.where(alpha[..., None] > 0, 0.6, 0.0).repeat(3, axis=2).astype(np.float32)
    soft = blurred_sprite(Sprite(albedo, alpha, alpha), 2)
    assert soft.alpha[8, 16] == pytest.approx(0.5, abs=0.2)
    assert soft.albedo[8, 16] == pytest.approx(0.6, abs=0.01)
