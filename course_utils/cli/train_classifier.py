"""``course-utils train classifier``: from a folder of pictures to a weights file."""

from pathlib import Path
from typing import Any

import click

from course_utils.cli.config_options import config_option
from course_utils.cli.numbers import Whole
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
from course_utils.ranges import BATCHES


@click.command(short_help="Train a classifier on folders of pictures.")
@click.option(
    "--data",
    required=True,
    metavar="NAME|DIR",
    help="A named set (course-utils data list), or a folder with train/ and val/.",
)
@training_output_option
@config_option("classifier")
@click.option(
    "--model",
    metavar="NAME",
    help="One of the course's networks, of torchvision's, or of timm's, such as "
    "timm/resnet18.a1_in1k.  [default: resnet18, or that of --pretrained]",
)
@click.option(
    "--pretrained",
    metavar="NAME|FILE|none",
    help="Weights to go on from, with a new head for the classes of --data.  [default: none]",
)
@freeze_option
@freeze_until_option
@stem_width_option
@dtype_option
@click.option(
    "--image-size",
    type=Whole(*SEEN),
    help="Side of the square that the network sees, in pixels.  [default: that of --pretrained, or "
    "96, or that of a network that takes no other]",
)
@click.option(
    "--augment",
    default="standard",
    show_default=True,
    type=click.Choice(["none", "standard", "trivial"]),
    help="What is random about training pictures. standard: cut, mirrored, tinted; trivial: "
    "TrivialAugmentWide, too; none: cut as for predicting.",
)
@click.option(
    "--vertical-flip",
    is_flag=True,
    help="Turn half of them upside down, too: for what is seen from above, as the named sets "
    "insects and flowers are, which always do.",
)
@click.option(
    "--monitor",
    default="accuracy",
    show_default=True,
    type=click.Choice(["accuracy", "mean_iou", "validation_loss"]),
    help="What --patience watches, on the validation pictures.",
)
@click.option(
    "--evaluation-batch-size",
    default=64,
    show_default=True,
    type=Whole(*BATCHES),
    help="Validation pictures that are measured together.",
)
@schedule_options(epochs=60, lr=2e-3, batch_size=16, better="--monitor")
def classifier(
    data: str,
    output: Path,
    model: str | None,
    pretrained: str | None,
    freeze: bool,
    freeze_until: str | None,
    stem_width: int | None,
    dtype: str,
    image_size: int | None,
    augment: str,
    vertical_flip: bool,
    **how: Any,
) -> None:
    """Train a classifier, from scratch or from trained weights; predict then reads --output.

    With --pretrained, pictures are cut and normalized as those weights want them.

    DIR holds train/ and val/, each with a folder of pictures for each class. A training that was
    stopped goes on with the same command and --resume, and ends with the same weights. Pictures
    that cannot be read are left out, listed at the end, and make the exit status 1.
    """
    from course_utils.training.classifier import ClassifierRun

    network = begin_with(model, pretrained, stem_width)
    own: dict[str, Any] = {
        "image_size": image_size,
        "augment": augment,
        "vertical_flip": vertical_flip,
    }
    frozen: dict[str, Any] = {"freeze": freeze, "freeze_until": freeze_until}
    run = ClassifierRun(data, dtype=dtype, **frozen, **own, **network)
    with trained(run, line_about, output, **how) as info:
        click.echo(f"accuracy of the stored weights{rounded(dtype)}: {info.accuracy:.3f}")
        click.echo(f"written: {output} (course-utils predict --weights {output} PICTURE...)")
