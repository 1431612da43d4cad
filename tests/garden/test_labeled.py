"""The sets ``insects`` and ``flowers``: rendered again, and laid out as they should be."""

import json
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from garden.sets import labeled
from rendered_files import assert_same_files

CLASSES = [(name, class_name) for name in labeled.THING_OF for class_name in labeled.THING_OF[name]]
SAMPLE = [(*pair, ("train", "val")[number % 2]) for number, pair in enumerate(CLASSES)]


@pytest.mark.parametrize(("name", "class_name", "split"), SAMPLE)
def test_a_picture_of_each_class_is_rendered_again(
    name: str, class_name: str, split: str, data: Path
) -> None:
    assert_same_files(labeled.render(name, split, class_name, 3), data)


@pytest.mark.parametrize("name", labeled.COUNTS)
def test_there_is_a_job_for_each_picture(name: str) -> None:
    jobs = [json.dumps(job.args) for job in labeled.jobs(name)]  # type: ignore[attr-defined]
    assert len(set(jobs)) == sum(labeled.COUNTS[name].values()) * len(labeled.THING_OF[name])


@pytest.mark.parametrize("name", labeled.COUNTS)
def test_every_class_has_its_pictures(name: str, data: Path) -> None:
    for split, count in labeled.COUNTS[name].items():
        folders = {
            folder.name: len(list(folder.iterdir())) for folder in (data / name / split).iterdir()
        }
        assert folders == dict.fromkeys(labeled.THING_OF[name], count)


@pytest.mark.parametrize("name", labeled.COUNTS)
def test_pictures_are_jpeg_of_several_shapes(name: str, data: Path) -> None:
    shapes: Counter[tuple[int, int]] = Counter()
    for file in sorted((data / name).rglob("*.*")):
        with Image.open(file) as image:
            image.load()
            assert (image.format, image.mode, min(image.size)) == ("JPEG", "RGB", 128), file
            shapes[image.size] += 1
    assert len(shapes) >= 5
    assert max(shapes.values()) < 0.5 * shapes.total()
    assert max(max(shape) for shape in shapes) <= 2 * 128


def test_the_insects_are_small_files(data: Path) -> None:
    sizes = [file.stat().st_size for file in (data / "insects").rglob("*.jpg")]
    assert 4_000 <= sum(sizes) / len(sizes) <= 8_000
