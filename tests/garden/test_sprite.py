"""Sprites: what lies above hides what is below, and the sun lights what faces it."""

import numpy as np
import pytest

from garden.painting.sprite import Light, Sprite, shade, shadow, stack

OVERHEAD = Light((0, 0, 1), (0.8, 0.8, 0.8), (0.1, 0.1, 0.1), gloss=0)


def plate(albedo: float, alpha: float, height: float = 0.0) -> Sprite:
    """A flat thing of one color."""
    return Sprite(
        np.full((8, 8, 3), albedo, np.float32),
        np.full((8, 8), alpha, np.float32),
        np.full((8, 8), height, np.float32),
    )


def test_what_is_opaque_hides_what_is_below() -> None:
    joined = stack(plate(0.2, 1, 1), plate(0.9, 1, 5))
    assert joined.albedo == pytest.approx(0.9)
    assert joined.height == pytest.approx(5)


def test_what_is_half_there_shows_half_of_what_is_below() -> None:
    joined = stack(plate(0.2, 1), plate(0.8, 0.5))
    assert joined.albedo == pytest.approx(0.5)
    assert joined.alpha == pytest.approx(1)


def test_a_flat_thing_below_the_sun_gets_all_of_its_light() -> None:
    assert shade(plate(0.5, 1), OVERHEAD) == pytest.approx(0.5 * (0.8 + 0.1))


def test_a_slope_towards_the_sun_is_lighter_than_one_away_from_it() -> None:
    left = Light((-1, 0, 1), (1, 1, 1), (0, 0, 0), gloss=0)
    x = np.arange(8, dtype=np.float32)
    ridge = Sprite(np.ones((8, 8, 3)), np.ones((8, 8)), np.tile(-np.abs(x - 3.5), (8, 1)))
    lit = shade(ridge, left)[4, :, 0]
    assert lit[1] == pytest.approx(1)
    assert lit[6] == pytest.approx(0, abs=1e-6)


def test_a_shadow_is_moved_and_softened() -> None:
    alpha = np.zeros((21, 21), np.float32)
    alpha[10, 10] = 1
    dark = shadow(alpha, (4, -3), 1.0, 0.5)
    assert np.unravel_index(dark.argmax(), dark.shape) == (7, 14)
    assert dark.sum() == pytest.approx(0.5, abs=1e-3)
