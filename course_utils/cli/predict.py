"""``course-utils predict``: a label for every picture."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from course_utils.cli.numbers import Whole
from course_utils.cli.options import (
    FILE_NAME,
    batch_size_option,
    classes_option,
    device_option,
    engine_option,
    load_classifier_from,
    model_option,
    precision_option,
    weights_option,
)
from course_utils.cli.outputs import files_of, output_file
from course_utils.cli.reporting import FORMATS, Report, end_with, find_pictures, tell_of_drawings
from course_utils.errors import CourseError
from course_utils.files import atomic_file

if TYPE_CHECKING:
    from course_utils.inference import Classifier

MOST_NAMED = 1000
"""That a line can name."""


@click.command(short_help="Say what is in each picture.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=FILE_NAME)
@model_option
@weights_option
@classes_option
@batch_size_option
@click.option(
    "--top-k",
    default=1,
    show_default=True,
    type=Whole(1, MOST_NAMED),
    help="How many classes to name for each picture, best first.",
)
@click.option(
    "--format",
    "format_",
    default="text",
    show_default=True,
    type=click.Choice(list(FORMATS)),
    help="One line for each picture, as text, as a JSON object or as CSV.",
)
@click.option(
    "--output",
    type=FILE_NAME,
    metavar="FILE",
    help="Write here, not to the screen; an existing file is replaced.",
)
@device_option
@precision_option
@engine_option
@click.option(
    "--reduced",
    is_flag=True,
    help="Read pictures that are many times larger than the network's at reduced scale, which "
    "takes a third of the time; probabilities change a little.",
)
def predict(
    paths: tuple[str, ...],
    model: str | None,
    weights: str,
    classes: str | None,
    batch_size: int,
    top_k: int,
    format_: str,
    output: str | None,
    device: str,
    precision: str,
    engine: str,
    reduced: bool,
) -> None:
    """Say what is in each picture: files, and folders with all that is below them.

    Pictures that cannot be read are left out, listed at the end, and make the exit status 1.

    The default weights know the garden's drawn ants and bees and nothing else. For photographs
    take torchvision's, such as --weights ResNet18_Weights.IMAGENET1K_V1 (a download), or your own
    training's folder.
    """
    found, problems = find_pictures(paths)
    if not found:
        raise CourseError("; ".join(problems))
    tell_of_drawings(weights, found, "ResNet18_Weights.IMAGENET1K_V1")
    with output_file(output, [*found, *files_of(weights, classes)]):
        classifier = load_classifier_from(model, weights, classes, device, precision, engine)
        with _open_output(output) as stream:
            report = Report(stream, format_, top_k)
            problems += _predict(classifier, found, report, batch_size=batch_size, reduced=reduced)
    end_with(problems)


def _predict(classifier: "Classifier", paths: list[Path], report: Report, **how: Any) -> list[str]:
    """Write a line for each picture; return a sentence for each bad file."""
    from tqdm import tqdm

    problems: list[CourseError] = []
    hidden = not sys.stderr.isatty()
    with tqdm(total=len(paths), unit="image", leave=False, disable=hidden) as bar:

        def note(problem: CourseError) -> None:
            problems.append(problem)
            bar.update()

        for prediction in classifier.predict(paths, top_k=report.top_k, on_error=note, **how):
            bar.clear()
            report.write(prediction)
            bar.update()
    return [str(problem) for problem in problems]


@contextmanager
def _open_output(output: str | None) -> Iterator[TextIO]:
    """The screen, or a file that is there only when it is complete."""
    if output is None:
        yield sys.stdout
        return
    with atomic_file(output) as file:
        text = io.TextIOWrapper(file, "utf-8", errors="backslashreplace", write_through=True)
        yield text
        text.flush()
        text.detach()
