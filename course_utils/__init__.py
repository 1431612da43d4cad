"""Residual networks, pixel by pixel: the package that the book's notebooks run.

Importing it costs nothing: the parts that need PyTorch are loaded when they are first used.
"""

TYPE_CHECKING = False  # as in typing, which takes its time: Ctrl-C is not yet understood here
if TYPE_CHECKING:
    from course_utils.teaching.setup import Runtime, start

__version__ = "0.1.0"
__all__ = ["Runtime", "__version__", "start"]


def __getattr__(name: str) -> object:
    if name in ("Runtime", "start"):
        from importlib import import_module

        return getattr(import_module("course_utils.teaching.setup"), name)
    raise AttributeError(f"module 'course_utils' has no attribute {name!r}")
