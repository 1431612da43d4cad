"""``course-utils train segmenter``: from pictures with masks to a weights file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from course_utils.cli.config_options import config_option
from course_utils.cli.numbers import Real, range_text, sides_in
from course_utils.cli.train_options import (
    SEEN,
    begin_with,
    dtype_option,
    freeze_option,
    freeze_until_option,
    line_about,
    rounded,
    schedule_options,
    stem_width_option,
    trained,
    training_output_option,
)
from course_utils.ranges import FACTORS

if TYPE_CHECKING:
    from course_utils.training import Epoch


def _height_and_width(_: click.Context, option: click.Parameter, text: str) -> tuple[int, int]:
    """Two whole numbers, such as ``160x256``."""
    sides = sides_in(text, 2)
    if sides is None or not SEEN[0] <= min(sides) <= max(sides) <= SEEN[1]:
        raise click.BadParameter(
            f"{text!r}: give height and width, such as 160x256, each {range_text(*SEEN)}",
            param=option,
        )
    return sides[0], sides[1]


def _scale(
    _: click.Context, option: click.Parameter, factors: tuple[float, float] | None
) -> tuple[float, float] | None:
    """Two factors, the lower one first."""
    if factors is not None and factors[0] > factors[1]:
        raise click.BadParameter(f"{factors}: give the lower one first", param=option)
    return factors


@click.command(short_help="Train a network that labels every pixel.")
@click.option(
    "--data",
    required=True,
    metavar="NAME|DIR",
    help="A named set (course-utils data list), or a folder in the VOC layout.",
)
@training_output_option
@config_option("segmenter")
@click.option(
    "--model",
    metavar="NAME",
    help="fcn32s, fcn16s, fcn8s, unet8s or unet2s on a ResNet.  [default: fcn8s-resnet18, or that "
    "of --pretrained]",
)
@click.option(
    "--pretrained",
    metavar="NAME|FILE|none",
    help="Weights to go on from: a classifier's, or those of a segmenter.  [default: none]",
)
@freeze_option
@freeze_until_option
@stem_width_option
@dtype_option
@click.option(
    "--crop-size",
    default="160x256",
    show_default=True,
    metavar="HxW",
    callback=_height_and_width,
    help="Part of each picture that the network sees in training, in pixels.",
)
@click.option(
    "--small",
    default="drop",
    show_default=True,
    type=click.Choice(["drop", "pad"]),
    help="What becomes of training pictures whose files are smaller than that.",
)
@click.option(
    "--scale",
    nargs=2,
    type=Real(*FACTORS),
    callback=_scale,
    metavar="LOW HIGH",
    help="Resize each picture by a random factor between these, such as 0.5 2, before it is "
    "cropped; smaller ones are as likely as larger ones. What gets smaller than the crop is padded "
    "with void.  [default: as it is]",
)
@click.option(
    "--augment",
    default="standard",
    show_default=True,
    type=click.Choice(["none", "standard"]),
    help="What is random about training pictures besides their crop. standard: flip from left to "
    "right, tint; none: nothing.",
)
@click.option(
    "--loss",
    default="ce",
    show_default=True,
    type=click.Choice(["ce", "dice", "ce+dice"]),
    help="What is made small: cross-entropy, Dice, which counts each class alike, or their sum.",
)
@schedule_options(epochs=40, lr=4e-3, batch_size=8, better="mean IoU")
def segmenter(
    data: str,
    output: Path,
    model: str | None,
    pretrained: str | None,
    freeze: bool,
    freeze_until: str | None,
    stem_width: int | None,
    dtype: str,
    crop_size: tuple[int, int],
    small: Literal["drop", "pad"],
    scale: tuple[float, float] | None,
    augment: str,
    **how: Any,
) -> None:
    """Train a network that labels every pixel; segment then reads --output.

    DIR holds JPEGImages/, SegmentationClass/ (palette PNG masks, 255 is void), the lists
    ImageSets/Segmentation/train.txt and val.txt, and classes.txt, or the list of classes of an
    export of labelme's or CVAT's (without one they are those of PASCAL VOC). A training that was
    stopped goes on with the same command and --resume, and ends with the same weights. Pictures
    whose files cannot be used are left out, listed at the end, and make the exit status 1.
    """
    from course_utils.training.segmenter import SegmenterRun

    network = begin_with(model, pretrained, stem_width)
    own: dict[str, Any] = {"crop_size": crop_size, "small": small, "scale": scale}
    frozen: dict[str, Any] = {"freeze": freeze, "freeze_until": freeze_until}
    run = SegmenterRun(data, dtype=dtype, augment=augment, **frozen, **own, **network)
    with trained(run, _line, output, **how) as info:
        assert info.pixels is not None
        click.echo(
            f"the stored weights{rounded(dtype)}: pixel accuracy "
            f"{info.accuracy:.3f}, mean IoU {info.pixels.mean_iou:.3f}"
        )
        command = f"course-utils segment --weights {output} --output DIR PICTURE..."
        click.echo(f"written: {output} ({command})")


def _line(epoch: "Epoch") -> str:
    return f"{line_about(epoch)}, mean IoU {epoch.mean_iou:.3f}"
