"""``course-utils segment``: a class for every pixel of every picture."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import (
    WeightsOption,
    device_option,
    output_option,
    precision_option,
)
from course_utils.cli.reporting import end_with, file_names, find_pictures, matched, on_one_line
from course_utils.errors import CourseError, ImageError
from course_utils.files import require_folder, write_atomically

if TYPE_CHECKING:
    from PIL.Image import Image

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
    default="scenes-fcn8s",
    show_default=True,
    metavar="NAME|FILE",
    help="Of a network for pixels: embedded or torchvision's by name, a training's folder, or "
    ".safetensors.",
)
@output_option(
    "DIR",
    "Folder for masks/, overlays/, legend.png and areas.json; existing files are replaced.",
    required=True,
)
@device_option
@precision_option
def segment(
    paths: tuple[str, ...], weights: str, output: Path, device: str, precision: str
) -> None:
    """Label every pixel of each picture: files, and folders with all that is below them.

    For each picture it writes a mask (a palette PNG of the classes' indices) and the picture with
    its mask laid over it. legend.png names the classes' colors, and areas.json says how much of
    each picture every class covers. Pictures of any size are labeled at their own size, large ones
    in parts. Pictures that cannot be read are left out, listed at the end, and make the exit status
    1.

    The default weights know the garden's drawn scenes. For photographs take your own training's
    folder, or torchvision's, such as --weights FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1 (a
    download). Torchvision's look at a picture whose shorter side is brought to 520 pixels, as they
    were measured; their mask is enlarged to the picture's size.
    """
    found, problems = find_pictures(paths)
    if not found:
        raise CourseError("; ".join(problems))

    from course_utils.drawing.mask_overlays import legend
    from course_utils.inference import Segmenter
    from course_utils.runtime import choose_device, full_precision

    chosen = choose_device(device)
    full_precision()
    segmenter = Segmenter.from_checkpoint(weights, chosen, precision)
    for folder in ("masks", "overlays"):
        require_folder(output / folder)
    inputs = {path.resolve() for path in found}
    names = legend(segmenter.class_names, lambda text: click.echo(text, err=True))
    _save(names, output / "legend.png", inputs)
    entries, bad = _segment(segmenter, found, output, inputs)
    content = {"weights": weights, "classes": segmenter.class_names, "pictures": entries}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    write_atomically(output / "areas.json", text.encode(errors="backslashreplace"))
    click.echo(f"written: {output} (masks, overlays, legend.png, areas.json)")
    end_with(problems + bad)


def _segment(
    segmenter: "Segmenter", paths: list[Path], output: Path, inputs: set[Path]
) -> tuple[list[dict[str, object]], list[str]]:
    """Write the files of each picture; return an entry for each, and a sentence for bad ones."""
    from tqdm import tqdm

    entries: list[dict[str, object]] = []
    bad: list[str] = []
    with tqdm(total=len(paths), unit="image", leave=False, disable=not sys.stderr.isatty()) as bar:

        def note(problem: ImageError) -> None:
            bad.append(str(problem))
            bar.update()

        results = segmenter.predict(paths, on_error=note)
        for result, name in matched(results, paths, file_names(paths)):
            entries.append(_write(result, output, name, inputs))
            bar.clear()
            click.echo(_line(result))
            bar.update()
    return entries, bad


def _write(result: "Segmentation", output: Path, name: str, inputs: set[Path]) -> dict[str, object]:
    from course_utils.data.masks import palette_image
    from course_utils.drawing.mask_overlays import overlay

    suffix = ".jpg" if max(result.picture.size) <= JPEG_LIMIT else ".png"
    mask, mixed = Path("masks", f"{name}.png"), Path("overlays", f"{name}{suffix}")
    _save(palette_image(result.classes), output / mask, inputs)
    _save(overlay(result.picture, result.classes), output / mixed, inputs)
    return {
        "path": str(result.path),
        "mask": mask.as_posix(),
        "overlay": mixed.as_posix(),
        "width": result.picture.width,
        "height": result.picture.height,
        "areas": [asdict(area) for area in result.areas],
    }


def _save(image: "Image", target: Path, inputs: set[Path]) -> None:
    """Write a picture in the format of its suffix, but never over one that was given."""
    from course_utils.data.images import save_image

    if target.resolve() in inputs:
        raise CourseError(f"{target}: is one of the pictures; choose another --output")
    save_image(target, image, "JPEG" if target.suffix == ".jpg" else "PNG")


def _line(result: "Segmentation") -> str:
    largest = result.areas[:MOST_AREAS]
    areas = "".join(f" class: {area.label} area: {area.share:.3f}" for area in largest)
    return f"image: {on_one_line(str(result.path))}{areas}"
