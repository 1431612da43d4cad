"""``course-utils train``: from a folder of pictures to a weights file."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.options import device_option

if TYPE_CHECKING:
    from course_utils.training import Epoch


@click.group()
def train() -> None:
    """Train a network."""


@train.command()
@click.option("--data", required=True, metavar="NAME|DIR", help="A named set, or train/ and val/.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--model", default="resnet18", show_default=True, metavar="NAME")
@click.option(
    "--stem-width",
    type=click.IntRange(1),
    help="Channels after the stem of the course's networks.  [default: 16]",
)
@click.option("--image-size", default=96, show_default=True, type=click.IntRange(64))
@click.option("--epochs", default=60, show_default=True, type=click.IntRange(1))
@click.option("--lr", default=2e-3, show_default=True, type=click.FloatRange(0, min_open=True))
@click.option("--batch-size", default=16, show_default=True, type=click.IntRange(1))
@click.option("--seed", default=0, show_default=True, type=int)
@device_option
def classifier(
    data: str,
    out: Path,
    model: str,
    stem_width: int | None,
    image_size: int,
    epochs: int,
    lr: float,
    batch_size: int,
    seed: int,
    device: str,
) -> None:
    """Train a classifier from scratch; predict then reads the folder --out.

    DIR holds train/ and val/, each with a folder of pictures for each class.
    """
    from course_utils.models.registry import BUILDERS
    from course_utils.runtime import choose_device, full_precision
    from course_utils.training import TrainingConfig
    from course_utils.training.classifier import ClassifierRun, train_classifier

    full_precision()
    if stem_width is None and model in BUILDERS:
        stem_width = SLIM
    config = TrainingConfig(epochs=epochs, learning_rate=lr, batch_size=batch_size, seed=seed)
    options: dict[str, object] = {"--data": data, "--model": model, "--stem-width": stem_width}
    options |= {"--image-size": image_size, "--epochs": epochs, "--lr": lr}
    options |= {"--batch-size": batch_size, "--seed": seed}
    run = ClassifierRun(data, model, stem_width, image_size, _command(options))
    info = train_classifier(run, config, out, choose_device(device), _report)
    click.echo(f"accuracy of the stored weights: {info.accuracy:.3f}")
    click.echo(f"written: {out}")


SLIM = 16


def _command(options: dict[str, object]) -> str:
    words = ["course-utils", "train", "classifier"]
    for name, value in options.items():
        words += [] if value is None else [name, str(value)]
    return shlex.join(words)


def _report(epoch: "Epoch") -> None:
    click.echo(
        f"epoch {epoch.number}: training loss {epoch.training_loss:.3f}, "
        f"validation loss {epoch.validation.loss:.3f}, accuracy {epoch.validation.accuracy:.3f}"
    )
