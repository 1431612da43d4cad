"""In the processes that torchrun starts the first one speaks; alone, nothing is different."""

import sys
import time
from pathlib import Path

import pytest

from course_utils.cli import torchrun
from course_utils.errors import CourseError


@pytest.fixture(params=[0, 1])
def rank(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """As if torchrun had started this process as the first, or as the second."""
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "run")
    monkeypatch.setenv("RANK", str(request.param))
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(sys, stream, getattr(sys, stream))
    return int(request.param)


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the process has slept."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def test_only_the_first_prints(rank: int, capfd: pytest.CaptureFixture[str]) -> None:
    torchrun.silence_all_but_the_first()
    print("a word")
    print("a word", file=sys.stderr)
    written = capfd.readouterr()
    assert written.out + written.err == ("a word\n" * 2 if rank == 0 else "")
    assert torchrun.speaks() == (rank == 0)


def test_a_mistake_is_left_to_the_first(rank: int, waited: list[float]) -> None:
    mistake = CourseError("a mistake")
    if rank == 0:
        torchrun.leave_to_the_first(mistake)
        assert waited == []
        return
    with pytest.raises(CourseError, match="a mistake"):
        torchrun.leave_to_the_first(mistake)
    assert waited == [torchrun.LONGEST_WAIT]


def test_an_error_goes_into_the_report(
    rank: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("one divided by nothing")

    monkeypatch.setenv("TORCHELASTIC_ERROR_FILE", str(tmp_path / "error.json"))
    with pytest.raises(ZeroDivisionError):
        torchrun.recorded(fail)()
    assert "one divided by nothing" in (tmp_path / "error.json").read_text()


def test_a_process_alone_is_as_ever(
    waited: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    torchrun.silence_all_but_the_first()
    torchrun.leave_to_the_first(CourseError("a mistake"))
    print("a word")
    assert (waited, capsys.readouterr().out) == ([], "a word\n")
    assert torchrun.speaks()
    assert torchrun.recorded(print) is print


@pytest.mark.parametrize("rank", [None, "x", ""])
def test_half_of_what_torchrun_says_is_nothing(
    rank: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "run")
    monkeypatch.delenv("RANK", raising=False)
    if rank is not None:
        monkeypatch.setenv("RANK", rank)
    assert torchrun.speaks()
