"""Where to cut a picture with a mask."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from course_utils.data.crop_windows import (
    Thing,
    Window,
    choose_windows,
    find_things,
    is_empty,
    shows,
)
from course_utils.data.masks import VOID, ClassMap
from scene_maps import ANT, BEE, SCENE, class_map


def chosen(classes: ClassMap, seeds: int = 5) -> Iterator[tuple[Window, int]]:
    for seed in range(seeds):
        yield from choose_windows(classes, np.random.default_rng(seed))


def test_a_background_crop_holds_neither_things_nor_void() -> None:
    empty = [window for window, index in chosen(SCENE) if index == 0]
    assert len(empty) > 10
    assert not any(window.of(SCENE).any() for window in empty)


def test_background_is_also_cut_close_to_a_thing() -> None:
    classes = class_map((ANT, 180, 130, 220, 170), size=(400, 300))
    for seed in range(10):
        windows = choose_windows(classes, np.random.default_rng(seed))
        close = next(window for window, index in windows if index == 0)
        assert close.left + close.side > 168
        assert close.left < 232
        assert close.top + close.side > 118
        assert close.top < 182


def test_a_crop_shows_most_of_its_thing_or_little_else() -> None:
    shown = [(window, index) for window, index in chosen(SCENE) if index != 0]
    assert len(shown) > 20
    for window, index in shown:
        part = window.of(SCENE)
        assert part.shape == (window.side, window.side)
        own, thing_pixels = (np.count_nonzero(area == index) for area in (part, SCENE))
        assert own >= 0.6 * thing_pixels or own >= 0.4 * part.size
        assert np.count_nonzero(part == ANT + BEE - index) <= 0.25 * own


def test_things_appear_small_large_and_off_center() -> None:
    middles, sides = [], []
    for window, index in chosen(SCENE, seeds=20):
        if index == BEE:  # its middle is (95, 55), and it is 30 long
            middles.append(abs(window.left + window.side / 2 - 95) / window.side)
            sides.append(window.side)
    assert min(sides) < 26
    assert max(sides) > 50
    assert max(middles) > 0.25


@given(
    seed=st.integers(0, 1000),
    width=st.integers(25, 90),
    height=st.integers(25, 90),
    left=st.integers(0, 60),
    top=st.integers(0, 60),
)
def test_every_window_lies_in_the_picture(
    seed: int, width: int, height: int, left: int, top: int
) -> None:
    classes = class_map((ANT, left, top, left + 30, top + 30), size=(width, height))
    for window, _ in choose_windows(classes, np.random.default_rng(seed)):
        assert 0 <= window.left <= width - window.side
        assert 0 <= window.top <= height - window.side
        assert window.side >= 24


def test_a_thing_behind_a_blade_of_grass_is_one_and_a_distant_one_is_another() -> None:
    split = class_map((ANT, 10, 10, 30, 40), (ANT, 35, 10, 55, 40), (ANT, 80, 10, 110, 40))
    assert [thing.box for thing in find_things(split)] == [(10, 10, 55, 40), (80, 10, 110, 40)]
    assert not find_things(split)[0].mask[10, 22]  # of the box


def test_small_things_and_void_are_no_things() -> None:
    assert find_things(class_map((ANT, 0, 0, 23, 23), (VOID, 40, 10, 80, 60))) == []
    assert len(find_things(class_map((ANT, 0, 0, 24, 5)))) == 1


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window(0, 0, 40), True),  # all of it
        (Window(12, 0, 40), True),  # six tenths of it, at the border
        (Window(13, 0, 40), False),  # less
        (Window(10, 10, 10), True),  # a tenth of it, which fills the crop
    ],
)
def test_enough_of_a_thing(window: Window, expected: bool) -> None:
    classes = class_map((ANT, 0, 0, 30, 30))
    assert shows(window, find_things(classes)[0], classes) is expected


@pytest.mark.parametrize(("rows", "expected"), [(7, True), (8, False)])
def test_another_thing_may_cover_a_quarter_as_much(rows: int, expected: bool) -> None:
    classes = class_map((ANT, 0, 0, 30, 30), (BEE, 0, 30, 30, 30 + rows))
    ant: Thing = find_things(classes)[0]
    assert shows(Window(0, 0, 45), ant, classes) is expected


def test_the_embedded_scenes_give_crops_of_every_class(root: Path) -> None:
    scenes = root / "data" / "scenes"
    names = (scenes / "classes.txt").read_text().split()
    found: set[int] = set()
    for path in islice(sorted((scenes / "SegmentationClass").iterdir()), 12):
        classes = np.asarray(Image.open(path))
        found |= {index for _, index in choose_windows(classes, np.random.default_rng(0))}
    assert found == set(range(len(names)))


def test_a_thing_keeps_no_more_of_the_picture_than_its_box() -> None:
    """A mask of thousands of things took as many times the memory of a picture."""
    classes = np.zeros((800, 1200), np.uint8)
    classes.reshape(20, 40, 30, 40)[:, 5:30, :, 5:30] = 1
    things = find_things(classes)
    assert len(things) == 600
    assert sum(thing.mask.size for thing in things) == 600 * 25 * 25
    assert things[31].box == (45, 45, 70, 70)
    assert shows(Window(40, 40, 35), things[31], classes)
    assert things[31].pixels_in(Window(60, 0, 50)) == 10 * 5
    assert things[31].pixels_in(Window(100, 100, 40)) == 0


@given(st.integers(0, 99), st.integers(0, 40))
def test_a_part_is_empty_where_nothing_is(row: int, column: int) -> None:
    part = np.zeros((100, 41), np.uint8)
    assert is_empty(part)
    part[row, column] = 1
    assert not is_empty(part)
