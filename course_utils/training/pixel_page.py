"""The page of a network that labels pixels: how well areas fit, and where they do not."""

import numpy as np
from PIL import Image

from course_utils.data.masks import BACKGROUND, VOID, ClassMap
from course_utils.errors import ImageError
from course_utils.pages.html import Markup, element, joined, name, section, table
from course_utils.pages.numbers import counted, percent, ratio
from course_utils.pages.pictures import address, color_of, tinted
from course_utils.training.page_parts import (
    Measured,
    about_choice,
    class_rows,
    confused_pairs,
    facts,
    lead,
    loss_fact,
    meter,
    notes,
    training_curves,
    value_cell,
)
from course_utils.training.seen import Overlay, SeenPixels


def pixel_sections(measured: Measured, seen: SeenPixels) -> list[Markup]:
    """What the page of a network for pixels says, from the most important on."""
    return [
        _summary(measured, seen),
        _overlays(measured, seen),
        _classes(measured),
        section(
            "Most frequent mistakes",
            element("p", "Pixels of one class that were taken for another.", class_="quiet"),
            confused_pairs(measured, "Pixels"),
        ),
        training_curves(measured, "mean_iou"),
    ]


def _summary(measured: Measured, seen: SeenPixels) -> Markup:
    confusion = measured.confusion
    pictures = counted(seen.pictures, "picture")
    words = (
        f"On {pictures} the mean intersection over union (IoU) is {ratio(confusion.mean_iou)}, and "
        f"{ratio(confusion.accuracy)} of the pixels are labeled rightly.",
        " Who labels all pixels as the most frequent class has a mean IoU of "
        f"{ratio(confusion.majority_mean_iou)}, and {ratio(confusion.majority_share)} of the "
        "pixels. ",
    )
    numbers = facts(
        (
            ("Mean IoU", ratio(confusion.mean_iou), "of the classes that occur or were answered"),
            ("Pixel accuracy", ratio(confusion.accuracy), f"of {confusion.total:,} pixels"),
            ("Mean accuracy", ratio(confusion.mean_accuracy), "of the classes"),
            (
                "Most frequent class alone",
                ratio(confusion.majority_mean_iou),
                "mean IoU",
            ),
            loss_fact(measured.evaluation),
        )
    )
    about = element(
        "p",
        "IoU of a class: the pixels that are of it and were labeled so, divided by those that are "
        "of it or were labeled so. Void pixels do not count.",
        class_="quiet",
    )
    return joined((lead(*words), numbers, about, about_choice(measured), notes(measured)))


def _overlays(measured: Measured, seen: SeenPixels) -> Markup:
    worst = seen.overlays()
    if not worst:
        return Markup()
    text = (
        "What the network says, beside what the mask says. The IoU of a picture is the mean over "
        "the classes that occur, or were answered, in it."
    )
    parts = [element("p", text, class_="quiet"), _legend(measured, [*worst, seen.best])]
    shown = (element("li", _pair(measured, overlay)) for overlay in worst)
    parts.append(element("ul", *shown, class_="pairs"))
    if seen.best is not None and seen.best not in worst:
        parts.append(element("h3", "For comparison: the best one"))
        parts.append(element("ul", element("li", _pair(measured, seen.best)), class_="pairs"))
    return section("The pictures that fit least", *parts)


def _pair(measured: Measured, overlay: Overlay) -> Markup:
    """The picture twice: under the network's labels, and under those of its mask."""
    file = measured.file_name(overlay.position)
    caption = element("figcaption", f"IoU {ratio(overlay.mean_iou)}", element("br"), name(file))
    try:
        picture = measured.read(overlay.position)
    except ImageError as error:
        return element("figure", element("p", f"cannot be shown: {error.reason}"), caption)
    shown = (
        element(
            "div",
            _overlay(tinted(picture, classes), f"{file}, {whose}: {_areas(measured, classes)}"),
            element("span", whose, class_="quiet"),
        )
        for whose, classes in (("network", overlay.answered), ("mask", overlay.truth))
    )
    return element("figure", element("div", *shown, class_="pair"), caption)


def _overlay(image: Image.Image, words: str) -> Markup:
    size = {"width": image.width, "height": image.height}
    return element("img", src=address(image), alt=words, **size)


def _areas(measured: Measured, classes: ClassMap) -> str:
    """The classes of a mask and their shares, in words."""
    found = _occurring(classes)
    total = classes.size
    return ", ".join(
        f"{_label(measured, index)} {percent(count / total)}" for index, count in found.items()
    )


def _occurring(classes: ClassMap) -> dict[int, int]:
    """How many pixels each index has in a mask."""
    indices, counts = np.unique(classes, return_counts=True)
    return dict(zip(indices.tolist(), counts.tolist(), strict=True))


def _label(measured: Measured, index: int) -> str:
    return measured.class_names[index] if index < len(measured.class_names) else "void"


def _legend(measured: Measured, overlays: list[Overlay | None]) -> Markup:
    """The colors of the classes that occur in the pictures that are shown."""
    masks = [mask for each in overlays if each for mask in (each.truth, each.answered)]
    there = sorted(set().union(*map(_occurring, masks)))
    items = (
        element(
            "li",
            element("i", style=f"background:{color_of(index)}"),
            name(_label(measured, index)),
            " (not tinted)" if index == BACKGROUND else "",
            " (not measured)" if index == VOID else "",
        )
        for index in there
    )
    return element("ul", *items, class_="legend")


def _classes(measured: Measured) -> Markup:
    confusion = measured.confusion
    total = confusion.total
    truths, answers = (totals.tolist() for totals in confusion.totals)
    iou, recall, precision = (
        numbers.tolist() for numbers in (confusion.iou, confusion.recall, confusion.precision)
    )
    shown, about = class_rows(measured, iou)
    rows = [
        (
            name(measured.class_names[index]),
            value_cell(ratio(iou[index]), iou[index]),
            meter(iou[index]),
            value_cell(percent(truths[index] / total), truths[index]),
            value_cell(percent(answers[index] / total), answers[index]),
            value_cell(ratio(recall[index]), recall[index]),
            value_cell(ratio(precision[index]), precision[index]),
        )
        for index in shown
    ]
    head = ("Class", "IoU", "", "Area in masks", "Area in answers", "Accuracy", "Precision")
    text = (
        "Areas are shares of all pixels that count. Accuracy: the share of a class's pixels that "
        "were labeled so (recall). Precision: the share of the pixels labeled so that are of it."
    )
    found = table(head, rows, class_="sorted", label="Each class")
    return section("Each class", element("p", text, class_="quiet"), about, found)
