"""Where data lies: in the package, in a named folder, or in the cache."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_utils.data import locations
from course_utils.data.datasets import dataset_path
from course_utils.data.locations import cache_folder, data_choice, embedded_folder, real_path
from course_utils.data.sources import SOURCES
from course_utils.errors import CourseError, DataError


@pytest.fixture(autouse=True)
def nothing_set(cache: Path) -> None:
    """No real data, and nothing in the environment."""


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
    monkeypatch.setattr(locations, "PACKAGE", tmp_path / "course_utils")
    with pytest.raises(DataError, match="make data"):
        embedded_folder()


def test_the_cache_is_the_platforms(cache: Path) -> None:
    assert cache_folder() == cache


def test_a_relative_folder_stays_where_it_was_first_found(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "hymenoptera_data").mkdir(parents=True)
    monkeypatch.setenv("COURSE_DATA", "real")
    monkeypatch.setenv("COURSE_DATA_DIR", "here")
    monkeypatch.chdir(tmp_path)
    found = dataset_path("insects")
    assert found == tmp_path / "here" / "hymenoptera_data"
    monkeypatch.chdir(cache.parent.parent)
    assert dataset_path("insects") == found


def test_the_environment_is_left_alone(tmp_path: Path) -> None:
    code = "import course_utils.data.locations, os; print(os.environ['COURSE_DATA_DIR'])"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"COURSE_DATA_DIR": "mine"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "mine"


def test_a_link_to_itself_is_a_folder_that_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").symlink_to("mine")
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "mine"))
    assert real_path(SOURCES["flowers"].real) is None  # type: ignore[arg-type]
