"""From pictures to predictions: what is in them, and where."""

from course_utils.inference.classification import Classifier, Prediction, Score
from course_utils.inference.detections import Detection, boxes, score_map, suppress
from course_utils.inference.localization import Localizer, Location
from course_utils.inference.preparation import PreparedNetwork, prepare_for_inference
from course_utils.inference.response_maps import ResponseMap, response_map
from course_utils.inference.segmentation import Area, Segmentation, Segmenter, segment
from course_utils.inference.sliding import sliding_windows, windows_with_context

__all__ = [
    "Area",
    "Classifier",
    "Detection",
    "Localizer",
    "Location",
    "Prediction",
    "PreparedNetwork",
    "ResponseMap",
    "Score",
    "Segmentation",
    "Segmenter",
    "boxes",
    "prepare_for_inference",
    "response_map",
    "score_map",
    "segment",
    "sliding_windows",
    "suppress",
    "windows_with_context",
]
