"""``course-utils compare``: what networks cost, side by side."""

import statistics
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import click

from course_utils.cli.networks import Shape, find_network, shape_text
from course_utils.cli.options import device_option

if TYPE_CHECKING:
    import torch
    from torch import nn

ROUNDS = 5
"""How often it is each network's turn."""

READINGS = 3
"""Of the clock at each turn, after a pass that does not count."""


@click.command(short_help="Compare the cost of networks.")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...")
@device_option
def compare(models: tuple[str, ...], device: str) -> None:
    """Compare networks: parameters, multiply-adds, and the time that one picture takes.

    MODEL is a network of the course or of torchvision, such as resnet50, embedded weights, or a
    training's folder. Each gets a picture of its own size. The ratio is the time divided by that
    of the first network. Auxiliary classifiers, which GoogLeNet and Inception have for training,
    count among the parameters only.
    """
    import torch

    from course_utils.runtime import choose_device, full_precision

    chosen = choose_device(device)
    full_precision()
    found = [find_network(name) for name in models]
    times = _seconds([_pass(network, shape, chosen) for network, shape in found], chosen)
    width = max(map(len, (*models, "network")))
    titles = f"{'input':>9}  {'parameters':>11}  multiply-adds  {'time':>10}  {'ratio':>6}"
    click.echo(f"{'network':{width}}  {titles}")
    for name, (network, shape), seconds in zip(models, found, times, strict=True):
        cost = f"{seconds * 1000:7.1f} ms  {seconds / times[0]:6.2f}"
        click.echo(f"{name:{width}}  {_size(network, shape)}  {cost}")
    place = f"cpu, threads: {torch.get_num_threads()}" if chosen.type == "cpu" else str(chosen)
    click.echo(f"time: one picture, median of {ROUNDS} turns of {READINGS} passes each; {place}")


def _pass(network: "nn.Module", shape: Shape, device: "torch.device") -> Callable[[], object]:
    """The forward pass of one picture on the device, to be timed."""
    import torch

    return partial(network.to(device), torch.rand(1, *shape, device=device))


def _seconds(passes: list[Callable[[], object]], device: "torch.device") -> list[float]:
    """Typical time of each; they take turns, so that a busy moment slows all of them."""
    import torch

    from course_utils.analysis import median_seconds

    with torch.inference_mode():
        rounds = [
            [median_seconds(work, device, READINGS) for work in passes] for _ in range(ROUNDS)
        ]
    return [statistics.median(readings) for readings in zip(*rounds, strict=True)]


def _size(network: "nn.Module", shape: Shape) -> str:
    """Three cells: input, parameters, multiply–adds."""
    from course_utils.analysis import count_multiply_adds, count_parameters

    billions = count_multiply_adds(network, (1, *shape)) / 1e9
    return f"{shape_text(shape):>9}  {count_parameters(network):11,}  {billions:11.3f} G"
