"""What only the chapters use: set-up, figures, claims, tables, exercises, recorded experiments."""

from course_utils.teaching.claims import claim, expect, holds
from course_utils.teaching.exercises import check
from course_utils.teaching.figures import show
from course_utils.teaching.intervals import Interval, confidence_interval
from course_utils.teaching.source import show_source
from course_utils.teaching.tables import Table
from course_utils.teaching.touchable import touch

__all__ = [
    "Interval",
    "Table",
    "check",
    "claim",
    "confidence_interval",
    "expect",
    "holds",
    "show",
    "show_source",
    "touch",
]
