"""Where named data is found."""

from pathlib import Path

import pytest

from course_utils.data.datasets import dataset_path
from course_utils.data.sources import SOURCES, find_source
from course_utils.errors import DataError


@pytest.fixture(autouse=True)
def nothing_set(cache: Path) -> None:
    """No real data, and nothing in the environment."""


def test_the_five_names() -> None:
    assert list(SOURCES) == ["insects", "flowers", "scenes", "panorama", "panoramas"]
    assert all(find_source(name).name == name for name in SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_embedded_data_is_the_default(name: str, embedded: Path) -> None:
    assert dataset_path(name) == embedded / name
    assert dataset_path(name).is_absolute()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="insects, flowers, scenes, panorama"):
        dataset_path("birds")
