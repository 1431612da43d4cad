"""The command ``course-utils``: parse, call the library, print."""

from course_utils.cli.commands import cli, main

__all__ = ["cli", "main"]
