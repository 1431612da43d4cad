"""Noise, and the smooth enlarging that it is made with."""

import numpy as np
import pytest

from garden.painting.enlarge import enlarge
from garden.painting.noise import fractal_noise, value_noise


@pytest.mark.parametrize("noise", [value_noise, fractal_noise])
def test_noise_is_made_of_its_seed_alone(noise: type) -> None:
    first, second, other = (noise(np.random.default_rng(s), 40, 60, 8.0) for s in (1, 1, 2))
    assert first.shape == (40, 60)
    assert (first == second).all()
    assert (first != other).any()
    assert 0 <= first.min() < 0.3
    assert 0.7 < first.max() <= 1


def test_noise_is_smooth_within_a_cell() -> None:
    steps = np.abs(np.diff(value_noise(np.random.default_rng(0), 64, 64, 16.0), axis=1))
    assert steps.max() < 0.15


def test_an_even_field_stays_even() -> None:
    assert enlarge(np.full((3, 4), 0.7, np.float32), (30, 40), (10, 10)) == pytest.approx(0.7)


def test_a_slope_keeps_its_steps() -> None:
    slope = np.arange(8, dtype=np.float32)[None].repeat(4, axis=0)
    large = enlarge(slope, (16, 32), (4, 4))
    assert np.diff(large[8, 8:-8]) == pytest.approx(0.25, abs=1e-5)
