"""``course-utils train``: from pictures and their labels to a weights file."""

import click

from course_utils.cli.train_classifier import classifier
from course_utils.cli.train_segmenter import segmenter


@click.group()
def train() -> None:
    """Train a network."""


train.add_command(classifier)
train.add_command(segmenter)
