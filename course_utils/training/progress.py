"""How far a training is, on a terminal; nothing anywhere else."""

import sys
from collections.abc import Sequence
from typing import Self

from tqdm import tqdm

from course_utils.training.history import Epoch


class ProgressBar:
    """Steps done, their rate, the time left, the loss and the last accuracy.

    It is drawn on a terminal only and wiped away at the end, so that neither a notebook's stored
    output nor a log holds it.

    Args:
        history: The epochs that are done already.
        epochs: How many there will be.
        steps: In each epoch.
    """

    def __init__(self, history: Sequence[Epoch], epochs: int, steps: int) -> None:
        self.bar = tqdm(
            total=epochs * steps,
            initial=len(history) * steps,
            unit="step",
            leave=False,
            disable=not sys.stderr.isatty(),
            dynamic_ncols=True,
        )
        self.epochs = epochs
        self.accuracy = history[-1].accuracy if history else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.bar.close()

    def end_step(self, number: int, loss: float) -> None:
        """Show a step of epoch ``number``."""
        self.bar.set_description(f"epoch {number}/{self.epochs}", refresh=False)
        accuracy = "" if self.accuracy is None else f", accuracy {self.accuracy:.3f}"
        self.bar.set_postfix_str(f"loss {loss:.3f}{accuracy}", refresh=False)
        self.bar.update()

    def end_epoch(self, epoch: Epoch) -> None:
        """Make room for a line about the epoch."""
        self.accuracy = epoch.accuracy
        self.bar.clear()
