"""The folder of a set by its name, downloaded if need be."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from archive_files import INSECTS, zipped
from course_utils.data import download as module
from course_utils.data.datasets import dataset_path
from course_utils.data.sources import (
    SOURCES,
    Archive,
    DataSource,
)
from web_server import Server


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a file of a few kilobytes comes in several pieces."""
    monkeypatch.setattr(module, "CHUNK", 1000)


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def offered(server: Server, name: str, content: bytes, has_split: bool = True) -> DataSource:
    """A source whose archive the server has."""
    server.files[name] = content
    archive = Archive(server.url + name, digest(content), "bugs", "free", has_split)
    return DataSource("insects", "for the test", archive)


@pytest.fixture
def real_insects(server: Server, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
    source = offered(server, "a.zip", zipped(INSECTS))
    monkeypatch.setitem(SOURCES, "insects", replace(SOURCES["insects"], real=source.real))
    monkeypatch.setenv("COURSE_DATA", "real")


@pytest.mark.usefixtures("real_insects")
def test_a_real_set_is_fetched_when_it_is_asked_for(cache: Path) -> None:
    assert dataset_path("insects") == cache / "bugs"
