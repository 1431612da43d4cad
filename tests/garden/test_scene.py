"""A scene: who covers which pixel, and where shadows fall."""

import numpy as np
import pytest

from garden.painting.sprite import Light, Sprite
from garden.scenes.scene import Scene

LIGHT = Light((-1, 0, 1), (0.8, 0.8, 0.8), (0.2, 0.2, 0.2), gloss=0)


def plate(height: int, width: int, albedo: float = 0.5) -> Sprite:
    """A flat opaque thing."""
    return Sprite(
        np.full((height, width, 3), albedo, np.float32),
        np.ones((height, width), np.float32),
        np.zeros((height, width), np.float32),
    )


@pytest.fixture
def scene() -> Scene:
    """A gray ground of 40×60."""
    return Scene.on(plate(40, 60), LIGHT, near=True)


def test_a_thing_covers_its_pixels_and_is_named(scene: Scene) -> None:
    scene.put(plate(10, 20), (30, 20), "bee")
    assert scene.labels == ["", "bee"]
    assert (scene.instances[15:25, 20:40] == 1).all()
    assert (scene.instances == 1).sum() == 200


def test_the_later_thing_lies_before_the_earlier_one(scene: Scene) -> None:
    scene.put(plate(10, 10), (20, 20), "ant")
    scene.put(plate(10, 10), (25, 20), "bee")
    assert (scene.instances == 1).sum() == 50
    assert (scene.instances == 2).sum() == 100


def test_what_has_no_name_hides_a_thing_and_belongs_to_nothing(scene: Scene) -> None:
    scene.put(plate(10, 10), (20, 20), "ant")
    scene.put(plate(40, 60), (30, 20))
    assert not scene.instances.any()


@pytest.mark.parametrize("place", [(0, 0), (60, 40), (-100, 20), (30, 500)])
def test_a_thing_may_reach_out_of_the_picture(place: tuple[float, float], scene: Scene) -> None:
    scene.put(plate(10, 10), place, "ant", lift=2)
    inside = 25 if place in ((0, 0), (60, 40)) else 0
    assert (scene.instances == 1).sum() == inside


def test_a_shadow_falls_away_from_the_sun(scene: Scene) -> None:
    before = scene.linear.copy()
    scene.put(plate(10, 10), (30, 20), "ant", lift=4)
    darker = before[20, :, 0] - scene.linear[20, :, 0]
    assert darker[37] > 0.02  # the sun stands at the left
    assert darker[37] > 3 * darker[22]


def test_nothing_near_means_no_shadow() -> None:
    sky = Scene.on(plate(40, 60), LIGHT, near=False)
    before = sky.linear.copy()
    sky.put(plate(10, 10), (30, 20), "ant", lift=4)
    assert sky.linear[20, 37] == pytest.approx(before[20, 37])
