"""Options that several commands share."""

import click

device_option = click.option(
    "--device",
    default="auto",
    show_default=True,
    type=click.Choice(["auto", "cpu", "cuda"]),
    help="Where to compute; auto takes the GPU where there is one.",
)
