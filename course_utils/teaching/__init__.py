"""Help for the notebooks: the package's source in the page, claims, and checks of exercises."""

from course_utils.teaching import (  # noqa: F401  they register their checks
    aggregation,
    anatomy,
    dense,
    fine_tuning,
    flowers,
    localization,
    masks,
    pipeline,
    pixels,
    residual,
    scaling,
    skips,
    speed,
    upsampling,
    zoo,
)
from course_utils.teaching.checks import check
from course_utils.teaching.claims import claim
from course_utils.teaching.source import show_source
from course_utils.teaching.table import Table

__all__ = ["Table", "check", "claim", "show_source"]
