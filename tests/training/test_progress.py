"""The bar of a training: on a terminal, and nowhere else."""

import io
import sys

import pytest

from course_utils.training.history import Epoch
from course_utils.training.progress import ProgressBar


class Terminal(io.StringIO):
    """Takes what a terminal would show."""

    def isatty(self) -> bool:
        return True


def draw(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a training of three epochs writes that was stopped after the first."""
    monkeypatch.setattr(sys, "stderr", stream)
    first, second = (Epoch(number, 1.0, 1.0, 0.5 + number / 8, 0.4) for number in (1, 2))
    with ProgressBar([first], epochs=3, steps=2) as bar:
        bar.bar.mininterval = 0
        bar.end_step(2, 0.75)
        bar.end_step(2, 0.5)
        bar.end_epoch(second)
        bar.end_step(3, 0.25)
    return stream.getvalue()


def test_a_terminal_shows_rate_time_left_loss_and_accuracy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = draw(Terminal(), monkeypatch).split("\r")
    second = next(line for line in shown if "loss 0.500" in line)
    assert second.startswith("epoch 2/3:  67%")
    assert "4/6 [" in second
    assert "step/s" in second or "s/step" in second
    assert "accuracy 0.625" in second
    third = next(line for line in shown if "epoch 3/3" in line)
    assert "accuracy 0.750" in third
    assert shown[-1].strip() == ""


def test_nothing_else_shows_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    assert draw(io.StringIO(), monkeypatch) == ""
