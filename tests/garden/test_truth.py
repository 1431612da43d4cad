"""Masks and boxes at the size of the picture."""

import numpy as np
import pytest

from garden.painting.sprite import Light
from garden.scenes.scene import Scene
from garden.scenes.truth import VOID, class_map, visible_instances, visible_things


def scene_of(instances: np.ndarray, labels: list[str]) -> Scene:
    """A scene of which only its instances are known."""
    light = Light((0, 0, 1), (1, 1, 1), (0, 0, 0))
    empty = np.zeros_like(instances, np.float32)
    return Scene(light, np.repeat(empty[..., None], 3, axis=2), empty, instances, labels)


def test_a_pixel_belongs_to_what_covers_most_of_it() -> None:
    instances = np.array([[0, 1, 2, 2], [1, 1, 2, 0]])
    assert visible_instances(instances, 3, 2).tolist() == [[1, 2]]


def test_a_border_of_two_pixels_is_void() -> None:
    instances = np.zeros((10, 10), int)
    instances[3:8, 3:8] = 1
    classes = class_map(instances, [0, 5])
    assert (classes[4:7, 4:7] == 5).all()
    assert (classes[2:9, 2] == VOID).all()
    assert (classes[3:8, 3] == VOID).all()
    assert not classes[:2].any()


def test_boxes_hold_what_can_be_seen_in_the_order_of_the_scene() -> None:
    instances = np.zeros((40, 60), int)
    instances[4:20, 6:30] = 1
    instances[10:30, 20:50] = 2  # before the first
    instances[38:40, 50:54] = 4
    things = visible_things(scene_of(instances, ["", "rose", "bee", "tulip", "ant"]), 2)
    assert things == [
        ("rose", (3, 2, 15, 10)),
        ("bee", (10, 5, 25, 15)),
        ("ant", (25, 19, 27, 20)),
    ]


@pytest.mark.parametrize("labels", [[""], ["", "bee"]])
def test_what_cannot_be_seen_has_no_box(labels: list[str]) -> None:
    assert visible_things(scene_of(np.zeros((8, 8), int), labels), 2) == []
