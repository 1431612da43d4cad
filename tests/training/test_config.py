"""Every choice of a training is obeyed, and a value out of its range is refused."""

import math
from dataclasses import fields, replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from course_utils.errors import TrainingError
from course_utils.training import Epoch, TrainingConfig, fit
from small_trainings import OTHERWISE

BASE = TrainingConfig(epochs=6, learning_rate=0.2, batch_size=8, patience=3)
Outcome = tuple[list[Epoch], list[Tensor], list[tuple[bool, int]]]
"""The history, the weights, and for each batch whether it was trained on and its size."""


def images(count: int, seed: int) -> torch.utils.data.TensorDataset:
    """Noise of three classes that differ a little in brightness."""
    generator = torch.Generator().manual_seed(seed)
    labels = torch.arange(count) % 3
    noise = torch.rand(count, 3, 6, 6, generator=generator)
    return torch.utils.data.TensorDataset(noise + 0.1 * labels[:, None, None, None], labels)


def outcome(config: TrainingConfig) -> Outcome:
    """All that can be seen of a training."""
    torch.manual_seed(0)
    body = nn.Conv2d(3, 4, 3)
    model = nn.Sequential(body, nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    batches: list[tuple[bool, int]] = []
    model.register_forward_pre_hook(lambda m, args: batches.append((m.training, len(args[0]))))
    history = fit(model, images(30, 0), images(20, 1), config)
    return history, [parameter.detach() for parameter in model.parameters()], batches


def same(one: Outcome, other: Outcome) -> bool:
    weights = all(map(torch.equal, one[1], other[1]))
    return one[0] == other[0] and weights and one[2] == other[2]


@pytest.fixture(scope="module")
def base() -> Outcome:
    return outcome(BASE)


def test_no_choice_is_left_out() -> None:
    assert set(OTHERWISE) == {field.name for field in fields(TrainingConfig)}


def test_the_same_choices_give_the_same_training(base: Outcome) -> None:
    assert same(base, outcome(BASE))


@pytest.mark.parametrize("name", OTHERWISE)
def test_every_choice_is_obeyed(name: str, base: Outcome) -> None:
    assert OTHERWISE[name] != getattr(BASE, name)
    assert not same(base, outcome(replace(BASE, **{name: OTHERWISE[name]})))


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ({"epochs": 0}, "epochs=0: must lie between 1 and"),
        ({"evaluation_batch_size": 0}, "evaluation_batch_size=0: must lie between 1 and"),
        ({"batch_size": -1}, "batch_size=-1: must lie between 1 and"),
        ({"learning_rate": 0.0}, r"learning_rate=0\.0: must lie between 1e-"),
        ({"body_learning_rate": math.inf}, "body_learning_rate=inf"),
        ({"warmup": 1.5}, r"warmup=1\.5: must lie between 0 and 1"),
        ({"weight_decay": -0.1}, r"weight_decay=-0\.1: must lie between 0 and 1000"),
        ({"weight_decay": math.nan}, "weight_decay=nan: must lie between 0 and 1000"),
        ({"learning_rate": math.nan}, r"learning_rate=nan: must lie between 1e-"),
        ({"label_smoothing": -0.1}, r"label_smoothing=-0\.1: must lie"),
        ({"clip_norm": 0.0}, r"clip_norm=0\.0: must lie between 1e-"),
        ({"patience": 0}, "patience=0: must lie between 1 and"),
        ({"loss": "focal"}, "loss='focal': choose one of ce, dice, ce\\+dice"),
        ({"loss": "dice", "label_smoothing": 0.1}, "there is none; take 'ce' or 'ce\\+dice'"),
        ({"loss": "dice", "class_weights": (1.0, 2.0)}, "there is none; take 'ce' or 'ce\\+dice'"),
        ({"class_weights": "balanced"}, "give 'median', or a number a class"),
        ({"class_weights": (1.0, -1.0)}, "each is 0, or lies between 1e-06 and 1000000"),
        ({"class_weights": (0.0, 0.0)}, "each is 0, or lies between 1e-06 and 1000000"),
        ({"class_weights": (1.0, math.nan)}, "each is 0, or lies between 1e-06 and 1000000"),
        ({"class_weights": (1.0, math.inf)}, "each is 0, or lies between 1e-06 and 1000000"),
        ({"monitor": "loss"}, "choose one of validation_loss, accuracy, mean_iou"),
    ],
)
def test_a_setting_out_of_range_is_refused(setting: dict[str, Any], problem: str) -> None:
    with pytest.raises(TrainingError, match=problem):
        TrainingConfig(**setting)
