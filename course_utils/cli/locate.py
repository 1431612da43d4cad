"""``course-utils locate``: where in each picture something is."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.numbers import Real, numbers_in, range_text
from course_utils.cli.options import (
    FILE_NAME,
    classes_option,
    device_option,
    engine_option,
    load_localizer_from,
    model_option,
    output_option,
    precision_option,
    weights_option_for,
)
from course_utils.cli.outputs import files_of
from course_utils.cli.reporting import (
    end_with,
    file_names,
    find_pictures,
    matched,
    printable_json,
    tell_of_drawings,
)
from course_utils.errors import CourseError, printable
from course_utils.files import locked, require_folder, require_other_files

if TYPE_CHECKING:
    from course_utils.inference import Location

SCALES = 0.01, 8.0
MOST_SCALES = 16


def _scales(context: click.Context, option: click.Parameter, value: str) -> tuple[float, ...]:
    """Turn ``0.5,1,2`` into ``(0.5, 1.0, 2.0)``."""
    try:
        scales = numbers_in(value, ",", *SCALES)
    except ValueError:
        scales = ()
    if not 1 <= len(scales) <= MOST_SCALES:
        raise click.BadParameter(
            f"{value!r}: give 1 to {MOST_SCALES} numbers, such as 0.5,1,2, each "
            f"{range_text(*SCALES)}"
        )
    return scales


@click.command(short_help="Say where something is in each picture.")
@click.argument("paths", nargs=-1, required=True, metavar="IMAGE...", type=FILE_NAME)
@model_option
@weights_option_for("garden-resnet18")
@classes_option
@click.option("--label", metavar="NAME", help="What to look for.  [default: what is likeliest]")
@click.option(
    "--threshold",
    default=0.25,
    show_default=True,
    type=Real(0, 1, above=True),
    help="Probability from which a place counts.",
)
@click.option(
    "--scales",
    default="1",
    show_default=True,
    callback=_scales,
    metavar="S,...",
    help="Sizes at which to look; 1 is the picture's. Below 1 finds large things, above 1 small.",
)
@click.option("--upscale", is_flag=True, help="Enlarge pictures that are too small.")
@output_option(
    "FILE.png|FOLDER",
    "Draw heat map and boxes; a folder for several pictures. Existing files are replaced.",
    former=("--save",),
)
@click.option(
    "--format",
    "format_",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="One line for each place, as text or as a JSON object.",
)
@device_option
@precision_option
@engine_option
def locate(
    paths: tuple[str, ...],
    model: str | None,
    weights: str,
    classes: str | None,
    label: str | None,
    threshold: float,
    scales: tuple[float, ...],
    upscale: bool,
    output: Path | None,
    format_: str,
    device: str,
    precision: str,
    engine: str,
) -> None:
    """Say where something is in each picture: its label, a score, and a box in pixels.

    Pictures are taken at their own size and may have any shape. A picture where nothing reaches
    the threshold is no error. Pictures that cannot be read are left out, listed at the end, and
    make the exit status 1.

    A box is rough: it holds the places around which the network sees the thing. A higher threshold
    makes it smaller, and a scale below 1 larger.

    The default weights know the garden's drawn insects and flowers. With weights that have no
    class for *none of these*, such as ImageNet's, give --label: some class is always likely.
    """
    found, problems = find_pictures(paths)
    if not found:
        raise CourseError("; ".join(problems))
    tell_of_drawings(weights, found, "ResNet18_Weights.IMAGENET1K_V1")
    targets = _targets(output, found)

    def note(problem: CourseError) -> None:
        problems.append(str(problem))

    tell = cache(lambda text: click.echo(text, err=True))  # once for all pictures
    with _held(output, targets, [*found, *files_of(weights, classes)]):
        localizer = load_localizer_from(model, weights, classes, device, precision, engine)
        locations = localizer.predict(found, label, threshold, scales, upscale, on_error=note)
        for location, target in matched(locations, found, targets):
            problem = None if target is None else _draw(location, target, tell)
            if problem is None:
                _write(location, threshold, format_)
            else:
                problems.append(problem)
    end_with(problems)


@contextmanager
def _held(
    output: Path | None, targets: Sequence[Path | None], inputs: Sequence[Path | str]
) -> Iterator[None]:
    """Let no other run draw there, and nothing be drawn over what is read."""
    require_other_files(filter(None, targets), inputs)
    with nullcontext() if output is None else locked(output):
        yield


def _targets(output: Path | None, paths: Sequence[Path]) -> list[Path | None]:
    """The file to draw into for each picture; ``None`` if nothing is drawn.

    Raises:
        CourseError: If several pictures are to be drawn into one file, or no PNG is named.
    """
    if output is None:
        return [None] * len(paths)
    if output.suffix.lower() == ".png" and not output.is_dir():
        if len(paths) > 1:
            raise CourseError(f"--output {output}: {len(paths)} pictures need a folder, not a file")
        return [output]
    if output.suffix and not output.is_dir():
        raise CourseError(f"--output {output}: give a file that ends in .png, or a folder")
    require_folder(output)
    return [output / f"{name}.png" for name in file_names(paths)]


def _draw(location: "Location", target: Path, tell: Callable[[str], None]) -> str | None:
    """Write the picture with heat map and boxes; say what was in the way of it."""
    from course_utils.data.images import save_image
    from course_utils.drawing.heat_overlays import location_picture

    try:
        save_image(target, location_picture(location, tell))
    except CourseError as error:
        path, text = str(location.path), str(error)
        return text if path in text else f"{path}: {text}"
    return None


def _write(location: "Location", threshold: float, format_: str) -> None:
    path = str(location.path)
    for detection in location.detections:
        box = [round(edge) for edge in detection.box]
        fields = {"label": location.label, "index": location.index, "score": detection.score}
        if format_ == "json":
            click.echo(printable_json({"path": path, **fields, "box": box}, ascii_only=True))
        else:
            score = f"score: {detection.score:.3f}"
            line = f"image: {path} label: {location.label} {score} box: {box}"
            click.echo(printable(line))
    if not location.detections:
        reached = f"{location.label} reaches only {location.highest:.3f}, below {threshold:g}"
        click.echo(printable(f"image: {path} nothing: {reached}"), err=format_ == "json")
