"""``python -m garden``: what it writes, and its options."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from course_utils.data.manifest import MANIFEST, verify_manifest
from garden import __main__ as command
from garden.sets import labeled


def run(monkeypatch: pytest.MonkeyPatch, *words: str | Path) -> None:
    """Run the command in this process."""
    monkeypatch.setattr(command, "ProcessPoolExecutor", ThreadPoolExecutor)
    monkeypatch.setattr(sys, "argv", ["garden", *map(str, words)])
    command.main()


def test_the_command_renders_and_writes_the_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Path
) -> None:
    monkeypatch.setitem(labeled.COUNTS, "insects", {"train": 1, "val": 1})
    (tmp_path / "README.md").write_text("what lies here")
    run(monkeypatch, "--output", tmp_path, "--only", "insects")
    assert verify_manifest(tmp_path) == []
    listed = json.loads((tmp_path / MANIFEST).read_text())
    assert len(listed) == 5
    assert (data / next(name for name in listed if "bees_val" in name)).is_file()


@pytest.mark.parametrize("option", ["--output", "--out"])
def test_every_set_is_rendered_unless_one_is_named(
    option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = {name: lambda name=name: [lambda: {f"{name}/a.txt": b"a"}] for name in command.SETS}
    monkeypatch.setattr(command, "SETS", jobs)
    run(monkeypatch, option, tmp_path)
    listed = json.loads((tmp_path / MANIFEST).read_text())
    assert list(listed) == sorted(f"{name}/a.txt" for name in jobs)


def test_the_help_names_the_present_option_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--help")
    words = capsys.readouterr().out.split()
    assert "--output" in words
    assert "--out" not in words


def test_a_folder_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "--only", "insects")
