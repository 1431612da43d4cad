"""Where named data is found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.data import sources
from course_utils.data.datasets import dataset_path
from course_utils.data.sources import (
    SOURCES,
    cache_folder,
    data_choice,
    embedded_folder,
    find_source,
    real_path,
)
from course_utils.errors import CourseError, DataError


@pytest.fixture(autouse=True)
def nothing_set(cache: Path) -> None:
    """No real data, and nothing in the environment."""


def test_the_four_names() -> None:
    assert list(SOURCES) == ["insects", "flowers", "scenes", "panorama"]
    assert all(find_source(name).name == name for name in SOURCES)


@pytest.mark.parametrize("name", SOURCES)
def test_embedded_data_is_the_default(name: str, embedded: Path) -> None:
    assert dataset_path(name) == embedded / name
    assert dataset_path(name).is_absolute()


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="insects, flowers, scenes, panorama"):
        dataset_path("birds")


@pytest.mark.parametrize(
    ("value", "choice"), [("", "embedded"), ("embedded", "embedded"), ("real", "real")]
)
def test_the_environment_chooses(value: str, choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", value)
    assert data_choice() == choice


def test_an_unknown_choice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", "Real")
    with pytest.raises(CourseError, match="set it to embedded or real"):
        dataset_path("insects")


def test_the_named_folder_comes_before_the_cache(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DATA", "real")
    (cache / "hymenoptera_data").mkdir(parents=True)
    assert dataset_path("insects") == cache / "hymenoptera_data"
    (tmp_path / "mine" / "hymenoptera_data").mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "mine"))
    assert dataset_path("insects") == tmp_path / "mine" / "hymenoptera_data"
    assert real_path(SOURCES["flowers"].real) is None  # type: ignore[arg-type]


def test_what_is_only_embedded_stays_embedded(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_DATA", "real")
    assert dataset_path("panorama") == embedded / "panorama"


def test_missing_embedded_data_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "PACKAGE", tmp_path / "course_utils")
    with pytest.raises(DataError, match="make data"):
        embedded_folder()


def test_the_cache_is_the_platforms(cache: Path) -> None:
    assert cache_folder() == cache


def test_a_relative_folder_is_made_absolute_at_once(root: Path, tmp_path: Path) -> None:
    code = """
import os, sys, types
sys.path.insert(0, sys.argv[1])
package = types.ModuleType("course_utils.data")
package.__path__ = [os.path.join(sys.argv[1], "course_utils", "data")]
sys.modules["course_utils.data"] = package  # without the parts that need PyTorch
import course_utils.data.sources
print(os.environ["COURSE_DATA_DIR"])
"""
    environment = os.environ | {"COURSE_DATA_DIR": "mine"}
    command = [sys.executable, "-c", code, str(root)]
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(tmp_path / "mine")
