"""A training of ten small pictures, for what is about its state."""

from dataclasses import replace

import torch
from torch import Tensor, nn

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.training import Epoch, TrainingConfig
from course_utils.training.loop import take_step
from course_utils.training.state import TrainingState

CONFIG = TrainingConfig(epochs=4, learning_rate=0.1, batch_size=4, seed=2, patience=9)


class Bytes(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """Ten pictures of bytes; the label is the position, modulo two."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        return torch.full((3, 4, 4), 20 * position, dtype=torch.uint8), position % 2


def fresh(
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING, patience: int | None = 9
) -> TrainingState:
    """A training that has not begun."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2))
    return TrainingState(model, Bytes(), replace(CONFIG, patience=patience), preprocessing)


def epoch_of(state: TrainingState) -> list[float]:
    """Train for an epoch, which gets better each time; the losses are returned."""
    losses = [take_step(state, images, labels) for images, labels in state.batches]
    number = len(state.history) + 1
    state.note(Epoch(number, sum(losses), 0.0, 0.1 * number, 0.0))
    return losses
