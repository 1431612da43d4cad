"""The command that trains something again: it is stored with the weights."""

import shlex
from dataclasses import fields
from typing import TYPE_CHECKING

from course_utils.training import distributed
from course_utils.training.config import TrainingConfig

if TYPE_CHECKING:
    from course_utils.training.recipes import Run

ALWAYS = {
    "epochs": "--epochs",
    "learning_rate": "--lr",
    "body_learning_rate": "--body-lr",
    "batch_size": "--batch-size",
    "patience": "--patience",
    "seed": "--seed",
}
"""Options that are written down even where they are as usual; ``None`` has no option."""

IF_UNUSUAL = {
    "warmup": "--warmup",
    "weight_decay": "--weight-decay",
    "loss": "--loss",
    "class_weights": "--class-weights",
    "label_smoothing": "--label-smoothing",
    "clip_norm": "--clip-norm",
    "monitor": "--monitor",
    "evaluation_batch_size": "--evaluation-batch-size",
}
"""Those that are written down where they differ from a ``TrainingConfig``'s own."""


def command_line(run: "Run", config: TrainingConfig) -> str:
    """The command that trains this, for a shell.

    A flag is True or False, and what is None is left out. The precision stands there in any case,
    for the command itself chooses it by the device.
    """
    run = run.settled()
    differing = {
        field.name: getattr(config, field.name)
        for field in fields(config)
        if getattr(config, field.name) != field.default and field.name not in run.decides
    }
    options: dict[str, object] = {
        "--data": run.data,
        "--model": run.architecture,
        "--stem-width": run.stem_width,
        "--pretrained": run.pretrained,
        "--freeze": run.freeze,
        "--freeze-until": run.freeze_until,
        "--dtype": None if run.dtype == "float32" else run.dtype,
        "--augment": None if run.augment == "standard" else run.augment,
        **run.own_options(),
        **{option: getattr(config, name) for name, option in ALWAYS.items()},
        **{o: _one_word(differing[name]) for name, o in IF_UNUSUAL.items() if name in differing},
        "--precision": config.precision,
    }
    words = [*_program(), "train", run.kind]
    for name, value in options.items():
        if value is not None and value is not False:
            several = value if isinstance(value, tuple) else (value,)
            words += [name] if value is True else [name, *map(str, several)]
    return shlex.join(words)


def _one_word(value: object) -> object:
    """Numbers of classes, whose count is that of the classes, are one word."""
    return ",".join(map(str, value)) if isinstance(value, tuple) else value


def _program() -> list[str]:
    """What starts as many processes as train now, if only on one machine."""
    if distributed.size() == 1:
        return ["course-utils"]
    return ["torchrun", "--nproc-per-node", str(distributed.size()), "-m", "course_utils"]
