"""``course-utils doctor`` says what is there, what is missing, and how to get it."""

from importlib import import_module, metadata
from pathlib import Path

import pytest
import torch

from commands import run_command

doctor = import_module("course_utils.cli.doctor")  # the package has the command of this name


@pytest.fixture(autouse=True)
def nothing_set(cache: Path) -> None:
    """No real data, and nothing in the environment."""


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names that are put here look as if they were not installed."""
    missing: list[str] = []
    installed = metadata.version

    def version(name: str) -> str:
        if name in missing:
            raise metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(doctor.metadata, "version", version)
    return missing


def test_all_is_well(embedded: Path) -> None:
    outcome = run_command("doctor")
    assert (outcome.status, outcome.err) == (0, "")
    for name in doctor.PACKAGES:
        assert f"{name}: {metadata.version(name)}" in outcome.lines
    assert "data in use: embedded (COURSE_DATA)" in outcome.lines
    assert "embedded data: whole" in outcome.lines
    assert "real flowers: not here (course-utils data fetch flowers)" in outcome.lines


def test_a_missing_package_is_named_with_the_remedy(embedded: Path, without: list[str]) -> None:
    without += ["torch", "scipy"]
    outcome = run_command("doctor")
    assert outcome.status == 1
    assert outcome.err == "missing: pip install torch scipy\n"
    assert "torch: missing" in outcome.lines


def test_the_books_packages_are_not_needed(embedded: Path, without: list[str]) -> None:
    without += ["jupyter-book", "d2l"]
    outcome = run_command("doctor")
    assert outcome.status == 0
    assert "d2l: not installed (needed for the book only: requirements.txt)" in outcome.lines


@pytest.mark.parametrize(("gpu", "apple"), [(True, False), (False, False), (False, True)])
def test_the_device_is_named(
    gpu: bool, apple: bool, embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpu)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Large GPU")
    others = "Apple's GPU with --device mps" if apple else "PyTorch sees no GPU"
    cpu = f"device: cpu, {torch.get_num_threads()} threads ({others})"
    expected = "device: cuda (Large GPU)" if gpu else cpu
    assert expected in run_command("doctor").lines


def test_damaged_data_is_noticed(embedded: Path) -> None:
    (embedded / "more.txt").write_text("")
    outcome = run_command("doctor")
    assert outcome.status == 1
    assert "embedded data: 1 problem(s): course-utils data verify" in outcome.lines


def test_real_data_is_found(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hymenoptera_data").mkdir()
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COURSE_DATA", "real")
    lines = run_command("doctor").lines
    assert "data in use: real (COURSE_DATA)" in lines
    assert f"real insects: {tmp_path / 'hymenoptera_data'}" in lines
