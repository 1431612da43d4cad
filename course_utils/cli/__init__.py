"""The command ``course-utils``: parse, call the library, print."""

from course_utils.cli.interruption import ending_as_asked

__all__ = ["main"]


def main() -> None:
    """Run the command line: its errors are one sentence, and the exit status is not 0.

    All else is loaded within, so that Ctrl-C is understood from the first moment.
    """
    with ending_as_asked():
        from course_utils.cli.commands import run

        run()
