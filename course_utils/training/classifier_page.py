"""The page of a classifier: how often it is right, for what, and how it is wrong."""

from course_utils.errors import ImageError
from course_utils.pages.html import Markup, element, joined, name, section, table
from course_utils.pages.numbers import counted, interval, ratio
from course_utils.pages.pictures import address, thumbnail
from course_utils.pages.plots import reliability
from course_utils.training.calibration import BINS, Calibration
from course_utils.training.metrics import wilson_interval
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
from course_utils.training.seen import Mistake, SeenPictures

LARGEST_MATRIX = 25
"""Classes of a confusion matrix; of more the most confused pairs are shown."""

FEW_COLUMNS = 8
"""In a matrix of more classes their names stand upright, and letters are small."""

THUMBNAIL = 160
"""Pixels of the longer side."""


def classifier_sections(measured: Measured, seen: SeenPictures) -> list[Markup]:
    """What a classifier's page says, from the most important on."""
    return [
        _summary(measured, seen.calibration),
        _mistakes(measured, seen),
        _classes(measured),
        _confusion(measured),
        _calibration(seen.calibration),
        training_curves(measured, "accuracy"),
    ]


def _summary(measured: Measured, calibration: Calibration) -> Markup:
    confusion = measured.confusion
    total = confusion.total
    right = sum(row[index] for index, row in enumerate(confusion.counts))
    majority = max(range(len(measured.class_names)), key=lambda i: sum(confusion.counts[i]))
    limits = interval(wilson_interval(right, total))
    words = (
        f"Of {counted(total, 'picture')} {right:,} {'is' if right == 1 else 'are'} answered "
        f"rightly: an accuracy of {ratio(confusion.accuracy)}, with a 95 % interval from {limits}.",
        " Who always answers with the most frequent class is right for "
        f"{ratio(confusion.majority_share)}. ",
        *_weakest(measured),
    )
    numbers = facts(
        (
            ("Accuracy", ratio(confusion.accuracy), f"95 % interval {limits}"),
            ("Pictures", f"{total:,}", f"{total - right:,} wrong"),
            (
                "Most frequent class alone",
                ratio(confusion.majority_share),
                measured.class_names[majority],
            ),
            loss_fact(measured.evaluation),
            ("Calibration error", ratio(calibration.expected_error), "0 is best"),
        )
    )
    about = element(
        "p",
        "Intervals are Wilson's: they take the pictures as drawn independently from all that the "
        "network will see.",
        class_="quiet",
    )
    return joined((lead(*words), numbers, about, about_choice(measured), notes(measured)))


def _weakest(measured: Measured) -> tuple[str, ...]:
    """The class that is found least, in a sentence, where there are several."""
    recalls = zip(measured.confusion.recall.tolist(), measured.class_names, strict=True)
    there = [(recall, class_name) for recall, class_name in recalls if recall == recall]
    if len(there) < 2:
        return ()
    recall, class_name = min(there)
    return "The weakest class is ", name(class_name), f" with {ratio(recall)}."


def _mistakes(measured: Measured, seen: SeenPictures) -> Markup:
    title, mistakes = "The surest mistakes", seen.mistakes()
    if not mistakes:
        return section(title, element("p", "No picture was answered wrongly."))
    text = (
        "Wrong answers that the network gives with the highest probability: look here for wrong "
        "labels, pictures of two things, and what the training pictures lack."
    )
    shown = (element("li", _mistake(measured, mistake)) for mistake in mistakes)
    return section(title, element("p", text, class_="quiet"), element("ul", *shown, class_="shown"))


def _mistake(measured: Measured, mistake: Mistake) -> Markup:
    truth, answered = (measured.class_names[i] for i in (mistake.truth, mistake.answered))
    file = measured.file_name(mistake.position)
    try:
        small = thumbnail(measured.read(mistake.position), THUMBNAIL)
    except ImageError as error:
        inside = element("span", f"cannot be shown: {error.reason}", class_="quiet")
    else:
        words = f"{file}: {truth}, taken for {answered}"
        size = {"width": small.width, "height": small.height}
        inside = element("img", src=address(small), alt=words, **size)
    caption = element(
        "figcaption",
        "taken for ",
        element("b", name(answered)),
        f" {ratio(mistake.probability)}",
        element("br"),
        "is ",
        element("b", name(truth)),
        f" {ratio(mistake.of_truth)}",
        element("br"),
        name(file),
    )
    return element("figure", element("div", inside, class_="frame"), caption)


