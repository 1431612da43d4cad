"""Each of the seven things as a sprite, and the places they live in."""

import numpy as np
import pytest

from garden.scenes.backdrops import airy_scene, flat_scene
from garden.scenes.things import FLOWER_NAMES, INSECT_NAMES, THINGS

SIZE = 96


@pytest.mark.parametrize("name", THINGS)
def test_a_thing_fills_its_square_and_is_drawn_again_from_its_seed(name: str) -> None:
    first, second, other = (THINGS[name](np.random.default_rng(s), SIZE) for s in (4, 4, 5))
    assert first.alpha.shape == first.height.shape == (SIZE, SIZE)
    assert first.albedo.shape == (SIZE, SIZE, 3)
    assert (first.albedo == second.albedo).all()
    assert (first.albedo != other.albedo).any()
    assert first.alpha.min() >= 0
    assert 0.99 < first.alpha.max() <= 1.001
    rows, columns = np.nonzero(first.alpha > 0.3)
    assert max(np.ptp(rows), np.ptp(columns)) > 0.6 * SIZE
    assert first.alpha[[0, -1]].mean() < 0.3  # it ends within the square


def test_the_order_of_the_things_is_part_of_the_seeds() -> None:
    assert list(THINGS) == INSECT_NAMES + FLOWER_NAMES
    assert list(THINGS) == ["ant", "bee", "daisy", "dandelion", "rose", "sunflower", "tulip"]


@pytest.mark.parametrize("backdrop", [flat_scene, airy_scene])
@pytest.mark.parametrize("seed", range(5))
def test_a_backdrop_fills_the_picture_and_shows_no_thing(backdrop: type, seed: int) -> None:
    scene = backdrop(np.random.default_rng(seed), 90, 120)
    assert scene.linear.shape == (90, 120, 3)
    assert np.isfinite(scene.linear).all()
    assert scene.linear.mean() > 0.01
    assert scene.labels == [""]
    assert not scene.instances.any()
