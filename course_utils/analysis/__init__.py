"""What a network costs: numbers to train, multiply–adds, memory, time."""

from course_utils.analysis.cost import count_multiply_adds, count_parameters
from course_utils.analysis.layers import LayerRow, format_layer_table, layer_table
from course_utils.analysis.memory import bytes_kept_for_backward
from course_utils.analysis.timing import median_seconds, wait_for

__all__ = [
    "LayerRow",
    "bytes_kept_for_backward",
    "count_multiply_adds",
    "count_parameters",
    "format_layer_table",
    "layer_table",
    "median_seconds",
    "wait_for",
]
