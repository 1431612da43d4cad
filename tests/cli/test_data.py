"""``course-utils data``: list, path, fetch, verify."""

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from archive_files import INSECTS, zipped
from commands import run_command
from course_utils.data import locations
from course_utils.data.sources import SOURCES, Archive
from web_server import Server


@pytest.fixture(autouse=True)
def nothing_set(cache: Path) -> None:
    """No real data, and nothing in the environment."""


def test_list_says_what_is_here_and_how_to_get_the_rest(embedded: Path) -> None:
    (embedded / "insects").mkdir()
    (embedded / "insects" / "a.jpg").write_bytes(b"")
    outcome = run_command("data", "list")
    assert (outcome.status, outcome.err) == (0, "")
    for source in SOURCES.values():
        assert f"{source.name}: {source.description}" in outcome.lines
    assert "  embedded: 1 files" in outcome.lines
    assert "  real: hymenoptera_data, not here (course-utils data fetch insects)" in outcome.lines
    assert "CC BY 2.0" in outcome.out


def test_list_finds_real_data(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "flower_photos").mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    found = f"  real: flower_photos, {tmp_path / 'flower_photos'}"
    assert found in run_command("data", "list").lines


@pytest.mark.parametrize("name", SOURCES)
def test_path_prints_a_folder(name: str, embedded: Path) -> None:
    outcome = run_command("data", "path", name)
    assert (outcome.status, outcome.out) == (0, f"{embedded / name}\n")


@pytest.mark.parametrize("command", ["path", "fetch"])
def test_an_unknown_name_is_refused(command: str, embedded: Path) -> None:
    outcome = run_command("data", command, "birds")
    assert outcome.status == 1
    assert outcome.err.startswith("Error: data set 'birds' is unknown: choose one of insects")


def test_fetch_downloads_and_says_where_to(
    server: Server, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = zipped(INSECTS)
    server.files["a.zip"] = content
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    archive = Archive(server.url + "a.zip", digest, "bugs", "free")
    monkeypatch.setitem(SOURCES, "insects", replace(SOURCES["insects"], real=archive))
    outcome = run_command("data", "fetch", "insects")
    assert (outcome.status, outcome.out, outcome.err) == (0, f"{cache / 'bugs'}\n", "")


def test_fetch_without_a_server_is_one_sentence(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(server.url + "none.zip", "sha256:00", "bugs", "free")
    monkeypatch.setitem(SOURCES, "insects", replace(SOURCES["insects"], real=archive))
    outcome = run_command("data", "fetch", "insects")
    assert outcome.status == 1
    assert "cannot be fetched (HTTP Error 404" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_fetch_into_a_cache_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    outcome = run_command("data", "fetch", "insects")
    assert outcome.status == 1
    assert "cannot be made" in outcome.err


def test_verify_is_content_with_what_it_should_be(embedded: Path) -> None:
    outcome = run_command("data", "verify")
    assert outcome.status == 0
    assert outcome.out == "all embedded files are as they should be\n"


def test_verify_names_every_file_that_differs(embedded: Path) -> None:
    (embedded / "new.txt").write_text("new")
    shutil.rmtree(embedded / "weights")
    outcome = run_command("data", "verify")
    assert (outcome.status, outcome.out) == (1, "")
    problems = [
        "new.txt: is not in the manifest",
        "weights/insects-resnet18.safetensors: is missing",
    ]
    assert outcome.err.splitlines()[:2] == problems
    assert "git checkout data" in outcome.err


def test_verify_of_a_damaged_manifest(embedded: Path) -> None:
    (embedded / "manifest.json").write_text("{")
    outcome = run_command("data", "verify")
    assert outcome.status == 1
    assert "manifest.json: cannot be read" in outcome.err


def test_without_embedded_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locations, "PACKAGE", tmp_path / "course_utils")
    for command in (("data", "list"), ("data", "verify"), ("data", "path", "insects")):
        outcome = run_command(*command)
        assert outcome.status == 1
        assert outcome.err.startswith("Error: the embedded data is missing")
