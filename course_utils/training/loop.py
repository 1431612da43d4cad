"""The training loop: forward, loss, backward, step; then a look at pictures it has not seen."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from course_utils.errors import TrainingError

PictureSet = Dataset[tuple[Tensor, int]]


@dataclass(frozen=True)
class TrainingConfig:
    """How to train.

    Attributes:
        epochs: How often every training picture is seen.
        learning_rate: Highest value of the one-cycle schedule (up, then down to almost 0).
        weight_decay: AdamW's.
        batch_size: Pictures a step.
        seed: Of the order of the pictures.
    """

    epochs: int = 60
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    batch_size: int = 16
    seed: int = 0


@dataclass(frozen=True)
class Evaluation:
    """Mean cross-entropy, and the share of pictures labelled rightly (0 to 1)."""

    loss: float
    accuracy: float


@dataclass(frozen=True)
class Epoch:
    """What one epoch gave: the mean loss while training, and the evaluation after it."""

    number: int
    training_loss: float
    validation: Evaluation


def fit(
    model: nn.Module,
    training_set: PictureSet,
    validation_set: PictureSet,
    config: TrainingConfig,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
) -> list[Epoch]:
    """Train a classifier.

    Args:
        model: From pictures ``(N, 3, H, W)`` to logits ``(N, classes)``; changed in place.
        training_set: Pairs (picture ``(3, H, W)``, index of its class).
        validation_set: Likewise; never trained on.
        config: How to train.
        device: Where to compute.
        on_epoch: Called after each epoch, to report.

    Returns:
        One entry for each epoch.

    Raises:
        TrainingError: If the loss is no longer a number; it names the epoch and the remedy.
    """
    model.to(device)
    order = torch.Generator().manual_seed(config.seed)
    batches = DataLoader(training_set, config.batch_size, shuffle=True, generator=order)
    optimizer = torch.optim.AdamW(
        model.parameters(), config.learning_rate, weight_decay=config.weight_decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, config.learning_rate, total_steps=config.epochs * len(batches)
    )
    history = []
    for number in range(1, config.epochs + 1):
        loss = _train_one_epoch(model, batches, optimizer, schedule, device)
        if not math.isfinite(loss):
            rate = config.learning_rate
            raise TrainingError(f"the loss is {loss} in epoch {number}: try a rate below {rate:g}")
        history.append(Epoch(number, loss, evaluate(model, validation_set, device)))
        on_epoch(history[-1])
    return history


def _train_one_epoch(
    model: nn.Module,
    batches: DataLoader[tuple[Tensor, int]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    device: torch.device | str,
) -> float:
    """Return the mean loss a picture."""
    model.train()
    total, count = 0.0, 0
    for images, labels in batches:  # (N, 3, H, W), (N,)
        logits = model(images.to(device))  # (N, classes)
        _require_logits(logits)
        loss = F.cross_entropy(logits, labels.to(device))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        total, count = total + loss.item() * len(labels), count + len(labels)
    return total / count


def _require_logits(output: object) -> None:
    if not isinstance(output, Tensor):
        raise TrainingError(
            "the network gives more than logits while it trains, as GoogLeNet and Inception do "
            "with their auxiliary classifiers: choose another network"
        )


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    pictures: PictureSet,
    device: torch.device | str = "cpu",
    batch_size: int = 64,
) -> Evaluation:
    """Measure a classifier in ``eval`` mode on pairs (picture ``(3, H, W)``, class index)."""
    model.to(device).eval()
    loss, right, count = 0.0, 0, 0
    for images, labels in DataLoader(pictures, batch_size):
        logits = model(images.to(device)).float().cpu()  # (N, classes)
        loss += F.cross_entropy(logits, labels, reduction="sum").item()
        right += int((logits.argmax(dim=1) == labels).sum())
        count += len(labels)
    return Evaluation(loss / count, right / count)
