"""Two small sets and a linear network, which learns to tell them apart in no time."""

from typing import Any

import torch
from torch import Tensor, nn

from course_utils.training import TrainingConfig


class Points(torch.utils.data.Dataset[tuple[Tensor, int]]):
    """ "Pictures" of noise; class 1 is brighter."""

    def __init__(self, count: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        self.labels = [number % 2 for number in range(count)]
        self.images = torch.rand(count, 3, 8, 8, generator=generator)
        self.images += torch.tensor(self.labels)[:, None, None, None]
        self.seen: list[int] = []

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, position: int) -> tuple[Tensor, int]:
        self.seen.append(position)
        return self.images[position], self.labels[position]


TRAIN, VAL = Points(33, 0), Points(20, 1)


CONFIG = TrainingConfig(epochs=8, learning_rate=0.5, batch_size=8, seed=3)


OTHERWISE: dict[str, Any] = {
    "epochs": 7,
    "learning_rate": 0.1,
    "body_learning_rate": 0.01,
    "warmup": 0.6,
    "weight_decay": 0.0,
    "batch_size": 5,
    "evaluation_batch_size": 7,
    "loss": "ce+dice",
    "class_weights": (1.0, 5.0, 2.5),
    "label_smoothing": 0.2,
    "clip_norm": 0.01,
    "precision": "bf16",
    "patience": 1,
    "monitor": "validation_loss",
    "ignore_index": 1,
    "seed": 1,
}
"""Another value for each choice of a training than those of most tests."""


def linear() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 2))
