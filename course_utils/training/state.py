"""What changes while a training runs: weights, optimizer, schedule, order, history."""

import math
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import Dataset

from course_utils.data.loading import Batches
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import TrainingError, first_line
from course_utils.training.checkpoint import ANEW, State
from course_utils.training.config import TrainingConfig
from course_utils.training.distributed import BatchParts, with_common_gradients
from course_utils.training.early_stopping import EarlyStopping
from course_utils.training.history import Epoch
from course_utils.training.optimization import make_optimizer, make_schedule
from course_utils.training.resumption import require_resumable

LabeledSet = Dataset[tuple[Tensor, int]] | Dataset[tuple[Tensor, Tensor]]
"""Pairs of a picture ``(3, H, W)`` and a class index, or a mask ``(H, W)`` of class indices."""


class TrainingState:
    """The moving parts of one training.

    Args:
        model: Already on the device where it will learn.
        training_set: What the batches are drawn from, in a new order in each epoch.
        config: How to train.
        preprocessing: Says how pictures that are bytes are normalized.
        readers: Threads that read them; by default one for each core.

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
        readers: int | None = None,
    ) -> None:
        self.model, self.config = model, config
        self.learner = with_common_gradients(model)
        self.order = torch.Generator().manual_seed(config.seed)
        parts = BatchParts(len(training_set), config.batch_size, self.order)  # type: ignore[arg-type]
        device = next(model.parameters()).device
        self.batches = Batches.of_set(
            training_set,
            device,
            preprocessing,
            readers,
            batch_sampler=parts,
            generator=self.order,
        )
        self.optimizer = make_optimizer(model, config)
        self.schedule = make_schedule(self.optimizer, config, len(self.batches))
        self.stopping = EarlyStopping(config)
        self.history: list[Epoch] = []

    def note(self, epoch: Epoch) -> None:
        """Add an epoch that has just ended to the history.

        Raises:
            TrainingError: If some weights are no numbers any more.
        """
        if not math.isfinite(epoch.validation_loss) and not _is_finite(self.model):
            raise TrainingError(
                f"some weights are no numbers after epoch {epoch.number}, at a learning rate of "
                f"up to {self.config.learning_rate:.2g}: try a rate ten times smaller"
            )
        self.history.append(epoch)
        self.stopping.look_at(epoch, self.model)

    def finish(self) -> None:
        """Give the network the weights of its best epoch, where they were kept.

        Raises:
            TrainingError: If no epoch of the whole training gave a number to compare.
        """
        watched = "validation_loss" if self.config.patience is None else self.config.monitor
        ended = self.stopping.over or len(self.history) == self.config.epochs
        if ended and all(math.isnan(getattr(epoch, watched)) for epoch in self.history):
            raise TrainingError(
                f"the {watched.replace('_', ' ')} was no number (nan) in any of the "
                f"{len(self.history)} epochs: look at the labels of the validation pictures, and "
                "try a learning rate ten times smaller"
            )
        self.stopping.restore_best(self.model)

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

    def load_state_dict(self, state: State, source: Path | str = "the checkpoint") -> None:
        """Go back to a state that ``state_dict`` returned, in all of it or not at all.

        Args:
            state: The state.
            source: Where it is from, for the error.

        Raises:
            TrainingError: If it is not one of such a training; the field is named.
        """
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        try:
            steps = len(self.batches)
            history = require_resumable(state, self.state_dict(), parameters, steps).history
            self.order.set_state(state["order"])
        except (TrainingError, RuntimeError) as error:  # RuntimeError is the generator's
            raise TrainingError(
                f"{source}: cannot be resumed from ({first_line(error)}); {ANEW}"
            ) from error
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.stopping.best = state["best"]
        for epoch in history:
            self.note(epoch)


def _is_finite(model: nn.Module) -> bool:
    """Whether all weights and running statistics are numbers."""
    return all(bool(tensor.isfinite().all()) for tensor in model.state_dict().values())
