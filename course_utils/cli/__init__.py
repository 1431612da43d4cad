"""The command ``course-utils``: parse, call the library, print."""

from course_utils.cli.interruption import ending_as_asked

TYPE_CHECKING = False  # as in typing, which is not loaded yet
if TYPE_CHECKING:
    from course_utils.cli.commands import cli

__all__ = ["cli", "main"]


def main() -> None:
    """Run the command line: its errors are one sentence, and the exit status is not 0.

    All else is loaded within, so that Ctrl-C is understood from the first moment.
    """
    with ending_as_asked():
        from course_utils.cli.commands import run

        run()


def __getattr__(name: str) -> object:
    if name == "cli":
        from course_utils.cli.commands import cli

        return cli
    raise AttributeError(f"module 'course_utils.cli' has no attribute {name!r}")
