"""Stop when a training no longer gets better, and go back to its best epoch."""

import math
from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from torch import nn

from course_utils.training.config import MONITORS, TrainingConfig
from course_utils.training.history import Epoch


class EarlyStopping:
    """Keeps the weights of the best epoch, and says when to stop.

    Without ``config.patience`` it keeps nothing and never stops. An epoch whose score is no number
    is never the best.
    """

    def __init__(self, config: TrainingConfig) -> None:
        self.patience, self.monitor = config.patience, config.monitor
        self.best: dict[str, Any] = {}
        self.over = False

    def look_at(self, epoch: Epoch, model: nn.Module) -> None:
        """Note an epoch that has just ended."""
        if self.patience is None:
            return
        score = _score(epoch, self.monitor)
        if not math.isnan(score) and (not self.best or score > self.best["score"]):
            weights = deepcopy(model.state_dict())
            self.best = {"score": score, "number": epoch.number, "weights": weights}
        self.over = epoch.number - self.best.get("number", 0) >= self.patience

    def restore_best(self, model: nn.Module) -> None:
        """Give the network the weights of its best epoch, where they were kept."""
        if self.best:
            model.load_state_dict(self.best["weights"])


def kept_epoch(history: Sequence[Epoch], config: TrainingConfig) -> Epoch:
    """Whose weights a training ends with: the first of the best, or without patience the last.

    Args:
        history: Of all its epochs, one at least.
        config: How it was trained.
    """
    if config.patience is None:
        return history[-1]
    numbers = [epoch for epoch in history if not math.isnan(_score(epoch, config.monitor))]
    return max(numbers, key=lambda epoch: _score(epoch, config.monitor), default=history[-1])


def _score(epoch: Epoch, monitor: str) -> float:
    """What is watched, so that more is better."""
    value: float = MONITORS[monitor] * getattr(epoch, monitor)
    return value
