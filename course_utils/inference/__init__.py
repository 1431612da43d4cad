"""From pictures to predictions."""

from course_utils.inference.classify import Classifier, Prediction, Score
from course_utils.inference.segment import Area, Segmentation, Segmenter, segment

__all__ = [
    "Area",
    "Classifier",
    "Prediction",
    "Score",
    "Segmentation",
    "Segmenter",
    "segment",
]
