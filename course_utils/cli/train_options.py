"""Options and reports that all trainings share."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from course_utils.cli.numbers import Real, Whole, numbers_in, range_text
from course_utils.cli.options import Command, OnceFlagOption, device_option, output_option
from course_utils.cli.reporting import end_with
from course_utils.errors import printable
from course_utils.ranges import (
    BATCHES,
    CLASS_WEIGHTS,
    DECAYS,
    EPOCHS,
    NORMS,
    RATES,
    SEEDS,
    SHARES,
    SIDES,
    WIDTHS,
    WORKERS,
)

if TYPE_CHECKING:
    from torch import device as Device

    from course_utils.models.weights import WeightsInfo
    from course_utils.training import Epoch, TrainingConfig
    from course_utils.training.recipes import Run

SMALLEST = 33
"""A smaller side leaves the last batch norms a single value for each channel of a picture."""

SEEN = SMALLEST, SIDES[1]
"""Side of what a network sees in training, in pixels."""

training_output_option = output_option(
    "DIR",
    "Folder for the weights, the class names, the history and the reports (JSON, HTML).",
    required=True,
    former=("--out",),
)
dtype_option = click.option(
    "--dtype",
    default="float32",
    show_default=True,
    type=click.Choice(["float32", "float16"]),
    help="Numbers of the stored weights; float16 halves the file, and rounds them.",
)
freeze_option = click.option("--freeze", is_flag=True, help="Train the new head only.")
freeze_until_option = click.option(
    "--freeze-until",
    metavar="LAYER",
    help="Train what comes behind this layer only, such as layer2 of a ResNet, or body.layer2 of a "
    "network for pixels. Another name is answered with those that there are.",
)
stem_width_option = click.option(
    "--stem-width",
    type=Whole(*WIDTHS),
    help="Channels after the stem of the course's networks.  [default: 16]",
)


def _class_weights(
    _: click.Context, option: click.Parameter, text: str | None
) -> tuple[float, ...] | str | None:
    """``median``, or a number for each class."""
    if text in (None, "median"):
        return text
    least, most = CLASS_WEIGHTS
    try:
        numbers = numbers_in(text, ",", 0, most)
    except ValueError:
        numbers = ()
    if not any(numbers) or any(0 < number < least for number in numbers):
        raise click.BadParameter(
            f"{text!r} is neither median nor numbers, such as 1,2.5,4: each is 0 or "
            f"{range_text(least, most)}, and not all are 0",
            param=option,
        )
    return numbers


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
            type=Whole(*EPOCHS),
            help="How often every picture is seen.",
        ),
        click.option(
            "--lr",
            default=lr,
            show_default=True,
            type=Real(*RATES),
            help="Highest learning rate of the schedule.",
        ),
        click.option(
            "--body-lr",
            type=Real(*RATES),
            help="The same for all layers but the head.  [default: as --lr]",
        ),
        click.option(
            "--batch-size",
            default=batch_size,
            show_default=True,
            type=Whole(*BATCHES),
            help="Pictures for each step, of all processes together.",
        ),
        click.option(
            "--patience",
            type=Whole(*EPOCHS),
            help=f"Stop after so many epochs without a better {better}, and keep the best one.",
        ),
        click.option(
            "--warmup",
            default=0.3,
            show_default=True,
            type=Real(*SHARES),
            help="Share of the steps in which the learning rate rises; then it falls.",
        ),
        click.option(
            "--weight-decay",
            default=0.05,
            show_default=True,
            type=Real(*DECAYS),
            help="AdamW's: how strongly weights are drawn to 0.",
        ),
        click.option(
            "--class-weights",
            metavar="median|W,W,...",
            callback=_class_weights,
            help="How much each class counts in the cross-entropy: a number each, in their order, "
            "or median, which lets rare ones count more.  [default: all alike]",
        ),
        click.option(
            "--label-smoothing",
            default=0.0,
            show_default=True,
            type=Real(*SHARES),
            help="Share of the target that is spread over all classes.",
        ),
        click.option(
            "--clip-norm",
            type=Real(*NORMS),
            help="Longest gradient allowed.  [default: any]",
        ),
        click.option(
            "--precision",
            cls=OnceFlagOption,
            former="--mixed-precision",
            stands_for="bf16",
            default="auto",
            show_default=True,
            type=click.Choice(["auto", "fp32", "bf16"]),
            help="Numbers to compute with. bf16: bfloat16 where that is safe, and on a GPU TF32 "
            "elsewhere; auto takes it on a GPU that has it, and fp32 on a CPU.",
        ),
        click.option(
            "--seed",
            default=0,
            show_default=True,
            type=Whole(*SEEDS),
            help="Of all random choices.",
        ),
        click.option(
            "--workers",
            type=Whole(*WORKERS),
            help="Threads that read pictures; the weights do not depend on it.  [default: one for "
            "each core]",
        ),
        click.option("--resume", is_flag=True, help="Go on from the checkpoint in --output."),
        device_option,
    )


def begin_with(model: str | None, pretrained: str | None, stem_width: int | None) -> dict[str, Any]:
    """The network to begin with, for a ``Run``."""
    pretrained = None if pretrained == "none" else pretrained
    return {"architecture": model, "pretrained": pretrained, "stem_width": stem_width}


@contextmanager
def trained(
    run: "Run",
    line: Callable[["Epoch"], str],
    output: Path,
    device: str,
    resume: bool,
    precision: str,
    workers: int | None,
    **schedule: Any,
) -> Iterator["WeightsInfo"]:
    """Train, alone or with other processes; inside, there is time to tell the result.

    Args:
        run: What to train.
        line: What an epoch gave, for the screen.
        output: Folder for what the training leaves.
        device: Where to compute.
        resume: Whether to go on from the checkpoint.
        precision: What to compute in, ``"auto"`` included.
        workers: Threads that read pictures.
        schedule: The other options of ``schedule_options``.

    Yields:
        What the stored weights say of themselves.
    """
    from course_utils.cli.torchrun import speaks
    from course_utils.models.weights import HISTORY
    from course_utils.runtime import full_precision, training_precision
    from course_utils.training.history import read_history
    from course_utils.training.recipes import train_and_store
    from course_utils.training.results import require_free

    full_precision()
    config = training_config(**schedule)
    with hint_when_interrupted(output), on_device(device, config.batch_size) as chosen:
        config = replace(config, precision=training_precision(precision, chosen))
        require_free(output, resume)  # before it reads all the pictures
        task = run.open(config)
        for note in task.notes:
            click.echo(printable(note))
        for_each = (lambda epoch: click.echo(line(epoch))), resume, workers
        info = train_and_store(task, output, chosen, *for_each)
        if task.config.patience is not None and speaks():  # it alone has written
            click.echo(line_about_choice(read_history(output / HISTORY), task.config))
        yield info
        left_out = task.left_out()
    end_with(left_out if speaks() else ())


def training_config(lr: float, body_lr: float | None, **others: Any) -> "TrainingConfig":
    """What the options of ``schedule_options`` stand for; the others are called alike."""
    from course_utils.training import TrainingConfig

    return TrainingConfig(learning_rate=lr, body_learning_rate=body_lr, **others)


@contextmanager
def hint_when_interrupted(output: Path) -> Iterator[None]:
    """When a training is interrupted, say how to go on, where there is something to go on from."""
    try:
        yield
    except KeyboardInterrupt:
        from course_utils.training.results import CHECKPOINT

        if (output / CHECKPOINT).exists():
            click.echo("go on with the same command and --resume", err=True)
        raise


@contextmanager
def on_device(name: str, batch_size: int) -> Iterator["Device"]:
    """The device, shared work with the other processes where torchrun started several."""
    from course_utils.training.distributed import joined, require_even_parts, size

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


def line_about_choice(history: Sequence["Epoch"], config: "TrainingConfig") -> str:
    """Where it ended, and which epoch was the best, for the screen."""
    from course_utils.training.early_stopping import kept_epoch

    end = f"after epoch {len(history)} of {config.epochs}"
    what = config.monitor.replace("_", " ").replace("iou", "IoU")
    ended = "ended" if len(history) == config.epochs else "stopped early,"
    return f"{ended} {end}; kept epoch {kept_epoch(history, config).number}, the best {what}"


def rounded(dtype: str) -> str:
    """What storing did to the weights."""
    return "" if dtype == "float32" else f" (rounded to {dtype})"
