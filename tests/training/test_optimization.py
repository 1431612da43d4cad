"""Rates rise and fall as they are told, and head and body have their own."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from course_utils.models import resnet18
from course_utils.training import TrainingConfig
from course_utils.training.optimization import make_optimizer, make_schedule

CONFIG = TrainingConfig(epochs=8, learning_rate=0.5)
STEPS = 5


def rates(config: TrainingConfig) -> list[float]:
    """The learning rate at each step of a training."""
    optimizer = make_optimizer(nn.Linear(3, 2), config)
    schedule = make_schedule(optimizer, config, STEPS)
    found = []
    for _ in range(config.epochs * STEPS - 1):
        found.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return [*found, schedule.get_last_lr()[0]]


def test_the_rate_rises_to_the_highest_and_falls_to_almost_nothing() -> None:
    curve = rates(CONFIG)
    top = curve.index(max(curve))
    assert max(curve) == pytest.approx(0.5, rel=0.01)
    assert curve[:top] == sorted(curve[:top])
    assert curve[top:] == sorted(curve[top:], reverse=True)
    assert curve[-1] < 1e-4


@pytest.mark.parametrize("warmup", [0.1, 0.8])
def test_the_warm_up_takes_its_share_of_the_steps(warmup: float) -> None:
    curve = rates(replace(CONFIG, warmup=warmup))
    assert curve.index(max(curve)) / len(curve) == pytest.approx(warmup, abs=0.05)


@pytest.mark.parametrize("warmup", [0, 1, 0.0, 1.0, 1 / 40, 2 / 40, 0.25])
def test_any_share_of_the_steps_can_be_the_warm_up(warmup: float) -> None:
    """PyTorch alone divides by 0 where a half is a step long, and refuses whole numbers."""
    curve = rates(replace(CONFIG, warmup=warmup))
    assert len(curve) == 40
    assert max(curve) == pytest.approx(0.5, rel=0.01)
    assert curve.index(max(curve)) in range(40) and min(curve) >= 0


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_so_it_can_in_the_shortest_trainings(steps: int) -> None:
    for share in range(steps + 1):
        optimizer = make_optimizer(nn.Linear(3, 2), CONFIG)
        config = replace(CONFIG, epochs=1, warmup=share / steps)
        schedule = make_schedule(optimizer, config, steps)
        for _ in range(steps):
            optimizer.step()
            schedule.step()


def test_head_and_body_have_a_rate_each() -> None:
    config = replace(CONFIG, learning_rate=0.01, body_learning_rate=0.001)
    optimizer = make_optimizer(resnet18(2, stem_width=4), config)
    make_schedule(optimizer, config, STEPS)
    head, body = optimizer.param_groups
    assert (head["max_lr"], body["max_lr"]) == (0.01, 0.001)
    assert sum(parameter.numel() for parameter in head["params"]) == 2 * 32 + 2


def test_the_weight_decay_is_the_one_that_was_chosen() -> None:
    optimizer = make_optimizer(nn.Linear(3, 2), replace(CONFIG, weight_decay=0.125))
    assert isinstance(optimizer, torch.optim.AdamW)
    assert {group["weight_decay"] for group in optimizer.param_groups} == {0.125}
