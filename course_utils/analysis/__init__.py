"""What a network costs (numbers to train, multiply–adds, memory, time) and what it sees."""

from course_utils.analysis.cost import (
    bytes_kept_for_backward,
    count_multiply_adds,
    count_parameters,
    peak_bytes,
)
from course_utils.analysis.fields import receptive_field
from course_utils.analysis.gradient_fields import field_by_gradient
from course_utils.analysis.layer_tables import LayerRow, format_layer_table, layer_table
from course_utils.analysis.measured_fields import (
    EffectiveField,
    effective_field,
    effective_fields,
)
from course_utils.analysis.spans import Field, Span
from course_utils.analysis.timing import Timing, measure_time, median_seconds, wait_for

__all__ = [
    "EffectiveField",
    "Field",
    "LayerRow",
    "Span",
    "Timing",
    "bytes_kept_for_backward",
    "count_multiply_adds",
    "count_parameters",
    "effective_field",
    "effective_fields",
    "field_by_gradient",
    "format_layer_table",
    "layer_table",
    "measure_time",
    "median_seconds",
    "peak_bytes",
    "receptive_field",
    "wait_for",
]
