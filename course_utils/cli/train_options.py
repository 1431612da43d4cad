"""Options and reports that all trainings share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from course_utils.cli.options import device_option

if TYPE_CHECKING:
    from torch import device as Device

    from course_utils.training import Epoch

SLIM = 16
"""Channels after the stem of the course's own networks, where nothing else is said."""

Command = Callable[..., Any]

out_option = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the weights, the class names, the history and the report.",
)
freeze_option = click.option("--freeze", is_flag=True, help="Train the new head only.")
stem_width_option = click.option(
    "--stem-width",
    type=click.IntRange(1),
    help="Channels after the stem of the course's networks.  [default: 16]",
)


def options(*decorators: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Several options as one decorator; help shows them in this order."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def schedule_options(
    epochs: int, lr: float, batch_size: int, better: str
) -> Callable[[Command], Command]:
    """Those that say how to train, with their defaults; ``better`` is what patience watches."""
    return options(
        click.option(
            "--epochs",
            default=epochs,
            show_default=True,
            type=click.IntRange(1),
            help="How often every picture is seen.",
        ),
        click.option(
            "--lr",
            default=lr,
            show_default=True,
            type=click.FloatRange(0, min_open=True),
            help="Highest learning rate of the schedule.",
        ),
        click.option(
            "--body-lr",
            type=click.FloatRange(0, min_open=True),
            help="The same for all layers but the head.  [default: as --lr]",
        ),
        click.option(
            "--batch-size",
            default=batch_size,
            show_default=True,
            type=click.IntRange(1),
            help="Pictures for each step, of all processes together.",
        ),
        click.option(
            "--patience",
            type=click.IntRange(1),
            help=f"Stop after so many epochs without a better {better}, and keep the best one.",
        ),
        click.option(
            "--seed", default=0, show_default=True, type=int, help="Of all random choices."
        ),
        click.option("--resume", is_flag=True, help="Go on from the checkpoint in --out."),
        device_option,
    )


def slim_unless_said(stem_width: int | None, backbone: str) -> int | None:
    """The width of the stem of a network that starts from scratch."""
    from course_utils.models.registry import BUILDERS

    return SLIM if stem_width is None and backbone in BUILDERS else stem_width


@contextmanager
def hint_when_interrupted(out: Path) -> Iterator[None]:
    """When a training ends early, say how to go on, where there is something to go on from."""
    from course_utils.training.processes import LostProcessError

    try:
        yield
    except (KeyboardInterrupt, LostProcessError):
        from course_utils.training.results import CHECKPOINT

        if (out / CHECKPOINT).exists():
            click.echo("go on with the same command and --resume", err=True)
        raise


@contextmanager
def on_device(name: str, batch_size: int) -> Iterator["Device"]:
    """The device, shared work with the other processes where torchrun started several."""
    from course_utils.training.distributed import require_even_parts, size
    from course_utils.training.processes import joined

    with joined(name) as device:
        require_even_parts(batch_size)
        if size() > 1:
            where = "each on its own GPU" if device.type == "cuda" else "all on the CPU"
            click.echo(f"{size()} processes train together, {where}")
        yield device


def line_about(epoch: "Epoch") -> str:
    """What an epoch gave, for the screen."""
    return (
        f"epoch {epoch.number}: training loss {epoch.training_loss:.3f}, "
        f"validation loss {epoch.validation_loss:.3f}, accuracy {epoch.accuracy:.3f}"
    )
