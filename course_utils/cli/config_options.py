"""The option ``--config``: a file with choices of a training, which options beat."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from course_utils.cli.options import Command


def config_option(kind: str) -> Callable[[Command], Command]:
    """The option ``--config`` of a ``"classifier"`` or a ``"segmenter"``.

    What the file says takes the place of the options' defaults, so that an option that is given
    beats it.
    """

    def read(ctx: click.Context, _: click.Parameter, path: Path | None) -> None:
        if path is not None:
            from course_utils.training.classifier import ClassifierRun
            from course_utils.training.config_files import read_config
            from course_utils.training.segmenter import SegmenterRun

            run = ClassifierRun if kind == ClassifierRun.kind else SegmenterRun
            ctx.default_map = _as_options(read_config(path, run.decides))

    return click.option(
        "--config",
        type=click.Path(readable=False, path_type=Path),
        metavar="FILE.toml",
        is_eager=True,
        expose_value=False,
        callback=read,
        help="Choices by their names in TrainingConfig, such as weight_decay = 0.1, a line each; a "
        "training leaves such a file as training.toml. Options beat it.",
    )


SHORT = {"learning_rate": "lr", "body_learning_rate": "body_lr"}
"""Choices whose options are called otherwise."""


def _as_options(choices: dict[str, Any]) -> dict[str, Any]:
    """Choices of a training as the options would take them."""
    weights = choices.get("class_weights")
    if isinstance(weights, tuple):
        choices = {**choices, "class_weights": ",".join(map(repr, weights))}
    return {SHORT.get(name, name): value for name, value in choices.items()}
