"""``course-utils compare``: what is counted is exact, what is timed is plausible."""

import re
from pathlib import Path

import pytest
import torch

from commands import Outcome, run_command
from course_utils.analysis import count_parameters
from course_utils.models.registry import build_classifier


def cells(outcome: Outcome) -> list[list[str]]:
    """The table's rows, cell by cell; cells are two spaces apart."""
    return [re.split(r" {2,}", line.strip()) for line in outcome.lines[1:-1]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Instead of timing, each pass takes the next of these seconds, again and again."""
    seconds: list[float] = []
    turn = iter(range(1000))

    def median_seconds(work: object, device: object, repeats: int) -> float:
        return seconds[next(turn) % len(seconds)]

    monkeypatch.setattr("course_utils.analysis.median_seconds", median_seconds)
    return seconds


def test_published_counts_and_the_times_beside_them(clock: list[float]) -> None:
    clock += [0.020, 0.050, 0.055]
    outcome = run_command("compare", "resnet18", "resnet50", "resnext50_32x4d", "--device", "cpu")
    assert (outcome.status, outcome.err) == (0, "")
    assert cells(outcome) == [
        ["resnet18", "3x224x224", "11,689,512", "1.814 G", "20.0 ms", "1.00"],
        ["resnet50", "3x224x224", "25,557,032", "4.089 G", "50.0 ms", "2.50"],
        ["resnext50_32x4d", "3x224x224", "25,028,904", "4.230 G", "55.0 ms", "2.75"],
    ]
    assert outcome.lines[0].split() == [
        "network", "input", "parameters", "multiply-adds", "time", "ratio"
    ]  # fmt: skip
    threads = torch.get_num_threads()
    assert outcome.lines[-1].endswith(
        f"median of 5 turns of 3 passes each; cpu, threads: {threads}"
    )


def test_every_network_gets_a_picture_of_its_own_size(clock: list[float], embedded: Path) -> None:
    clock.append(0.001)
    outcome = run_command("compare", "inception_v3", "insects-resnet18", "--device", "cpu")
    rows = cells(outcome)
    assert [row[1] for row in rows] == ["3x299x299", "3x32x32"]
    assert rows[0][2] == "27,161,264"
    small = build_classifier("resnet18", 2, 4)
    assert rows[1][2] == f"{count_parameters(small):,}"
    assert (embedded / "weights" / "insects-resnet18.safetensors").is_file()


def test_columns_stand_below_each_other(clock: list[float]) -> None:
    clock += [0.0101, 9.8765]
    outcome = run_command("compare", "squeezenet1_1", "mnasnet0_5", "--device", "cpu")
    assert len({len(line) for line in outcome.lines[:-1]}) == 1


def test_a_busy_moment_is_outvoted(clock: list[float]) -> None:
    """Five turns of two networks; in the second turn the machine is busy."""
    clock += [1, 2, 9, 18, 1, 2, 1, 2, 1, 2]
    rows = cells(run_command("compare", "squeezenet1_1", "squeezenet1_0", "--device", "cpu"))
    assert [row[-2:] for row in rows] == [["1000.0 ms", "1.00"], ["2000.0 ms", "2.00"]]


def test_a_real_clock_finds_more_work_slower(embedded: Path) -> None:
    outcome = run_command("compare", "insects-resnet18", "resnet18", "--device", "cpu")
    (small, large) = cells(outcome)
    assert small[-1] == "1.00"
    assert float(large[-1]) > 5  # it has several hundred times the multiply-adds
    assert float(large[-2].split()[0]) > float(small[-2].split()[0]) > 0
    assert (embedded / "weights").is_dir()


def test_the_passes_need_no_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def median_seconds(work: object, device: object, repeats: int) -> float:
        assert callable(work)
        seen.append(work().requires_grad)
        return 1.0

    monkeypatch.setattr("course_utils.analysis.median_seconds", median_seconds)
    assert run_command("compare", "squeezenet1_1", "--device", "cpu").status == 0
    assert seen == [False] * 5


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        ((), 2, "Missing argument 'MODEL...'"),
        (("resnet18", "resnt50"), 1, "network 'resnt50' is unknown: did you mean resnet50"),
        (("none.safetensors",), 1, "there is no such weights file"),
        (("resnet18", "--device", "tpu"), 2, "--device"),
    ],
)
def test_bad_input_is_explained_before_anything_is_timed(
    arguments: tuple[str, ...], status: int, reason: str
) -> None:
    outcome = run_command("compare", *arguments)
    assert (outcome.status, outcome.out) == (status, "")
    assert reason in outcome.err


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_is_named() -> None:
    outcome = run_command("compare", "resnet18", "--device", "cuda")
    assert outcome.status == 0
    assert outcome.lines[-1].endswith("cuda")
