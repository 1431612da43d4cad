"""A training that no longer gets better ends early, and goes back to its best epoch."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from course_utils.training import Checkpointing, Epoch, TrainingConfig, evaluate, fit
from course_utils.training.early_stopping import EarlyStopping, kept_epoch
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
    assert kept_epoch(history, config).number == best + 1
    assert kept_epoch(history, replace(config, patience=None)) == history[-1]


@pytest.mark.parametrize("monitor", ["accuracy", "mean_iou"])
def test_early_stopping_watches_what_it_is_told_to(monitor: str) -> None:
    config = replace(CONFIG, epochs=20, patience=3, monitor=monitor)
    history = fit(linear(), TRAIN, VAL, config)
    values = [getattr(epoch, monitor) for epoch in history]
    assert len(history) == values.index(max(values)) + 1 + 3


def scored(*scores: float, patience: int = 9) -> EarlyStopping:
    """What was watched, after epochs with these accuracies; the weight is the epoch's number."""
    model = nn.Linear(1, 1)
    stopping = EarlyStopping(TrainingConfig(epochs=20, patience=patience))
    for number, score in enumerate(scores, start=1):
        nn.init.constant_(model.weight, number)
        if not stopping.over:
            stopping.look_at(Epoch(number, 0.0, 0.0, score, 0.0), model)
    return stopping


NAN = math.nan


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ((NAN, 0.3, 0.2), 2),
        ((0.3, NAN, 0.4, NAN), 3),
        ((0.3, NAN, NAN), 1),
        ((NAN, NAN, 0.0, NAN), 3),
        ((NAN, -math.inf, 0.1), 3),
        ((0.2, math.inf, NAN), 2),
    ],
)
def test_a_score_that_is_no_number_is_never_the_best(scores: tuple[float, ...], best: int) -> None:
    stopping = scored(*scores)
    assert stopping.best["number"] == best
    model = nn.Linear(1, 1)
    stopping.restore_best(model)
    assert model.weight.item() == best


def test_epochs_without_a_number_try_the_patience() -> None:
    assert not scored(NAN, NAN, patience=3).over
    assert scored(NAN, NAN, NAN, patience=3).over
    assert scored(0.5, NAN, NAN, NAN, patience=3).over
    assert not scored(NAN, NAN, 0.5, NAN, NAN, patience=3).over


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
