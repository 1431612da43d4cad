"""Help for the notebooks: the package's source in the page, claims, and checks of exercises."""

from course_utils.teaching import pipeline  # noqa: F401  registers its checks
from course_utils.teaching.checks import check
from course_utils.teaching.claims import claim
from course_utils.teaching.source import show_source

__all__ = ["check", "claim", "show_source"]
