"""``course-utils locate``: where in each picture something is."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import (
    classes_option,
    device_option,
    load_localizer_from,
    model_option,
    precision_option,
    weights_option_for,
)
from course_utils.cli.reporting import end_with, file_names, find_pictures, on_one_line
from course_utils.errors import CourseError
from course_utils.files import require_folder, write_atomically

if TYPE_CHECKING:
    from PIL import Image

    from course_utils.inference import Localizer
    from course_utils.inference.localization import Location

LARGEST_SCALE = 8.0


def _scales(context: click.Context, option: click.Parameter, value: str) -> tuple[float, ...]:
    """Turn ``0.5,1,2`` into ``(0.5, 1.0, 2.0)``."""
    try:
        scales = tuple(float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r}: give numbers, such as 0.5,1,2") from None
    if not all(0 < scale <= LARGEST_SCALE for scale in scales):
        raise click.BadParameter(f"{value!r}: each is above 0 and at most {LARGEST_SCALE:g}")
    return scales


@dataclass(frozen=True)
class Search:
    """What to look for, and how."""

    label: str | None
    threshold: float
    scales: tuple[float, ...]
    upscale: bool


@click.command(short_help="Say where something is in each picture.")
@click.argument("paths", nargs=-1, required=True, metavar="IMAGE...", type=click.Path())
@model_option
@weights_option_for("garden-resnet18")
@classes_option
@click.option("--label", metavar="NAME", help="What to look for.  [default: what is likeliest]")
@click.option(
    "--threshold",
    default=0.25,
    show_default=True,
    type=click.FloatRange(0, 1, min_open=True),
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
@click.option(
    "--save",
    type=click.Path(path_type=Path),
    metavar="FILE.png|FOLDER",
    help="Draw heat map and boxes; a folder for several pictures. Existing files are replaced.",
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
def locate(
    paths: tuple[str, ...],
    model: str | None,
    weights: str,
    classes: str | None,
    label: str | None,
    threshold: float,
    scales: tuple[float, ...],
    upscale: bool,
    save: Path | None,
    format_: str,
    device: str,
    precision: str,
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
    targets = _targets(save, found)
    localizer = load_localizer_from(model, weights, classes, device, precision)
    search = Search(label, threshold, scales, upscale)
    if label is not None:
        localizer.index_of(label)
    _locate(localizer, list(zip(found, targets, strict=True)), search, format_, problems)
    end_with(problems)


def _locate(
    localizer: "Localizer",
    tasks: Sequence[tuple[Path, Path | None]],
    search: Search,
    format_: str,
    problems: list[str],
) -> None:
    """Look into each picture and draw into its file; note a sentence for each bad one."""
    from course_utils.data.images import load_image
    from course_utils.data.loading import read_ahead

    def note(error: CourseError) -> None:
        problems.append(str(error))

    coming = iter(tasks)
    for path, image in read_ahead([path for path, _ in tasks], load_image, note, ahead=1):
        target = next(target for named, target in coming if named == path)
        try:
            _one_picture(localizer, path, image, search, format_, target)
        except CourseError as error:
            text = str(error)
            problems.append(text if str(path) in text else f"{path}: {text}")


def _targets(save: Path | None, paths: Sequence[Path]) -> list[Path | None]:
    """The file to draw into for each picture; ``None`` if nothing is drawn.

    Raises:
        CourseError: If several pictures are to be drawn into one file, or no PNG is named.
    """
    if save is None:
        return [None] * len(paths)
    if save.suffix.lower() == ".png" and not save.is_dir():
        if len(paths) > 1:
            raise CourseError(f"--save {save}: {len(paths)} pictures need a folder, not a file")
        return [save]
    if save.suffix and not save.is_dir():
        raise CourseError(f"--save {save}: give a file that ends in .png, or a folder")
    require_folder(save)
    return [save / f"{name}.png" for name in file_names(paths)]


def _one_picture(
    localizer: "Localizer",
    path: Path,
    image: "Image.Image",
    search: Search,
    format_: str,
    target: Path | None,
) -> None:
    from course_utils.inference.localization import enlarged_scales

    size = localizer.model.native_size
    scales = enlarged_scales(path, image, size, search.scales, search.upscale)
    location = localizer.locate(image, search.label, search.threshold, scales)
    if target is not None:
        write_atomically(target, _drawn(image, location))
    _write(path, location, search.threshold, format_)


def _write(path: Path, location: "Location", threshold: float, format_: str) -> None:
    for detection in location.detections:
        box = [round(edge) for edge in detection.box]
        fields = {"label": location.label, "index": location.index, "score": detection.score}
        if format_ == "json":
            click.echo(json.dumps({"path": str(path), **fields, "box": box}))
        else:
            name = on_one_line(str(path))
            score = f"score: {detection.score:.3f}"
            click.echo(f"image: {name} label: {location.label} {score} box: {box}")
    if not location.detections:
        text = f"image: {on_one_line(str(path))} nothing: {location.label} reaches only "
        click.echo(f"{text}{location.highest:.3f}, below {threshold:g}", err=format_ == "json")


def _drawn(image: "Image.Image", location: "Location") -> bytes:
    """The picture with heat map and boxes, as a PNG."""
    from course_utils.drawing.heat_maps import heat_picture
    from course_utils.inference.detections import score_map

    step = max(1, location.response.field.stride // 8)
    boxes = [detection.box for detection in location.detections]
    names = [f"{location.label} {detection.score:.3f}" for detection in location.detections]
    scores = score_map(location.response, location.index, step)
    content = io.BytesIO()
    heat_picture(image, scores, boxes, names).save(content, "PNG")
    return content.getvalue()
