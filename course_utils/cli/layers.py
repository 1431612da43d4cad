"""``course-utils layers``: every layer of a network, its output's shape, its parameters."""

import click

from course_utils.cli.networks import Shape, find_network, shape_text
from course_utils.cli.numbers import Whole, range_text, sides_in
from course_utils.errors import ModelError, first_line, is_of_network

LONGEST_SIDE = 1_000_000
"""Of a picture, in pixels; only shapes are computed."""


def _picture_shape(
    context: click.Context, option: click.Parameter, value: str | None
) -> Shape | None:
    """Turn ``3x387x1024`` into ``(3, 387, 1024)``."""
    if value is None:
        return None
    sides = sides_in(value, 3)
    if sides is None:
        raise click.BadParameter(f"{value!r} is not of the form 3xHxW, such as 3x387x1024")
    channels, height, width = sides
    if channels != 3:
        raise click.BadParameter(
            f"{value!r} has {channels} channels: a network takes 3 (red, green, blue)"
        )
    if not 1 <= min(height, width) <= max(height, width) <= LONGEST_SIDE:
        span = range_text(1, LONGEST_SIDE)
        raise click.BadParameter(f"{value!r}: height and width are {span} pixels")
    return channels, height, width


@click.command(short_help="List the layers of a network.")
@click.argument("model")
@click.option(
    "--input",
    "shape",
    callback=_picture_shape,
    metavar="3xHxW",
    help="Height and width of the picture, in pixels.  [default: the network's own]",
)
@click.option(
    "--fully-convolutional",
    is_flag=True,
    help="Convert the network first: it then takes any larger picture, and answers with a map.",
)
@click.option(
    "--pool-stride",
    type=Whole(1, LONGEST_SIDE),
    help="Step of the converted network's pooling, in cells of its last map.  [default: 1]",
)
def layers(
    model: str, shape: Shape | None, fully_convolutional: bool, pool_stride: int | None
) -> None:
    """List every layer that a picture passes: its output's shape and its parameters.

    MODEL is a network of the course or of torchvision, such as resnet18, embedded weights, or a
    training's folder. Nothing is downloaded, and nothing is computed but shapes.
    """
    if pool_stride is not None and not fully_convolutional:
        raise click.UsageError("--pool-stride needs --fully-convolutional")
    from course_utils.analysis import format_layer_table, layer_table
    from course_utils.models import to_fully_convolutional

    network, native = find_network(model)
    if fully_convolutional:
        network = to_fully_convolutional(network, pool_stride or 1, native_size=native[1])
    shape = shape or native
    try:
        rows = layer_table(network.to("meta"), shape)
    except Exception as error:
        if not is_of_network(error):
            raise
        raise ModelError(
            f"{model} cannot take a picture of {shape_text(shape)} ({first_line(error)}): "
            f"it is made for {shape_text(native)}"
        ) from error
    click.echo(format_layer_table(rows, shape))