def _classes(measured: Measured) -> Markup:
    confusion = measured.confusion
    recall, precision = confusion.recall.tolist(), confusion.precision.tolist()
    shown, about = class_rows(measured, recall)
    rows = []
    for index in shown:
        row = confusion.counts[index]
        limits = wilson_interval(row[index], sum(row))
        rows.append(
            (
                name(measured.class_names[index]),
                value_cell(f"{sum(row):,}", sum(row)),
                value_cell(ratio(recall[index]), recall[index]),
                meter(recall[index], limits),
                value_cell(interval(limits), limits[0]),
                value_cell(ratio(precision[index]), precision[index]),
                element("td", _mostly_taken_for(measured, index), class_="words"),
            )
        )
    head = ("Class", "Pictures", "Accuracy", "", "95 % interval", "Precision", "Mostly taken for")
    text = (
        "Accuracy of a class: the share of its pictures that are answered so (recall). Precision: "
        "the share of these answers that are right."
    )
    found = table(head, rows, class_="sorted each", label="Accuracy of each class")
    return section("Each class", element("p", text, class_="quiet"), about, found)


def _mostly_taken_for(measured: Measured, index: int) -> Markup:
    """The most frequent wrong answer to a class, and how often it was given."""
    row = measured.confusion.counts[index]
    others = [other for other in range(len(row)) if other != index]
    most = max(others, key=lambda other: row[other], default=index)
    if most == index or not row[most]:
        return Markup()
    return joined((name(measured.class_names[most]), f" ({row[most]:,})"))


def _confusion(measured: Measured) -> Markup:
    confusion = measured.confusion
    truths, answers = (totals.tolist() for totals in confusion.totals)
    there = [index for index, pair in enumerate(zip(truths, answers, strict=True)) if any(pair)]
    if len(there) > LARGEST_MATRIX:
        return section("Most frequent mistakes", confused_pairs(measured, "Pictures"))
    names = [measured.class_names[index] for index in there]
    rows = [
        (
            name(measured.class_names[truth]),
            *(_matrix_cell(confusion.counts[truth], truth, answered) for answered in there),
        )
        for truth in there
    ]
    text = "Rows: what a picture shows. Columns: what it was taken for. Shades: shares of a row."
    kind = "matrix" if len(there) <= FEW_COLUMNS else "matrix many"
    found = table(("", *map(name, names)), rows, class_=kind, label="Confusion matrix")
    return section("Confusion matrix", element("p", text, class_="quiet"), found)


def _matrix_cell(row: tuple[int, ...], truth: int, answered: int) -> Markup:
    count = row[answered]
    if not count:
        return element("td", "0", class_="zero")
    tone = "right" if truth == answered else "wrong"
    share = 0.08 + 0.42 * count / sum(row)
    return element("td", f"{count:,}", style=f"--tone:var(--{tone});--share:{share:.2f}")


def _calibration(calibration: Calibration) -> Markup:
    bins: list[tuple[float, float, tuple[float, float]] | None] = []
    rows = []
    for number in range(BINS):
        count, right = int(calibration.counts[number]), int(calibration.right[number])
        extent = f"{number / BINS:.1f} to {(number + 1) / BINS:.1f}"
        if not count:
            bins.append(None)
            continue
        mean, limits = calibration.sums[number].item() / count, wilson_interval(right, count)
        bins.append((mean, right / count, limits))
        rows.append((extent, f"{count:,}", ratio(mean), ratio(right / count), interval(limits)))
    text = (
        "Whether probabilities can be believed: of the answers that the network calls 0.8 "
        "probable, 0.8 should be right. Bars below the dashed line are too sure of themselves, "
        "bars above it not sure enough. The expected calibration error is the mean distance "
        f"between the share that is right and the mean probability, over {BINS} ranges of equal "
        f"width, each weighted with its pictures: {ratio(calibration.expected_error)}."
    )
    count = int(calibration.counts.sum())
    words = f"Share of right answers by their probability, for {counted(count, 'picture')}; the "
    words += "table has the numbers"
    head = ("Probability", "Pictures", "Mean", "Right", "95 % interval")
    found = table(head, rows, label="Calibration")
    plots = element("div", element("figure", reliability(bins, words)), found, class_="plots")
    return section("Calibration", element("p", text, class_="quiet"), plots)
