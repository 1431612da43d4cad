"""What a network costs (numbers to train, multiply–adds, memory, time) and what it sees."""

from course_utils.analysis.cost import count_multiply_adds, count_parameters
from course_utils.analysis.effective_field import EffectiveField, effective_field
from course_utils.analysis.gradient_field import field_by_gradient
from course_utils.analysis.layers import LayerRow, format_layer_table, layer_table
from course_utils.analysis.memory import bytes_kept_for_backward
from course_utils.analysis.receptive_field import Field, Span, receptive_field
from course_utils.analysis.seeds import Interval, confidence_interval
from course_utils.analysis.timing import Timing, measure_time, median_seconds, wait_for

__all__ = [
    "EffectiveField",
    "Field",
    "Interval",
    "LayerRow",
    "Span",
    "Timing",
    "bytes_kept_for_backward",
    "confidence_interval",
    "count_multiply_adds",
    "count_parameters",
    "effective_field",
    "field_by_gradient",
    "format_layer_table",
    "layer_table",
    "measure_time",
    "median_seconds",
    "receptive_field",
    "wait_for",
]
