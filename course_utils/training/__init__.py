"""Training: the loop, the evaluation, and what they give."""

from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch, read_history, write_history
from course_utils.training.loop import Checkpointing, evaluate, fit
from course_utils.training.metrics import ConfusionMatrix, Evaluation

__all__ = [
    "Checkpointing",
    "ConfusionMatrix",
    "Epoch",
    "Evaluation",
    "TrainingConfig",
    "evaluate",
    "fit",
    "read_history",
    "write_history",
]
