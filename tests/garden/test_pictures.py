"""The composition of a picture of each set, in small."""

import numpy as np
import pytest

from garden.scenes.pictures import flower_picture, insect_picture, mixed_picture
from garden.scenes.scene import Scene
from garden.scenes.things import FLOWER_NAMES, INSECT_NAMES, THINGS

SEEDS = range(3)


def seen(scene: Scene) -> set[str]:
    """The labels of which something can be seen."""
    return {scene.labels[int(number)] for number in np.unique(scene.instances)} - {""}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", INSECT_NAMES)
def test_an_insect_is_in_its_picture_and_no_other(name: str, seed: int) -> None:
    labels = seen(insect_picture(np.random.default_rng(seed), name, 120, 160))
    assert name in labels
    assert not labels & (set(INSECT_NAMES) - {name})


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", FLOWER_NAMES)
def test_a_flower_is_in_its_picture_and_no_other(name: str, seed: int) -> None:
    labels = seen(flower_picture(np.random.default_rng(seed), name, 120, 160))
    assert name in labels
    assert not labels & (set(FLOWER_NAMES) - {name})


def test_several_things_share_a_mixed_picture() -> None:
    scenes = [mixed_picture(np.random.default_rng(seed), 120, 180) for seed in range(6)]
    assert all(seen(scene) <= set(THINGS) for scene in scenes)
    assert max(len(seen(scene)) for scene in scenes) >= 3
    assert all(len(seen(scene)) >= 1 for scene in scenes)
