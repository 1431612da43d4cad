"""The sets ``panorama`` and ``panoramas``: rendered again, and what is told of each picture."""

import json
from pathlib import Path

import pytest
from PIL import Image

from course_utils.teaching.object_sizes import SIZES
from garden.scenes.scene import Scene
from garden.scenes.truth import Thing
from garden.sets import wide
from rendered_files import assert_same_files

PICTURES = ["composed_000", "composed_001", "composed_026", "empty_000"]
PICTURES += [f"empty_001_rose_{size:03d}" for size in SIZES]


def test_the_panorama_is_rendered_again(data: Path) -> None:
    assert_same_files(wide.render_panorama(), data)


def test_a_composed_panorama_is_rendered_again(
    composed: tuple[bytes, list[Thing]], data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wide, "composed_panorama", {26: composed}.__getitem__)
    assert_same_files(wide.render_composed(26), data)


def test_an_empty_ground_is_rendered_again(data: Path) -> None:
    assert_same_files(wide.render_empty(0), data)


def test_a_rose_is_rendered_again(view: Scene, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide, "empty_scene", {1: view}.__getitem__)
    assert_same_files(wide.render_thing(1, "rose", 48), data)


def test_there_is_a_job_for_each_picture() -> None:
    assert len(list(wide.panorama_jobs())) == 1
    assert len(list(wide.panoramas_jobs())) == len(PICTURES)


def test_the_panoramas_are_complete(data: Path) -> None:
    names = {path.name for path in (data / "panoramas").iterdir()}
    assert names == {f"{name}{ending}" for name in PICTURES for ending in (".jpg", ".json")}


@pytest.mark.parametrize("name", ["panorama/panorama", *(f"panoramas/{n}" for n in PICTURES)])
def test_the_pictures_are_jpeg_of_one_size(name: str, data: Path) -> None:
    with Image.open(data / f"{name}.jpg") as image:
        image.load()
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (1024, 387))


def test_the_bee_is_at_the_lower_right_of_the_panorama(data: Path) -> None:
    told = json.loads((data / "panorama" / "panorama.json").read_text())
    left, top, right, bottom = told["box"]
    assert told["label"] == "bee"
    assert 512 <= left < right <= 1024
    assert 387 / 2 <= top < bottom <= 387
    assert told["things"][-1] == {"label": "bee", "box": told["box"]}


def test_the_eight_things_in_focus_stand_from_left_to_right(data: Path) -> None:
    things = json.loads((data / "panorama" / "panorama.json").read_text())["things"]
    names = ["sunflower", "tulip", "daisy", "daisy", "rose", "dandelion", "tulip", "bee"]
    assert [thing["label"] for thing in things] == names
    middles = [thing["box"][0] + thing["box"][2] for thing in things]
    assert middles == sorted(middles)


@pytest.mark.parametrize("size", SIZES)
def test_a_rose_lies_in_its_square(size: int, data: Path) -> None:
    told = json.loads((data / "panoramas" / f"empty_001_rose_{size:03d}.json").read_text())
    (thing,) = told["things"]
    left, top, right, bottom = thing["box"]
    assert (told["seed"], told["size"], thing["label"]) == (1, size, "rose")
    assert 0.6 * size <= max(right - left, bottom - top) <= size


def test_nothing_is_told_of_an_empty_ground(data: Path) -> None:
    told = json.loads((data / "panoramas" / "empty_000.json").read_text())
    assert told == {"seed": 0, "things": []}
