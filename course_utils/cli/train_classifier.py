"""``course-utils train classifier``: from a folder of pictures to a weights file."""

from pathlib import Path

import click

from course_utils.cli.reporting import end_with
from course_utils.cli.train_options import (
    freeze_option,
    hint_when_interrupted,
    line_about,
    on_device,
    out_option,
    schedule_options,
    slim_unless_said,
    stem_width_option,
)
from course_utils.errors import ImageError


@click.command(short_help="Train a classifier on folders of pictures.")
@click.option(
    "--data",
    required=True,
    metavar="NAME|DIR",
    help="A named set (course-utils data list), or a folder with train/ and val/.",
)
@out_option
@click.option(
    "--model",
    metavar="NAME",
    help="One of the course's networks or of torchvision's.  [default: resnet18, or that of "
    "--pretrained]",
)
@click.option(
    "--pretrained",
    metavar="NAME|FILE|none",
    help="Weights to go on from, with a new head for the classes of --data.  [default: none]",
)
@freeze_option
@stem_width_option
@click.option(
    "--image-size",
    default=96,
    show_default=True,
    type=click.IntRange(64),
    help="Side of the square that the network sees, in pixels.",
)
@schedule_options(epochs=60, lr=2e-3, batch_size=16, better="accuracy")
def classifier(
    data: str,
    out: Path,
    model: str | None,
    pretrained: str | None,
    freeze: bool,
    stem_width: int | None,
    image_size: int,
    epochs: int,
    lr: float,
    body_lr: float | None,
    batch_size: int,
    patience: int | None,
    seed: int,
    resume: bool,
    device: str,
) -> None:
    """Train a classifier, from scratch or from trained weights; predict then reads --out.

    DIR holds train/ and val/, each with a folder of pictures for each class. A training that was
    stopped goes on with the same command and --resume, and ends with the same weights. Pictures
    that cannot be read are left out, listed at the end, and make the exit status 1.
    """
    from course_utils.runtime import full_precision
    from course_utils.training import TrainingConfig
    from course_utils.training.classifier import DEFAULT_ARCHITECTURE, train_classifier
    from course_utils.training.recipes import ClassifierRun

    full_precision()
    if pretrained in (None, "none"):
        pretrained, model = None, model or DEFAULT_ARCHITECTURE
        stem_width = slim_unless_said(stem_width, model)
    config = TrainingConfig(
        epochs=epochs,
        learning_rate=lr,
        body_learning_rate=body_lr,
        batch_size=batch_size,
        patience=patience,
        seed=seed,
    )
    run = ClassifierRun(data, model, stem_width, pretrained, freeze, image_size)
    bad: list[ImageError] = []
    with hint_when_interrupted(out), on_device(device, batch_size) as chosen:
        info = train_classifier(
            run,
            config,
            out,
            chosen,
            lambda epoch: click.echo(line_about(epoch)),
            bad.append,
            resume,
        )
        click.echo(f"accuracy of the stored weights (rounded to float16): {info.accuracy:.3f}")
        click.echo(f"written: {out} (course-utils predict --weights {out} PICTURE...)")
        end_with(bad)
