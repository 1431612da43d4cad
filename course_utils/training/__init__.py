"""Training: the loop and the evaluation."""

from course_utils.training.loop import Epoch, Evaluation, TrainingConfig, evaluate, fit

__all__ = ["Epoch", "Evaluation", "TrainingConfig", "evaluate", "fit"]
