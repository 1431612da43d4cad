"""The part of ``course-utils evaluate`` that measures labels of pixels."""

from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import click

from course_utils.cli.outputs import files_of
from course_utils.cli.reporting import end_with
from course_utils.cli.reports import report_files, write_reports
from course_utils.errors import DataError, printable

if TYPE_CHECKING:
    from course_utils.data.voc import VOCSegmentation
    from course_utils.training import ConfusionMatrix


def evaluate_pixels(
    data: str,
    split: str,
    weights: str,
    batch_size: int,
    output: Path | None,
    device: str,
    precision: str,
) -> None:
    """Measure a network for pixels on whole pictures, print what it gives, and write a report."""
    from course_utils import training
    from course_utils.data.bad_files import (
        GoodPictures,
        require_few_pairs,
        without_bad_pairs,
    )
    from course_utils.data.datasets import root_of
    from course_utils.data.masks import VOID
    from course_utils.data.voc import VOCSegmentation
    from course_utils.inference import Segmenter
    from course_utils.runtime import choose_device, full_precision
    from course_utils.training.reports import pixel_report
    from course_utils.training.seen import SeenPixels

    full_precision()
    segmenter = Segmenter.from_checkpoint(weights, choose_device(device), precision)
    pictures = VOCSegmentation(root_of(data), split)
    _require_same_classes(pictures, segmenter.class_names)
    with report_files(output, [*files_of(weights), *pictures.files()]) as files:
        good, seen = GoodPictures(pictures, require_few_pairs), SeenPixels(VOID)
        found = training.evaluate(
            segmenter.network.current(),
            good,
            segmenter.device,
            batch_size,
            VOID,
            segmenter.preprocessing,
            observer=seen,
        )
        seen.close()
        shown = copy(pictures)  # in which positions stay those of what was seen
        bad = without_bad_pairs(pictures, good)
        notes = pictures.about_classes() + pictures.about_masks()
        for line in notes:
            click.echo(printable(line))
        _print(found.confusion, segmenter.class_names, len(pictures), found.loss)
        if files is not None:
            numbers = pixel_report(found, segmenter.class_names)
            write_reports(files, numbers, found, seen, shown, segmenter.class_names, bad, notes)
    end_with(bad)


def _require_same_classes(pictures: "VOCSegmentation", class_names: tuple[str, ...]) -> None:
    if pictures.class_names != class_names:
        raise DataError(
            f"{pictures.root}: has the classes {', '.join(pictures.class_names)}, but the weights "
            f"have {', '.join(class_names)}"
        )


def _print(
    confusion: "ConfusionMatrix", names: tuple[str, ...], pictures: int, loss: float
) -> None:
    """Five ratios, and a line for each class that occurs or was answered."""
    click.echo(f"pixel accuracy {confusion.accuracy:.3f} of {pictures} pictures")
    click.echo(f"mean accuracy {confusion.mean_accuracy:.3f}")
    click.echo(f"mean IoU {confusion.mean_iou:.3f}")
    click.echo(f"frequency-weighted IoU {confusion.frequency_weighted_iou:.3f}")
    majority = f"{confusion.majority_share:.3f}, mean IoU {confusion.majority_mean_iou:.3f}"
    click.echo(f"the most frequent class alone: pixel accuracy {majority}")
    click.echo(f"loss {loss:.3f}")
    names = tuple(map(printable, names))
    width = max(map(len, (*names, "class")))
    click.echo(f"\n{'class':{width}}  of pixels    IoU  recall  precision")
    shares = confusion.shares.tolist()
    rows = zip(names, shares, confusion.iou, confusion.recall, confusion.precision, strict=True)
    for name, share, iou, recall, precision in rows:
        if iou == iou:
            ratios = f"{iou:5.3f}  {recall:6.3f}  {precision:9.3f}"
            click.echo(f"{name:{width}}  {share:9.3f}  {ratios}")
