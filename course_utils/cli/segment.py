"""``course-utils segment``: a class for every pixel of every picture."""

import io
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.embedded import WeightsOption
from course_utils.cli.options import device_option, precision_option
from course_utils.cli.pictures import file_names, find_pictures
from course_utils.cli.problems import end_with
from course_utils.errors import CourseError, ImageError
from course_utils.files import require_folder, write_atomically

if TYPE_CHECKING:
    from course_utils.inference import Segmentation, Segmenter

MOST_AREAS = 3
"""Classes that the line about a picture names; areas.json has all of them."""

JPEG_LIMIT = 65_500
"""Longest side of a JPEG, in pixels; what is longer becomes a PNG."""


@click.command(short_help="Label every pixel of each picture.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path())
@click.option(
    "--weights",
    cls=WeightsOption,
    pixels=True,
    required=True,
    metavar="NAME|FILE",
    help="Of a network for pixels: embedded by name, a training's folder, or .safetensors.",
)
@click.option(
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for masks/, overlays/ and areas.json; existing files are replaced.",
)
@device_option
@precision_option
def segment(
    paths: tuple[str, ...], weights: str, output: Path, device: str, precision: str
) -> None:
    """Label every pixel of each picture: files, and folders with all that is below them.

    For each picture it writes a mask (a palette PNG of the classes' indices) and the picture with
    its mask laid over it. areas.json says how much of each picture every class covers. Pictures of
    any size are labelled at their own size, large ones in parts. Pictures that cannot be read are
    left out, listed at the end, and make the exit status 1.
    """
    from course_utils.inference import Segmenter
    from course_utils.runtime import choose_device, full_precision

    found, problems = find_pictures(paths)
    if not found:
        raise CourseError("; ".join(problems))
    chosen = choose_device(device)
    full_precision()
    segmenter = Segmenter.from_checkpoint(weights, chosen, precision)
    for folder in ("masks", "overlays"):
        require_folder(output / folder)
    entries, bad = _segment(segmenter, found, output)
    content = {"weights": weights, "classes": segmenter.class_names, "pictures": entries}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(output / "areas.json", text.encode(errors="backslashreplace"))
    click.echo(f"written: {output} (masks, overlays, areas.json)")
    end_with(problems + bad)


def _segment(
    segmenter: "Segmenter", paths: list[Path], output: Path
) -> tuple[list[dict[str, object]], list[str]]:
    """Write the files of each picture; return an entry for each, and a sentence for bad ones."""
    from tqdm import tqdm

    entries: list[dict[str, object]] = []
    bad: list[ImageError] = []
    coming = zip(paths, file_names(paths), strict=True)
    inputs = {path.resolve() for path in paths}
    with tqdm(total=len(paths), unit="image", leave=False, disable=not sys.stderr.isatty()) as bar:

        def note(problem: ImageError) -> None:
            bad.append(problem)
            bar.update()

        for result in segmenter.segment(paths, on_error=note):
            name = next(name for path, name in coming if path == result.path)
            entries.append(_write(result, output, name, inputs))
            bar.clear()
            click.echo(_line(result))
            bar.update()
    return entries, [str(problem) for problem in bad]


def _write(result: "Segmentation", output: Path, name: str, inputs: set[Path]) -> dict[str, object]:
    from course_utils.data.masks import overlay, save_mask

    kind = "JPEG" if max(result.picture.size) <= JPEG_LIMIT else "PNG"
    mask = Path("masks", f"{name}.png")
    mixed = Path("overlays", f"{name}.{'jpg' if kind == 'JPEG' else 'png'}")
    for target in (output / mask, output / mixed):
        if target.resolve() in inputs:
            raise CourseError(f"{target}: is one of the pictures; choose another --output")
    save_mask(output / mask, result.classes)
    content = io.BytesIO()
    overlay(result.picture, result.classes).save(content, kind, quality=90)
    write_atomically(output / mixed, content.getvalue())
    return {
        "path": str(result.path),
        "mask": mask.as_posix(),
        "overlay": mixed.as_posix(),
        "width": result.picture.width,
        "height": result.picture.height,
        "areas": [asdict(area) for area in result.areas],
    }


def _line(result: "Segmentation") -> str:
    from course_utils.cli.report import on_one_line

    largest = result.areas[:MOST_AREAS]
    areas = "".join(f" class: {area.label} area: {area.share:.3f}" for area in largest)
    return f"image: {on_one_line(str(result.path))}{areas}"
