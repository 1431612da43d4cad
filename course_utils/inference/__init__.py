"""From pictures to predictions."""

from course_utils.inference.classify import Classifier, Prediction, Score

__all__ = ["Classifier", "Prediction", "Score"]
