"""Training: the loop and the evaluation."""

from course_utils.training.loop import (
    Checkpointing,
    Epoch,
    Evaluation,
    TrainingConfig,
    evaluate,
    fit,
)

__all__ = ["Checkpointing", "Epoch", "Evaluation", "TrainingConfig", "evaluate", "fit"]
