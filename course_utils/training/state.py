"""What changes while a training runs: weights, optimizer, schedule, order, history."""

from dataclasses import asdict
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from course_utils.data.loading import Batches
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.models.transfer import parameter_groups
from course_utils.training.checkpoint import State
from course_utils.training.config import TrainingConfig
from course_utils.training.distributed import BatchParts, with_common_gradients
from course_utils.training.early_stopping import EarlyStopping
from course_utils.training.history import Epoch

LabeledSet = Dataset[tuple[Tensor, int]] | Dataset[tuple[Tensor, Tensor]]
"""Pairs of a picture ``(3, H, W)`` and a class index, or a mask ``(H, W)`` of class indices."""


class TrainingState:
    """The moving parts of one training.

    Args:
        model: Already on the device where it will learn.
        training_set: What the batches are drawn from, in a new order in each epoch.
        config: How to train.
        preprocessing: Says how pictures that are bytes are normalized.

    Attributes:
        learner: The network as it is trained: the model itself, or what makes the gradients of
            several processes one.
        batches: One pass over them is an epoch.
        optimizer: AdamW.
        schedule: One cycle over all epochs: up from a small rate to the highest, and down again.
        stopping: Whether the training should end early.
        history: The epochs that are done.
    """

    def __init__(
        self,
        model: nn.Module,
        training_set: LabeledSet,
        config: TrainingConfig,
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    ) -> None:
        self.model, self.config = model, config
        self.learner = with_common_gradients(model)
        self.order = torch.Generator().manual_seed(config.seed)
        parts = BatchParts(len(training_set), config.batch_size, self.order)  # type: ignore[arg-type]
        device = next(model.parameters()).device
        self.batches = Batches.of_set(
            training_set, device, preprocessing, batch_sampler=parts, generator=self.order
        )
        groups = _groups_with_rates(model, config)
        self.optimizer = torch.optim.AdamW(groups, weight_decay=config.weight_decay)
        self.schedule = torch.optim.lr_scheduler.OneCycleLR(
            self.optimizer,
            [group["lr"] for group in groups],
            total_steps=config.epochs * len(self.batches),
            pct_start=config.warmup,
        )
        self.stopping = EarlyStopping(config)
        self.history: list[Epoch] = []

    def note(self, epoch: Epoch) -> None:
        """Add an epoch that has just ended to the history."""
        self.history.append(epoch)
        self.stopping.look_at(epoch, self.model)

    def state_dict(self) -> State:
        """All of it, as tensors and plain values."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "order": self.order.get_state(),
            "best": self.stopping.best,
            "history": [asdict(epoch) for epoch in self.history],
        }

    def load_state_dict(self, state: State) -> None:
        """Go back to a state that ``state_dict`` returned."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.order.set_state(state["order"])
        self.stopping.best = state["best"]
        for epoch in state["history"]:
            self.note(Epoch(**epoch))


def _groups_with_rates(model: nn.Module, config: TrainingConfig) -> list[dict[str, Any]]:
    """All parameters with one rate, or the head's and the body's with one each."""
    if config.body_learning_rate is None:
        return [{"params": list(model.parameters()), "lr": config.learning_rate}]
    return parameter_groups(model, config.learning_rate, config.body_learning_rate)
