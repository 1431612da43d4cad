"""An environment like Colab's, the package that is found there, and what changes in it."""

import re
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

import run_like_colab
from course_utils.teaching.claims import UNEXPECTED
from run_like_colab import (
    asked_for,
    changes,
    execute,
    imitate_colab,
    printed_lines,
    publish,
    run_all,
    strangers,
)

VARIABLES = ("PYTHONPATH", "IPYTHONDIR", "COLAB_RELEASE_TAG", "GIT_CONFIG_COUNT")
ADDRESS, TAG = "https://example.org/someone/course", "v0.1.0"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set here is forgotten afterwards."""
    settings = [f"GIT_CONFIG_{what}_{number}" for what in ("KEY", "VALUE") for number in (0, 1)]
    for name in (*VARIABLES, *settings):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


def git(*arguments: object) -> str:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
    command = ["git", *identity, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_changes_names_replaced_and_lost_packages_only() -> None:
    before = {"numpy": "2.1", "torch": "2.6", "pandas": "2.2"}
    after = {"numpy": "2.2", "torch": "2.6", "course-utils": "0.1"}
    assert changes(before, after) == ["numpy 2.1 became 2.2", "pandas 2.2 became nothing"]


def test_only_the_package_and_d2l_may_come() -> None:
    after = {"numpy": "2.1", "course_utils": "0.1", "d2l": "1.0", "gym": "0.2"}
    assert strangers({"numpy": "2.1"}, after) == ["gym 0.2 was added"]


def test_the_imitation_looks_like_colab_to_a_notebook(tmp_path: Path) -> None:
    imitate_colab(tmp_path)
    cells = [
        new_code_cell("import os, sys\nassert 'google.colab' in sys.modules"),
        new_code_cell("assert os.listdir() == []"),
    ]
    path = tmp_path / "chapter.ipynb"
    nbformat.write(new_notebook(cells=cells), path)
    (tmp_path / "content").mkdir()
    assert execute(path, tmp_path / "content")[1] is None


def test_the_address_and_the_tag_are_read_from_a_chapter(root: Path) -> None:
    text = (root / "book" / "pipeline" / "inference.ipynb").read_text(encoding="utf-8")
    address, tag = asked_for(text)
    assert re.fullmatch(r"https://github\.com/[^/]+/[^/]+", address)
    assert re.fullmatch(r"v[\d.]+", tag)


def test_a_cell_that_installs_a_branch_is_refused() -> None:
    with pytest.raises(SystemExit, match="no address with a tag"):
        asked_for('package = "git+https://github.com/OWNER/REPO"')


def test_git_finds_the_tagged_clone_under_the_published_address(tmp_path: Path) -> None:
    source, copy = tmp_path / "source", tmp_path / "copy"
    git("init", "--quiet", source)
    (source / "file").write_text("what is released")
    git("-C", source, "add", "file")
    git("-C", source, "commit", "--quiet", "-m", "a release")
    publish(source, tmp_path, ADDRESS, TAG)
    git("clone", "--quiet", "--branch", TAG, ADDRESS, copy)
    assert (copy / "file").read_text() == "what is released"
    assert not git("-C", source, "tag"), "the repository itself stays as it is"


def test_a_line_that_came_in_pieces_is_one_line() -> None:
    pieces = ["installed · ", "device: cpu\nseed"]
    outputs = [new_output("stream", name="stdout", text=piece) for piece in pieces]
    cells = [new_code_cell(outputs=outputs), new_code_cell(outputs=outputs[:1])]
    assert printed_lines(cells) == ["installed · device: cpu", "seed", "installed · "]


def test_unexpected_lines_and_changed_versions_are_reported_for_each_chapter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, ...]] = []
    versions = iter([{"numpy": "2.1"}, {"numpy": "2.2"}])
    monkeypatch.setattr(run_like_colab, "pip", lambda *words: asked.append(words) or "")
    monkeypatch.setattr(run_like_colab, "installed", lambda: next(versions))
    path = tmp_path / "chapter.ipynb"
    line = f"accuracy 0.50 (at least 0.85){UNEXPECTED}"
    nbformat.write(new_notebook(cells=[new_code_cell(f"print('set up\\n{line}')")]), path)
    (outcome,) = run_all([path], tmp_path)
    assert asked == [("uninstall", "--quiet", "--yes", "course-utils", "d2l")]
    assert (outcome.setup, outcome.unexpected) == ("set up", [line])
    assert outcome.changed == ["numpy 2.1 became 2.2"]
    out = capsys.readouterr().out
    assert "1 unexpected, 1 versions changed" in out
    assert line in out


def test_a_chapter_that_stops_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run_like_colab, "pip", lambda *words: "")
    for name, source in {"one": "print(1); 1 / 0", "two": "print(2)"}.items():
        cells = [new_code_cell(source, outputs=[new_output("stream", text="stored")])]
        nbformat.write(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    outcomes = run_all([tmp_path / "one.ipynb", tmp_path / "two.ipynb"], tmp_path)
    assert [outcome.setup for outcome in outcomes] == ["1", "2"]
    assert [outcome.error for outcome in outcomes] == ["ZeroDivisionError: division by zero", None]
    assert "stopped: ZeroDivisionError" in capsys.readouterr().out


def test_the_weekly_run_activates_an_environment_of_colabs_versions(root: Path) -> None:
    text = (root / ".github" / "workflows" / "colab.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["run"]["steps"]
    *_, install, run = [step["run"].splitlines() for step in steps if "run" in step]
    activate = "source colab/bin/activate"
    assert run == [activate, "python tools/run_like_colab.py"]
    assert activate in install
    assert any("tools/colab_versions.txt" in line for line in install)


def test_colabs_versions_cover_what_the_package_needs(root: Path) -> None:
    lines = (root / "tools" / "colab_versions.txt").read_text(encoding="utf-8").splitlines()
    pinned = dict(line.split("==") for line in lines if not line.startswith("#"))
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {re.split(r"[><=]", line)[0] for line in project["dependencies"]}
    needed -= {"msgspec"}  # Colab has none: the set-up cell installs it
    assert needed | {"ipython", "ipykernel", "requests", "pandas"} <= set(pinned)
