"""What a network costs: numbers to train, multiply–adds, memory, time."""

from course_utils.analysis.cost import count_multiply_adds, count_parameters
from course_utils.analysis.memory import bytes_kept_for_backward
from course_utils.analysis.timing import median_seconds, wait_for

__all__ = [
    "bytes_kept_for_backward",
    "count_multiply_adds",
    "count_parameters",
    "median_seconds",
    "wait_for",
]
