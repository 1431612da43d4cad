"""The two reports of a measurement: numbers for programs, and a page to look at."""

import shlex
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from click.core import ParameterSource

from course_utils.cli.outputs import output_file
from course_utils.errors import CourseError, ImageError, printable
from course_utils.files import require_other_files

if TYPE_CHECKING:
    from course_utils.training import Evaluation
    from course_utils.training.seen import Seen


class ReportFiles(NamedTuple):
    """Where the reports of a measurement are written.

    Attributes:
        numbers: JSON.
        page: HTML; ``None`` beside what is no file, such as a pipe.
    """

    numbers: Path
    page: Path | None


def report_files_of(output: Path) -> ReportFiles:
    """The two files that ``--output`` stands for.

    Raises:
        CourseError: If it ends neither in .json nor in .html, as what is no report does.

    >>> report_files_of(Path("a/b.json")) == report_files_of(Path("a/b.html"))
    True
    """
    ending = output.suffix.lower()
    if ending in (".html", ".htm"):
        return ReportFiles(output.with_suffix(".json"), output)
    if output.exists() and not output.is_file():
        return ReportFiles(output, None)
    if ending != ".json":
        raise CourseError(f"{output}: give the report a name that ends in .json or .html")
    return ReportFiles(output, output.with_suffix(".html"))


@contextmanager
def report_files(output: Path | None, inputs: Iterable[Path | str]) -> Iterator[ReportFiles | None]:
    """Hold the places of both reports, if there are to be some.

    Raises:
        CourseError: As ``output_file``; or if the one that was not named lies there and is not of
            a measurement.
    """
    if output is None:
        yield None
        return
    inputs = list(inputs)
    require_other_files([output], inputs)
    files = report_files_of(output)
    with output_file(files.numbers, inputs), output_file(files.page, inputs):
        for path in files:
            if path not in (None, output) and not _is_free(path):
                raise CourseError(
                    f"{path}: would be replaced, for it belongs to {output}, and is no report; "
                    "choose another --output, or move it"
                )
        yield files


def _is_free(path: Path) -> bool:
    """Whether nothing lies there but a report of ours."""
    from course_utils.pages.sheet import is_page
    from course_utils.training.reports import is_report

    return not path.exists() or is_page(path) or is_report(path)


def write_reports(
    files: ReportFiles,
    numbers: dict[str, object],
    evaluation: "Evaluation",
    seen: "Seen",
    pictures: object,
    class_names: tuple[str, ...],
    left_out: Sequence[ImageError],
    notes: Sequence[str] = (),
) -> None:
    """Write both, or none.

    Args:
        files: Where to.
        numbers: What the JSON says of the measurement.
        evaluation: What was counted.
        seen: What was seen of single pictures.
        pictures: The set that was measured on.
        class_names: Of the network.
        left_out: What is not in the set, and why.
        notes: Sentences that somebody should read.
    """
    from course_utils.data.sources import name_of_set
    from course_utils.files import whole_folder, write_atomically
    from course_utils.training.page_parts import Measured
    from course_utils.training.report_page import report_page
    from course_utils.training.reports import write_report
    from course_utils.training.results import versions

    options = click.get_current_context().params
    origin = {name: options[name] for name in ("weights", "data", "split")}
    content = {**origin, "versions": versions(), **numbers}
    if files.page is None:
        write_report(files.numbers, content)
        return
    told = Measured(
        f"{Path(options['weights']).name}, measured on {name_of_set(options['data'])}",
        class_names,
        evaluation,
        seen,
        pictures,
        left_out=left_out,
        notes=notes,
        made={"Command": given_command(), **_as_words(origin), **versions()},
    )
    with whole_folder(files.numbers.parent, last=files.numbers.name) as folder:
        write_report(folder / files.numbers.name, content)
        write_atomically(folder / files.page.name, report_page(told))
    click.echo(printable(f"written: {files.numbers} and {files.page}"))


def _as_words(origin: dict[str, Any]) -> dict[str, str]:
    return {name.capitalize(): str(value) for name, value in origin.items()}


def given_command() -> str:
    """The command that runs, with the options that were given, for a shell."""
    context = click.get_current_context()
    words = ["course-utils", context.info_name or ""]
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        if source is ParameterSource.COMMANDLINE:
            words += [parameter.opts[0], str(context.params[parameter.name or ""])]
    return shlex.join(words)
