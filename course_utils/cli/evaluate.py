"""``course-utils evaluate``: how often a network is right, and what it takes for what."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.evaluate_pixels import evaluate_pixels
from course_utils.cli.numbers import Whole
from course_utils.cli.options import (
    classes_option,
    device_option,
    load_classifier_from,
    model_option,
    output_option,
    precision_option,
    weights_option_for,
)
from course_utils.cli.outputs import files_of
from course_utils.cli.reporting import end_with
from course_utils.cli.reports import report_files, write_reports
from course_utils.errors import printable
from course_utils.ranges import BATCHES

if TYPE_CHECKING:
    from course_utils.training import ConfusionMatrix

BATCH_SIZE = 8
"""Of a classifier, where nothing else is said."""

MOST_COLUMNS = 12
"""A confusion matrix of more classes does not fit on a screen; the report holds it."""


@click.command(short_help="Measure a network on labeled pictures.")
@click.option(
    "--data",
    required=True,
    metavar="NAME|DIR",
    help="A named set (course-utils data list), or a folder with the set.",
)
@click.option("--split", default="val", show_default=True, help="Part of the set to measure on.")
@weights_option_for("insects-resnet18", pixels=None)
@model_option
@classes_option
@click.option(
    "--batch-size",
    type=Whole(*BATCHES),
    help="Pictures that go through the network together.  [default: 8, or 1 where pixels are "
    "labeled, for whole pictures differ in size]",
)
@output_option(
    "FILE",
    "Write a report too: X.json with the numbers and X.html, a page to look at, whichever of the "
    "two is named; former reports are replaced.",
)
@device_option
@precision_option
def evaluate(
    data: str,
    split: str,
    weights: str,
    model: str | None,
    classes: str | None,
    batch_size: int | None,
    output: Path | None,
    device: str,
    precision: str,
) -> None:
    """Measure a network: its accuracy, each class, and the confusion matrix.

    For a classifier the folders of the split are named like the classes of the weights. For a
    network that labels pixels the data is in the VOC layout, and has as many classes. Pictures that
    cannot be read are left out, listed at the end, and make the exit status 1.

    The page of --output is one file that needs no network. It shows the surest mistakes as
    pictures, each class with its interval, and whether probabilities can be believed; where pixels
    are labeled, the pictures that fit least.
    """
    from course_utils import training
    from course_utils.data.bad_files import GoodPictures, require_few_files
    from course_utils.data.class_names import read_wnids
    from course_utils.data.datasets import root_of
    from course_utils.data.folders import evaluation_folder
    from course_utils.training.reports import report
    from course_utils.training.seen import SeenPictures

    if model is None and classes is None and _labels_pixels(weights):
        evaluate_pixels(data, split, weights, batch_size or 1, output, device, precision)
        return
    classifier = load_classifier_from(model, weights, classes, device, precision)
    preprocessing, names = classifier.preprocessing, classifier.class_names
    folder = root_of(data) / split
    pictures = evaluation_folder(folder, preprocessing, names, read_wnids(classes))
    read = [path for path, _ in pictures.samples]
    with report_files(output, [*files_of(weights, classes), *read]) as files:
        good, seen = GoodPictures(pictures, require_few_files), SeenPictures()
        found = training.evaluate(
            classifier.network.current(),
            good,
            classifier.device,
            batch_size or BATCH_SIZE,
            preprocessing=preprocessing,
            observer=seen,
        )
        click.echo(f"accuracy {found.accuracy:.3f} of {found.confusion.total} pictures")
        click.echo(f"the most frequent class alone {found.confusion.majority_share:.3f}")
        click.echo(f"loss {found.loss:.3f}")
        _print_classes(found.confusion, classifier.class_names)
        if files is not None:
            numbers, bad = report(found, names), good.left_out
            write_reports(files, numbers, found, seen, pictures, names, bad)
    end_with(good.left_out)


def _labels_pixels(weights: str) -> bool:
    from course_utils.models.pretrained import labels_pixels

    return labels_pixels(weights)


def _print_classes(confusion: "ConfusionMatrix", names: tuple[str, ...]) -> None:
    """A line for each class that occurs; then the matrix, if it fits."""
    names = tuple(map(printable, names))
    width = max(map(len, (*names, "class")))
    click.echo(f"\n{'class':{width}}  pictures  recall  precision")
    rows = zip(names, confusion.counts, confusion.recall, confusion.precision, strict=True)
    for name, row, recall, precision in rows:
        if sum(row):
            click.echo(f"{name:{width}}  {sum(row):8d}  {recall:6.3f}  {precision:9.3f}")
    if len(names) <= MOST_COLUMNS:
        click.echo(f"\nrows: what it is; columns: what it is taken for\n{'':{width}}", nl=False)
        click.echo("".join(f"  {name}" for name in names))
        for name, row in zip(names, confusion.counts, strict=True):
            cells = (f"  {n:{len(column)}d}" for column, n in zip(names, row, strict=True))
            click.echo(f"{name:{width}}{''.join(cells)}")
