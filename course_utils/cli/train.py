"""``course-utils train``: from a folder of pictures to a weights file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import device_option
from course_utils.cli.problems import end_with
from course_utils.errors import ImageError

if TYPE_CHECKING:
    from course_utils.training import Epoch

SLIM = 16
"""Channels after the stem of the course's own networks, where nothing else is said."""


@click.group()
def train() -> None:
    """Train a network."""


@train.command(short_help="Train a classifier on folders of pictures.")
@click.option(
    "--data",
    required=True,
    metavar="NAME|DIR",
    help="A named set (course-utils data list), or a folder with train/ and val/.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the weights, the class names, the history and the report.",
)
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
@click.option("--freeze", is_flag=True, help="Train the new head only.")
@click.option(
    "--stem-width",
    type=click.IntRange(1),
    help="Channels after the stem of the course's networks.  [default: 16]",
)
@click.option(
    "--image-size",
    default=96,
    show_default=True,
    type=click.IntRange(64),
    help="Side of the square that the network sees, in pixels.",
)
@click.option(
    "--epochs",
    default=60,
    show_default=True,
    type=click.IntRange(1),
    help="How often every picture is seen.",
)
@click.option(
    "--lr",
    default=2e-3,
    show_default=True,
    type=click.FloatRange(0, min_open=True),
    help="Highest learning rate of the schedule.",
)
@click.option(
    "--body-lr",
    type=click.FloatRange(0, min_open=True),
    help="The same for all layers but the head.  [default: as --lr]",
)
@click.option(
    "--batch-size",
    default=16,
    show_default=True,
    type=click.IntRange(1),
    help="Pictures for each step.",
)
@click.option(
    "--patience",
    type=click.IntRange(1),
    help="Stop after so many epochs without a better accuracy, and keep the best one.",
)
@click.option("--seed", default=0, show_default=True, type=int, help="Of all random choices.")
@click.option("--resume", is_flag=True, help="Go on from the checkpoint in --out.")
@device_option
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
    from course_utils.models.registry import BUILDERS
    from course_utils.runtime import choose_device, full_precision
    from course_utils.training import TrainingConfig
    from course_utils.training.classifier import DEFAULT_ARCHITECTURE, train_classifier
    from course_utils.training.command import ClassifierRun

    full_precision()
    if pretrained in (None, "none"):
        pretrained, model = None, model or DEFAULT_ARCHITECTURE
        stem_width = SLIM if stem_width is None and model in BUILDERS else stem_width
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
    with _hint_when_interrupted(out):
        info = train_classifier(
            run, config, out, choose_device(device), _report, bad.append, resume
        )
    click.echo(f"accuracy of the stored weights (rounded to float16): {info.accuracy:.3f}")
    click.echo(f"written: {out} (course-utils predict --weights {out} PICTURE...)")
    end_with(bad)


@contextmanager
def _hint_when_interrupted(out: Path) -> Iterator[None]:
    """On Ctrl-C say how to go on, where there is something to go on from."""
    try:
        yield
    except KeyboardInterrupt:
        from course_utils.training.results import CHECKPOINT

        if (out / CHECKPOINT).exists():
            click.echo("go on with the same command and --resume", err=True)
        raise


def _report(epoch: "Epoch") -> None:
    click.echo(
        f"epoch {epoch.number}: training loss {epoch.training_loss:.3f}, "
        f"validation loss {epoch.validation_loss:.3f}, accuracy {epoch.accuracy:.3f}"
    )
