"""A training that no longer gets better ends early, and goes back to its best epoch."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from course_utils.training import Checkpointing, evaluate, fit
from small_trainings import CONFIG, TRAIN, VAL, linear


def test_early_stopping_goes_back_to_the_best_epoch() -> None:
    """At this rate the loss soon jumps about: the last epoch is not the best."""
    config = replace(CONFIG, epochs=40, learning_rate=30, patience=4, monitor="validation_loss")
    model = linear()
    history = fit(model, TRAIN, VAL, config)
    losses = [epoch.validation_loss for epoch in history]
    best = losses.index(min(losses))
    assert len(history) == best + 1 + 4 < 40
    assert evaluate(model, VAL).loss == losses[best] < losses[-1]


@pytest.mark.parametrize("monitor", ["accuracy", "mean_iou"])
def test_early_stopping_watches_what_it_is_told_to(monitor: str) -> None:
    config = replace(CONFIG, epochs=20, patience=3, monitor=monitor)
    history = fit(linear(), TRAIN, VAL, config)
    values = [getattr(epoch, monitor) for epoch in history]
    assert len(history) == values.index(max(values)) + 1 + 3


def test_an_early_stop_is_not_undone_by_resuming(tmp_path: Path) -> None:
    config = replace(CONFIG, epochs=40, learning_rate=30, patience=4, monitor="validation_loss")
    whole, halves = linear(), linear()
    history = fit(whole, TRAIN, VAL, config)
    for until in (5, None, None):  # the last time, nothing is left to do
        resume = (tmp_path / "c.pt").exists()
        keeping = Checkpointing(tmp_path / "c.pt", resume=resume)
        again = fit(halves, TRAIN, VAL, config, checkpointing=keeping, until=until)
    assert again == history
    assert all(map(torch.equal, whole.parameters(), halves.parameters()))
