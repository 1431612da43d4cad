"""What the pages of both kinds of networks share: the measurement, and some of its sections."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from PIL import Image

from course_utils.errors import ImageError, shortened
from course_utils.pages.html import Markup, element, joined, name, section, table
from course_utils.pages.numbers import NOTHING, counted, percent
from course_utils.pages.plots import Series, curves
from course_utils.training.history import Epoch
from course_utils.training.metrics import ConfusionMatrix, Evaluation
from course_utils.training.seen import Seen

MOST_ROWS = 1000
"""Classes in a table; of more those with the lowest numbers."""

MOST_PAIRS = 20
MOST_LEFT_OUT = 50


@runtime_checkable
class PictureFiles(Protocol):
    """A set whose pictures can be shown."""

    def file(self, position: int) -> Path:
        """Of a picture, relative to the set's folder."""

    def picture(self, position: int) -> Image.Image:
        """The whole picture, of mode RGB.

        Raises:
            ImageError: If it cannot be read.
        """


@dataclass(frozen=True)
class Measured:
    """A measurement, and what is known of it.

    Attributes:
        title: Of the page.
        class_names: Of the network.
        evaluation: What was counted.
        seen: What was seen of single pictures.
        pictures: The set that was measured on.
        history: Of the training; empty without one.
        chosen: Whether the epoch was chosen by the same pictures.
        left_out: What is not in the set, and why.
        notes: Sentences that somebody should read.
        made: How all this came about, as names and words.
    """

    title: str
    class_names: tuple[str, ...]
    evaluation: Evaluation
    seen: Seen
    pictures: object
    history: Sequence[Epoch] = ()
    chosen: bool = False
    left_out: Sequence[ImageError] = ()
    notes: Sequence[str] = ()
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def confusion(self) -> ConfusionMatrix:
        """How often each class was taken for each."""
        return self.evaluation.confusion

    def file_name(self, position: int) -> str:
        """Of a picture, relative to the set; its number, where it has none."""
        if isinstance(self.pictures, PictureFiles):
            return self.pictures.file(position).as_posix()
        return f"picture {position + 1}"

    def read(self, position: int) -> Image.Image:
        """A picture, once more.

        Raises:
            ImageError: If it cannot be read any more.
        """
        if isinstance(self.pictures, PictureFiles):
            return self.pictures.picture(position)
        raise ImageError(self.file_name(position), "has no file")


def facts(pairs: Iterable[tuple[str, str, str]]) -> Markup:
    """The most important numbers, large: what each is, the number, and more about it."""
    items = (
        element(
            "li",
            element("span", what, class_="quiet"),
            element("b", number),
            element("span", more, class_="quiet"),
        )
        for what, number, more in pairs
    )
    return element("ul", *items, class_="facts")


def lead(*parts: str) -> Markup:
    """What a page says first, in sentences."""
    return element("p", *parts, class_="lead")


def about_choice(measured: Measured) -> Markup:
    """A warning where the pictures have helped to choose the weights."""
    if not measured.chosen:
        return Markup()
    return element(
        "p",
        "The best epoch was chosen by these same pictures, so on others expect a little less.",
        class_="quiet",
    )


def notes(measured: Measured) -> Markup:
    """What somebody should read, if there is something."""
    if not measured.notes:
        return Markup()
    return element("ul", *(element("li", shortened(note)) for note in measured.notes))


def training_curves(measured: Measured, score: str) -> Markup:
    """The losses and ``accuracy`` or ``mean_iou``, epoch by epoch; nothing without a training."""
    history = measured.history
    if not history:
        return Markup()
    losses = [
        Series("training loss", [epoch.training_loss for epoch in history]),
        Series("validation loss", [epoch.validation_loss for epoch in history]),
    ]
    what = score.replace("_", " ").replace("iou", "IoU")
    scores = [Series(f"validation {what}", [getattr(epoch, score) for epoch in history])]
    text = f"{counted(len(history), 'epoch')}; history.jsonl holds all numbers."
    plots = element("div", curves(losses, "loss"), curves(scores, what, top=1.0), class_="plots")
    return section("Training", element("p", text, class_="quiet"), plots)


