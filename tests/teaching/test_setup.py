"""How a notebook starts."""

import os
import random

import numpy as np
import pytest
import torch

import course_utils
from course_utils.data.locations import data_choice
from course_utils.errors import CourseError
from course_utils.teaching.setup import CHOICE, OURS, Runtime, start

pytestmark = pytest.mark.usefixtures("without_a_screen")


@pytest.fixture(autouse=True)
def embedded_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment, before and after."""
    for name in (CHOICE, OURS):
        monkeypatch.setenv(name, "")


def draws() -> tuple[object, ...]:
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_a_start_says_what_it_chose_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    runtime = start(seed=7, device="cpu")
    assert capsys.readouterr().out == "device: cpu · data: embedded · seed: 7\n"
    assert (runtime.device, runtime.seed, runtime.data) == (torch.device("cpu"), 7, "embedded")
    first = draws()
    assert course_utils.start(seed=7, device="cpu") == runtime
    assert draws() == first


def test_a_start_leaves_float32_as_it_is_and_repeatable() -> None:
    """Whatever was computed before: a GPU then agrees with a CPU, and with itself."""
    cudnn = torch.backends.cudnn
    torch.set_float32_matmul_precision("medium")
    cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark = True, False, True
    start(device="cpu")
    assert torch.get_float32_matmul_precision() == "highest"
    assert (cudnn.allow_tf32, cudnn.deterministic, cudnn.benchmark) == (False, True, False)
    assert not torch.is_autocast_enabled("cuda")
    assert not torch.is_autocast_enabled("cpu")


def test_a_start_sets_the_books_style() -> None:
    import matplotlib as mpl

    mpl.rcParams["figure.dpi"] = 55
    start(device="cpu")
    assert mpl.rcParams["figure.dpi"] == 110


def test_an_unknown_choice_of_data_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", "imaginary")
    with pytest.raises(CourseError, match="COURSE_DATA=imaginary"):
        start(device="cpu")


def test_the_drop_down_chooses_the_data_also_of_processes_started_later(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert start(device="cpu", data="real").data == data_choice() == "real"
    assert os.environ["COURSE_DATA"] == "real"
    assert "data: real ·" in capsys.readouterr().out


def test_the_drop_down_can_be_changed_and_the_cell_run_again() -> None:
    chosen = [start(device="cpu", data=data).data for data in ("real", "embedded", "real")]
    assert chosen == ["real", "embedded", "real"]


@pytest.mark.parametrize(
    ("said", "chosen", "line"),
    [
        ("real", "embedded", "data: real (as COURSE_DATA says) ·"),
        ("embedded", "real", "data: embedded (as COURSE_DATA says) ·"),
        ("real", "real", "data: real ·"),
    ],
)
def test_an_environment_variable_that_was_set_wins_and_is_named(
    said: str,
    chosen: str,
    line: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("COURSE_DATA", said)
    assert [start(device="cpu", data=chosen).data for _ in range(2)] == [said, said]
    assert capsys.readouterr().out.count(line) == 2


def test_a_drop_down_with_another_word_is_refused() -> None:
    with pytest.raises(CourseError, match="set it to embedded or real"):
        start(device="cpu", data="imaginary")


def test_a_device_is_named_with_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA T4")
    monkeypatch.setattr("platform.processor", lambda: "x86_64")
    names = [Runtime(torch.device(kind), 0, "embedded").device_name for kind in ("cuda", "cpu")]
    assert names == ["cuda (NVIDIA T4)", "cpu (x86_64)"]
