"""The optimizer of a training, and how its learning rate rises and falls."""

import math
from typing import Any

import torch
from torch import nn

from course_utils.models.transfer import parameter_groups
from course_utils.training.config import TrainingConfig


def make_optimizer(model: nn.Module, config: TrainingConfig) -> torch.optim.AdamW:
    """AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019)).

    Args:
        model: Already on the device where it will learn.
        config: Says the rates, of head and body apart if it names two, and the weight decay.

    Raises:
        ModelError: If two rates are named and no head is found.
    """
    return torch.optim.AdamW(_groups_with_rates(model, config), weight_decay=config.weight_decay)


def make_schedule(
    optimizer: torch.optim.Optimizer, config: TrainingConfig, steps: int
) -> torch.optim.lr_scheduler.OneCycleLR:
    """One cycle over all epochs: up from a small rate to the highest, and down to almost 0.

    Args:
        optimizer: Whose rates are the highest.
        config: Says for how many epochs, and in which share of them the rate rises.
        steps: In each epoch.
    """
    highest = [group["lr"] for group in optimizer.param_groups]
    total = config.epochs * steps
    return torch.optim.lr_scheduler.OneCycleLR(
        optimizer, highest, total_steps=total, pct_start=_rising(config.warmup, total)
    )


def _rising(share: float, steps: int) -> float:
    """The share of the steps in which the rate rises, as PyTorch can compute with it.

    It divides by the length of each half less one step, so neither may be exactly one step long.
    """
    exact = share * steps == 1 or share == 1
    return math.nextafter(share, 0) if exact else float(share)


def _groups_with_rates(model: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    """All parameters with one rate, or the head's and the body's with one each."""
    if config.body_learning_rate is None:
        return [{"params": list(model.parameters()), "lr": config.learning_rate}]
    return parameter_groups(model, config.learning_rate, config.body_learning_rate)
