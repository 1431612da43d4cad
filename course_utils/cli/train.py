"""``course-utils train``: from pictures and their labels to a weights file."""

import click

from course_utils.cli.train_classifier import classifier
from course_utils.cli.train_segmenter import segmenter


@click.group()
def train() -> None:
    """Train a network.

    With torchrun --nproc-per-node N -m course_utils train ... N processes train it together, each
    on a GPU of its own where there are as many.
    """


train.add_command(classifier)
train.add_command(segmenter)
