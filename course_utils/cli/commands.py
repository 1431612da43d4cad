"""All commands under one name, and how they end. Each loads PyTorch only when it runs."""

import os
import sys

import click

from course_utils import __version__
from course_utils.cli import torchrun
from course_utils.cli.compare import compare
from course_utils.cli.data import data
from course_utils.cli.doctor import doctor
from course_utils.cli.evaluate import evaluate
from course_utils.cli.layers import layers
from course_utils.cli.locate import locate
from course_utils.cli.predict import predict
from course_utils.cli.segment import segment
from course_utils.cli.train import train
from course_utils.errors import CourseError

INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="course-utils")
def cli() -> None:
    """Say what is in pictures, where, and which pixels; train networks; look after the data."""


for command in (predict, locate, segment, evaluate, train, layers, compare, data, doctor):
    cli.add_command(command)


def main() -> None:
    """Run the command line; errors are one sentence, and the exit status is not 0."""
    torchrun.silence_all_but_the_first()
    torchrun.recorded(_run)()


def _run() -> None:
    try:
        sys.exit(cli.main(prog_name="course-utils", standalone_mode=False) or 0)
    except click.ClickException as error:
        torchrun.leave_to_the_first(error)
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except CourseError as error:
        torchrun.leave_to_the_first(error)
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
