"""All commands under one name, and how they end. Each loads PyTorch only when it runs."""

import io
import os
import sys
from typing import NoReturn

import click

from course_utils import __version__
from course_utils.cli import streams, torchrun
from course_utils.cli.compare import compare
from course_utils.cli.data import data
from course_utils.cli.doctor import doctor
from course_utils.cli.evaluate import evaluate
from course_utils.cli.export import export
from course_utils.cli.layers import layers
from course_utils.cli.locate import locate
from course_utils.cli.predict import predict
from course_utils.cli.segment import segment
from course_utils.cli.train import train
from course_utils.errors import CourseError, about_system, printable, shortened


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="course-utils")
def cli() -> None:
    """Say what is in pictures, where, and which pixels; train networks; look after the data."""


for command in (
    *(predict, locate, segment, evaluate, train, export),
    *(layers, compare, data, doctor),
):
    cli.add_command(command)


def run() -> None:
    """Run the command line; errors are one sentence, and the exit status is not 0.

    What is no mistake of the user's, and not the system's, is a bug: it ends in a traceback.
    """
    streams.prepare()
    torchrun.silence_all_but_the_first()
    torchrun.recorded(_run)()


def _run() -> None:
    try:
        require_current_folder()
        streams.require_output()
        require_texts(sys.argv[1:])
        status = cli.main(prog_name="course-utils", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        torchrun.leave_to_the_first(error)
        said = io.StringIO()
        error.show(said)
        lines = said.getvalue().rstrip("\n").split("\n")
        _end("\n".join(map(printable, lines)), error.exit_code)
    except click.Abort as abort:  # which click makes of two things
        raise abort.__cause__ or KeyboardInterrupt from None
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        streams.end_output()
        sys.exit(1)
    except CourseError as error:
        torchrun.leave_to_the_first(error)
        _end(printable(f"Error: {error}"))
    except OSError as error:
        torchrun.leave_to_the_first(error)
        streams.end_output()
        _end(printable(f"Error: {about_system(error)}"))
    sys.exit(status or 0)


def require_current_folder() -> None:
    """Refuse to begin in a folder that has been deleted: libraries could not even be loaded."""
    try:
        os.getcwd()  # noqa: PTH109  nothing else is wanted of it
    except OSError as error:
        raise CourseError(
            f"the current folder is gone ({error.strerror}); change to another"
        ) from None


def require_texts(arguments: list[str]) -> None:
    """Refuse what is empty, as a shell's unset variable is, and what no system can pass on."""
    for before, argument in zip(["", *arguments], arguments, strict=False):
        option, sign, value = argument.partition("=")
        if not argument or (sign and not value and option.startswith("--")):
            name = option or (before if before.startswith("--") else "an argument")
            raise click.UsageError(f"{name} is empty; is a variable of the shell not set?")
        try:
            given = os.fsencode(argument)
        except UnicodeEncodeError:
            given = b"\0"
        if b"\0" in given:
            raise click.UsageError(f"{argument!r}: holds a sign that no argument can have")


def _end(text: str, status: int = 1) -> NoReturn:
    with streams.best_effort():
        click.echo("\n".join(map(shortened, text.split("\n"))), err=True)
    sys.exit(status)
