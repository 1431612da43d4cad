"""A measurement runs in a process whose environment says what may be used."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from garden.experiments import own_process
from garden.experiments.own_process import INSTRUCTIONS, rows_with_each, run_alone


def test_the_process_sees_what_is_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = "KEPT", "OMP_NUM_THREADS"
    script = f"import os, sys; print(sys.argv[1], *(os.environ[n] for n in {names}))"
    (tmp_path / "said_here.py").write_text(script, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    assert run_alone("said_here", "what", around={"KEPT": "yes"}).split() == ["what", "yes", "1"]


def test_a_process_that_fails_is_an_error() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run_alone("no_such_module", around={})


def test_each_set_of_instructions_gives_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def run(module: str, *, around: Mapping[str, str]) -> str:
        asked.append((module, around))
        return json.dumps([{"ms": len(around)}])

    monkeypatch.setattr(own_process, "run_alone", run)
    rows = rows_with_each("measured", {"KEPT": "1"})
    assert rows == [
        {"instructions": name, "ms": 1 + len(limits)} for name, limits in INSTRUCTIONS.items()
    ]
    assert asked == [("measured", {"KEPT": "1", **limits}) for limits in INSTRUCTIONS.values()]
