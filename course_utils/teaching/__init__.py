"""Help for the notebooks: the package's source in the page, and checks of the exercises."""

from course_utils.teaching.checks import check
from course_utils.teaching.source import show_source

__all__ = ["check", "show_source"]