def meter(value: float, limits: tuple[float, float] | None = None) -> Markup:
    """A bar from 0 to 1 with the interval as a line in it; the number stands beside it."""
    if value != value:
        return Markup("<td></td>")
    line = Markup()
    if limits is not None:
        low, high = limits
        line = element("u", style=f"--low:{100 * low:.1f}%;--high:{100 * high:.1f}%")
    bar = element("i", style=f"--at:{100 * value:.1f}%")
    return element("td", element("span", bar, line, class_="meter", aria_hidden="true"))


def value_cell(text: str, value: float, **attributes: object) -> Markup:
    """A cell that is put in order by its value."""
    return element("td", text, data_value=float(value), **attributes)


def confused_pairs(measured: Measured, unit: str) -> Markup:
    """The most frequent mistakes, as a table; its heading is the caller's."""
    confusion, names = measured.confusion, measured.class_names
    pairs = confusion.confused(MOST_PAIRS)
    if not pairs:
        return element("p", "Nothing was taken for something else.")
    totals, _ = confusion.totals
    rows = [
        (
            name(names[truth]),
            element("td", name(names[answered]), class_="words"),
            value_cell(f"{count:,}", count),
            value_cell(percent(count / totals[truth].item()), count / totals[truth].item()),
        )
        for count, truth, answered in pairs
    ]
    head = ("Is", "Taken for", unit, "Of this class")
    return table(head, rows, class_="sorted confused", label="Most frequent mistakes")


def class_rows(measured: Measured, numbers: Sequence[float]) -> tuple[list[int], Markup]:
    """The classes that have a number, the lowest first; and what is said of the others."""
    there = [index for index, number in enumerate(numbers) if number == number]
    shown = sorted(there, key=lambda index: (numbers[index], index))[:MOST_ROWS]
    words = "The lowest come first; a click on a heading sorts."
    if len(there) > len(shown):
        words += f" These are {len(shown):,} of {len(there):,}; the report in JSON has all."
    absent = len(measured.class_names) - len(there)
    if absent:
        verb = "does" if absent == 1 else "do"
        words += f" Of the network's classes {absent:,} {verb} not occur here."
    return shown, element("p", words, class_="quiet")


def left_out(measured: Measured) -> Markup:
    """What is not in the set, and why."""
    errors = measured.left_out
    if not errors:
        return Markup()
    items = [
        element("li", element("code", name(_within(measured, error))), f": {error.reason}")
        for error in errors[:MOST_LEFT_OUT]
    ]
    more = len(errors) - len(items)
    end = element("p", f"and {more:,} more", class_="quiet") if more > 0 else Markup()
    return section(f"Left out ({len(errors):,})", element("ul", *items), end)


def _within(measured: Measured, error: ImageError) -> str:
    """The file's name from the set's folder on."""
    folder = getattr(measured.pictures, "folder", None)
    path = error.path
    if isinstance(folder, Path) and path.is_relative_to(folder):
        path = path.relative_to(folder)
    return shortened(path.as_posix())


def how_made(measured: Measured) -> Markup:
    """The command, the seed, the versions: names and words."""
    return section("How it was made", element("dl", *_pairs(measured.made)))


def _pairs(made: Mapping[str, str]) -> Iterator[Markup]:
    for key, words in made.items():
        if words:
            yield joined((element("dt", key), element("dd", element("code", words))))


def loss_fact(evaluation: Evaluation) -> tuple[str, str, str]:
    """The loss, for ``facts``."""
    return "Loss", _of_any_size(evaluation.loss), "mean cross-entropy"


def _of_any_size(value: float) -> str:
    """Three decimals, above 1, too."""
    return f"{value:.3f}" if math.isfinite(value) else NOTHING
