"""The training loop: forward, loss, backward, step; then a look at pictures it has not seen."""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

from course_utils.errors import TrainingError
from course_utils.models.transfer import keep_frozen_norms_in_eval
from course_utils.training.checkpoint import State, load_checkpoint, save_checkpoint

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


@dataclass(frozen=True)
class Checkpointing:
    """Where a training keeps its state after each epoch.

    Attributes:
        path: The file.
        settings: What must be the same when the training is resumed, besides its config.
        resume: Whether to go on from the file instead of starting anew.
    """

    path: Path
    settings: dict[str, object] = field(default_factory=dict)
    resume: bool = False


def fit(
    model: nn.Module,
    training_set: PictureSet,
    validation_set: PictureSet,
    config: TrainingConfig,
    device: torch.device | str = "cpu",
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    checkpointing: Checkpointing | None = None,
) -> list[Epoch]:
    """Train a classifier. A training that is resumed ends with the weights of one never stopped.

    Args:
        model: From pictures ``(N, 3, H, W)`` to logits ``(N, classes)``; changed in place.
        training_set: Pairs (picture ``(3, H, W)``, index of its class).
        validation_set: Likewise; never trained on.
        config: How to train.
        device: Where to compute.
        on_epoch: Called after each epoch, to report.
        checkpointing: Where to keep the state after each epoch; by default nowhere.

    Returns:
        One entry for each epoch, those before a resumption included.

    Raises:
        TrainingError: If the loss is no longer a number (it names the step and the remedy), or
            there is no fitting checkpoint to resume from.
        CourseError: If the checkpoint cannot be written.
    """
    run = _Run(model.to(device), training_set, config, device)
    if checkpointing is not None and checkpointing.resume:
        run.restore(load_checkpoint(checkpointing.path, _settings(config, checkpointing)))
    for number in range(len(run.history) + 1, config.epochs + 1):
        loss = run.train_one_epoch(number)
        run.history.append(Epoch(number, loss, evaluate(model, validation_set, device)))
        if checkpointing is not None:
            save_checkpoint(checkpointing.path, run.state(), _settings(config, checkpointing))
        on_epoch(run.history[-1])
    return run.history


def _settings(config: TrainingConfig, checkpointing: Checkpointing) -> dict[str, object]:
    return {**asdict(config), **checkpointing.settings}


class _Run:
    """What changes from step to step, and one epoch of steps."""

    def __init__(
        self,
        model: nn.Module,
        training_set: PictureSet,
        config: TrainingConfig,
        device: torch.device | str,
    ) -> None:
        self.model, self.device = model, device
        self.order = torch.Generator().manual_seed(config.seed)
        self.batches = DataLoader(
            training_set, config.batch_size, shuffle=True, generator=self.order
        )
        self.optimizer = torch.optim.AdamW(
            model.parameters(), config.learning_rate, weight_decay=config.weight_decay
        )
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer, config.learning_rate, total_steps=config.epochs * len(self.batches)
        )
        self.history: list[Epoch] = []

    def state(self) -> State:
        """All that changes, as tensors and plain values."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "order": self.order.get_state(),
            "history": [asdict(epoch) for epoch in self.history],
        }

    def restore(self, state: State) -> None:
        """Go back to a state that ``state`` returned."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.order.set_state(state["order"])
        self.history = [
            Epoch(e["number"], e["training_loss"], Evaluation(**e["validation"]))
            for e in state["history"]
        ]

    def train_one_epoch(self, number: int) -> float:
        """Take a step for each batch; return the mean loss a picture."""
        self.model.train()
        keep_frozen_norms_in_eval(self.model)
        total, count = 0.0, 0
        for step, (images, labels) in enumerate(self.batches, start=1):  # (N, 3, H, W), (N,)
            try:
                loss = self.take_step(images.to(self.device), labels.to(self.device))
            except torch.OutOfMemoryError as error:
                raise TrainingError(
                    f"the device's memory is too small for batches of {len(labels)}: try a batch "
                    f"size of {max(1, len(labels) // 2)}"
                ) from error
            if not math.isfinite(loss):
                rate = self.schedule.get_last_lr()[0]
                raise TrainingError(
                    f"the loss is {loss} in epoch {number}, step {step}, at a learning rate of "
                    f"{rate:.2g}: try a rate ten times smaller"
                )
            total, count = total + loss * len(labels), count + len(labels)
        return total / count

    def take_step(self, images: Tensor, labels: Tensor) -> float:
        """Forward, loss, backward, step; return the loss. Without a number there is no step."""
        logits = self.model(images)  # (N, classes)
        _require_logits(logits)
        loss = F.cross_entropy(logits, labels)
        value = loss.item()
        if math.isfinite(value):
            self.optimizer.zero_grad()
            torch.autograd.backward(loss)
            self.optimizer.step()
            self.schedule.step()
        return value


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
