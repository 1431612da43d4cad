"""Where each of several processes computes: on a GPU of its own, or all on the CPU."""

import os
from pathlib import Path

import pytest
import torch

from course_utils.errors import CourseError
from course_utils.training import distributed
from picture_files import picture_set
from together import run_together, train_together

TOO_MANY = "4 processes on this machine need as many GPUs, and there are 3: give "
TOO_MANY += "torchrun --nproc-per-node 3, or compute with --device cpu"


@pytest.fixture
def three_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that says so; computing on one of them would fail."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    monkeypatch.setattr(torch.cuda, "set_device", lambda _: None)


@pytest.mark.parametrize("name", ["auto", "cuda"])
@pytest.mark.usefixtures("three_gpus")
def test_each_process_has_a_gpu_of_its_own(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for processes in (2, 3):
        monkeypatch.setenv("LOCAL_WORLD_SIZE", str(processes))
        for rank in range(processes):
            monkeypatch.setenv("LOCAL_RANK", str(rank))
            assert distributed.own_device(name) == torch.device("cuda", rank)


@pytest.mark.parametrize("name", ["auto", "cuda"])
@pytest.mark.usefixtures("three_gpus")
def test_more_processes_than_gpus_are_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    monkeypatch.setenv("LOCAL_RANK", "0")
    with pytest.raises(CourseError, match=TOO_MANY):
        distributed.own_device(name)
    assert distributed.own_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["cuda:0", "mps"])
@pytest.mark.usefixtures("three_gpus")
def test_several_processes_do_not_share_one_gpu(name: str) -> None:
    with pytest.raises(CourseError, match=f"--device {name} is one GPU, and several processes"):
        distributed.own_device(name)


def test_without_a_gpu_several_processes_compute_on_the_cpu(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "4")
    assert distributed.own_device("auto") == torch.device("cpu")
    with pytest.raises(CourseError, match="PyTorch sees no GPU"):
        distributed.own_device("cuda")


@pytest.mark.usefixtures("three_gpus")
def test_a_training_of_four_on_three_gpus_says_so_once(tmp_path: Path) -> None:
    data, out = picture_set(tmp_path / "set", train=8, val=4), tmp_path / "out"
    outcome = train_together(4, "classifier", "--data", data, "--output", out)
    assert outcome.status == 1
    (error,) = (line for line in outcome.err.splitlines() if line.startswith("Error: "))
    assert error == f"Error: {TOO_MANY}"
    assert "Traceback" not in outcome.err
    assert not list(tmp_path.glob("out/*"))


def join_on_the_cpu(out: Path) -> None:
    with distributed.joined("cpu") as device:
        (together,) = distributed.totals(1)
    (out / os.environ["RANK"]).write_text(f"{together:g} on {device}")


@pytest.mark.usefixtures("three_gpus")
def test_four_on_three_gpus_compute_on_the_cpu_if_asked(tmp_path: Path) -> None:
    outcome = run_together(4, join_on_the_cpu, tmp_path)
    assert (outcome.status, outcome.err) == (0, "")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["4 on cpu"] * 4
