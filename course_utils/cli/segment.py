"""``course-utils segment``: a class for every pixel of every picture."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import (
    FILE_NAME,
    WeightsOption,
    chosen_device,
    device_option,
    engine_option,
    output_option,
    precision_option,
)
from course_utils.cli.outputs import files_of, require_place_of_folder
from course_utils.cli.reporting import (
    end_with,
    file_names,
    find_pictures,
    matched,
    tell_of_drawings,
)
from course_utils.errors import CourseError, ImageError, printable, some_of
from course_utils.files import require_other_files, whole_folder, write_atomically

if TYPE_CHECKING:
    from course_utils.inference import Segmentation, Segmenter

LEGEND, AREAS = "legend.png", "areas.json"
MASKS, OVERLAYS = "masks", "overlays"

MOST_AREAS = 3
"""Classes that the line about a picture names; areas.json has all of them."""

JPEG_LIMIT = 65_500
"""Longest side of a JPEG, in pixels; what is longer becomes a PNG."""


@click.command(short_help="Label every pixel of each picture.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=FILE_NAME)
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
    "Folder for masks/, overlays/, legend.png and areas.json, which appear when all are written; "
    "those of the same pictures are replaced.",
    required=True,
)
@device_option
@precision_option
@engine_option
def segment(
    paths: tuple[str, ...], weights: str, output: Path, device: str, precision: str, engine: str
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
    tell_of_drawings(weights, found, "FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1")

    require_place_of_folder(output)
    from course_utils.data.images import save_image
    from course_utils.drawing.mask_overlays import legend
    from course_utils.inference import Segmenter

    require_other_files((output / file for file in _files(found)), [*found, *files_of(weights)])
    _require_no_others(output, found)
    chosen = chosen_device(device, engine, precision)
    segmenter = Segmenter.from_checkpoint(weights, chosen, precision, engine)
    names = legend(segmenter.class_names, lambda text: click.echo(text, err=True))
    with whole_folder(output, last=AREAS) as folder:
        save_image(folder / LEGEND, names)
        entries, bad = _segment(segmenter, found, folder)
        content = {"weights": weights, "classes": segmenter.class_names, "pictures": entries}
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        write_atomically(folder / AREAS, text.encode(errors="backslashreplace"))
    _remove_former(output, entries)
    click.echo(f"written: {output} (masks, overlays, legend.png, areas.json)")
    end_with(problems + bad)


def _segment(
    segmenter: "Segmenter", paths: list[Path], folder: Path
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
            entries.append(_write(result, folder, name))
            bar.clear()
            click.echo(_line(result))
            bar.update()
    return entries, bad


def _write(result: "Segmentation", folder: Path, name: str) -> dict[str, object]:
    from course_utils.data.images import save_image
    from course_utils.data.masks import palette_image
    from course_utils.drawing.mask_overlays import overlay

    kind, suffix = ("JPEG", ".jpg") if max(result.picture.size) <= JPEG_LIMIT else ("PNG", ".png")
    mask, mixed = _mask_file(name), _overlay_file(name, suffix)
    for file in (mask, mixed):
        (folder / file).parent.mkdir(exist_ok=True)
    save_image(folder / mask, palette_image(result.classes))
    save_image(folder / mixed, overlay(result.picture, result.classes), kind)
    return {
        "path": str(result.path),
        "mask": mask.as_posix(),
        "overlay": mixed.as_posix(),
        "width": result.picture.width,
        "height": result.picture.height,
        "areas": [asdict(area) for area in result.areas],
    }


def _mask_file(name: str) -> Path:
    return Path(MASKS, f"{name}.png")


def _overlay_file(name: str, suffix: str) -> Path:
    return Path(OVERLAYS, f"{name}{suffix}")


def _files(paths: list[Path]) -> Iterator[Path]:
    """All that may be written into the folder."""
    yield from (Path(LEGEND), Path(AREAS))
    for name in file_names(paths):
        yield _mask_file(name)
        yield from (_overlay_file(name, suffix) for suffix in (".jpg", ".png"))


def _present(output: Path) -> set[Path]:
    """The masks and overlays that lie in the folder."""
    lying = (path for name in (MASKS, OVERLAYS) for path in (output / name).glob("*"))
    return {path.relative_to(output) for path in lying if path.suffix in (".png", ".jpg")}


def _require_no_others(output: Path, paths: list[Path]) -> None:
    """Refuse a folder with masks of other pictures: the new legend need not be theirs.

    Raises:
        CourseError: If one lies there.
    """
    others = sorted(_present(output) - set(_files(paths)))
    if others:
        names = some_of([file.as_posix() for file in others])
        raise CourseError(
            f"{output}: holds {names} of an earlier run on other pictures, to which the new "
            f"{LEGEND} and {AREAS} do not belong; choose another --output, or delete them"
        )


def _remove_former(output: Path, entries: list[dict[str, object]]) -> None:
    """Remove what an earlier run has written of the same pictures, and this one could not."""
    written = {Path(str(entry[kind])) for entry in entries for kind in ("mask", "overlay")}
    for file in _present(output) - written:
        (output / file).unlink(missing_ok=True)


def _line(result: "Segmentation") -> str:
    largest = result.areas[:MOST_AREAS]
    areas = "".join(f" class: {area.label} area: {area.share:.3f}" for area in largest)
    return printable(f"image: {result.path}{areas}")
