"""``course-utils export``: a network as an ONNX file, with a script that runs it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import classes_option, load_network, model_option, output_option
from course_utils.cli.outputs import files_of
from course_utils.errors import CourseError, printable
from course_utils.files import require_other_files

if TYPE_CHECKING:
    from torch import nn

    from course_utils.models.weights import WeightsInfo


@click.command(short_help="Write a network as an ONNX file.")
@click.argument("weights", metavar="WEIGHTS")
@output_option(
    "FILE.onnx",
    "The ONNX file; beside it comes FILE.py, which runs it. Existing files are replaced.",
    required=True,
)
@model_option
@classes_option
@click.option(
    "--fully-convolutional",
    is_flag=True,
    help="Convert a classifier first: the file then takes any larger picture, and answers with a "
    "map.",
)
def export(
    weights: str, output: Path, model: str | None, classes: str | None, fully_convolutional: bool
) -> None:
    """Write a network as an ONNX file, for other programs, and a script that runs it.

    WEIGHTS are those of a classifier or of a network for pixels: embedded or torchvision's by name,
    a training's folder, or a file. Class names and preprocessing lie in the ONNX file as metadata.
    The script needs onnxruntime, Pillow and NumPy, and nothing else.

    A classifier's file takes pictures of the size that the classifier was trained on, any number
    at once; a network for pixels and a fully convolutional one take pictures of any size.
    """
    from course_utils.inference.onnx_exports import write_export
    from course_utils.models.conversion import to_fully_convolutional
    from course_utils.runtime import full_precision, require_onnx

    script = _script_beside(output)
    require_other_files([output, script], files_of(weights, classes))
    require_onnx("export was asked for")
    full_precision()
    network, info = _load(weights, model, classes)
    if fully_convolutional:
        if info.pixels is not None:
            raise click.UsageError(
                f"{weights}: label pixels, and take any size: leave --fully-convolutional out"
            )
        network = to_fully_convolutional(network, native_size=info.preprocessing.crop)
    write_export(network, info, output)
    click.echo(printable(f"written: {output}, and {script}, which runs it"))


def _script_beside(output: Path) -> Path:
    """The file of the script, if both files may be written there.

    Raises:
        CourseError: If not: something else lies there, such as a program of the user's.
    """
    from course_utils.inference.onnx_scripts import MARK

    script = output.with_suffix(".py")
    if output.suffix != ".onnx":
        raise CourseError(f"--output {output}: give a file that ends in .onnx")
    for path in (output, script):
        if path.is_dir():
            raise CourseError(f"{path}: cannot be written (it is a folder; name a file)")
    if script.exists() and not script.read_bytes().startswith(MARK.encode()):
        raise CourseError(
            f"{script}: would be replaced by the script that runs {output.name}, and is another "
            "program; choose another --output"
        )
    return script


def _load(
    weights: str, model: str | None, classes: str | None
) -> tuple["nn.Module", "WeightsInfo"]:
    """A network for pixels, or else a classifier."""
    from course_utils.models.pretrained import labels_pixels, load_segmenter

    if model is None and classes is None and labels_pixels(weights):
        return load_segmenter(weights)
    return load_network(model, weights, classes)
