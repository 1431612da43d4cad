"""How a notebook starts."""

import random

import numpy as np
import pytest
import torch

import course_utils
from course_utils.errors import CourseError
from course_utils.teaching.setup import Runtime, start

pytestmark = pytest.mark.usefixtures("without_a_screen")


@pytest.fixture(autouse=True)
def embedded_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the environment."""
    monkeypatch.delenv("COURSE_DATA", raising=False)


def draws() -> tuple[object, ...]:
    return random.random(), np.random.rand(), torch.rand(1).item()  # noqa: NPY002


def test_a_start_says_what_it_chose_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    runtime = start(seed=7, device="cpu")
    assert capsys.readouterr().out == "device: cpu · data: embedded · seed: 7\n"
    assert (runtime.device, runtime.seed, runtime.data) == (torch.device("cpu"), 7, "embedded")
    first = draws()
    assert course_utils.start(seed=7, device="cpu") == runtime
    assert draws() == first


def test_a_start_sets_the_books_style() -> None:
    import matplotlib as mpl

    mpl.rcParams["figure.dpi"] = 55
    start(device="cpu")
    assert mpl.rcParams["figure.dpi"] == 110


def test_an_unknown_choice_of_data_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_DATA", "imaginary")
    with pytest.raises(CourseError, match="COURSE_DATA=imaginary"):
        start(device="cpu")


def test_a_device_is_named_with_its_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device: "NVIDIA T4")
    monkeypatch.setattr("platform.processor", lambda: "x86_64")
    names = [Runtime(torch.device(kind), 0, "embedded").device_name for kind in ("cuda", "cpu")]
    assert names == ["cuda (NVIDIA T4)", "cpu (x86_64)"]
