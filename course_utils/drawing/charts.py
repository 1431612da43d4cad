"""Charts: bars, named points, the course of trainings, and what they confuse."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.drawing.fonts import families_for, legible
from course_utils.drawing.style import NEUTRAL, PALETTE, WRONG

if TYPE_CHECKING:
    from course_utils.training import ConfusionMatrix, Epoch
from course_utils.drawing.style import RIGHT, STYLES


def bars(
    axis: Axes,
    names: Sequence[str],
    values: Sequence[float],
    unit: str,
    digits: int = 2,
    highlight: Sequence[int] = (),
    baseline: tuple[str, float] | None = None,
) -> None:
    """Horizontal bars with their values written beside them, the first on top.

    Args:
        axis: Where to draw.
        names: One for each bar.
        values: Their lengths.
        unit: What the lengths are, for the axis.
        digits: After the decimal point of the written values.
        highlight: Positions of the bars to stress.
        baseline: Name and value of a line to compare with.
    """
    colors = [RIGHT if i in highlight or not highlight else NEUTRAL for i in range(len(names))]
    drawn = axis.barh(range(len(names)), values, color=colors)
    labels = axis.bar_label(drawn, [f"{value:.{digits}f}" for value in values], padding=3)
    for label in labels:
        label.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 1})
    axis.set_yticks(range(len(names)), names)
    axis.invert_yaxis()
    axis.margins(x=0.15)
    axis.set_xlabel(unit)
    if baseline is not None:
        axis.axvline(baseline[1], color=WRONG, linestyle="--", label=baseline[0], zorder=0)
        axis.legend(loc="upper center", bbox_to_anchor=(0.5, 1.18), frameon=False)


PLACES = {
    "right": ((5, 0), "left", "center"),
    "left": ((-5, 0), "right", "center"),
    "above": ((0, 5), "center", "bottom"),
    "below": ((0, -5), "center", "top"),
    "above left": ((-2, 4), "right", "bottom"),
}
"""Where a label stands beside its point: shift in printer's points, and alignment."""


def label_points(
    axis: Axes,
    names: Sequence[str],
    x: Sequence[float],
    y: Sequence[float],
    places: Mapping[str, str],
) -> None:
    """Write a name beside each point of a scatter plot.

    Args:
        axis: Where the points are drawn.
        names: One for each point.
        x: Where the points stand.
        y: Likewise.
        places: For a name that would cover another: a key of ``PLACES``; the rest stand right.
    """
    for name, across, up in zip(names, x, y, strict=True):
        shift, ha, va = PLACES[places.get(name, "right")]
        axis.annotate(name, (across, up), shift, textcoords="offset points", ha=ha, va=va, size=8)


def learning_curves(
    axis: Axes,
    runs: Mapping[str, Sequence[Sequence["Epoch"]]],
    measure: str,
    label: str,
    baseline: tuple[str, float] | None = None,
) -> None:
    """A line for each run over its epochs; runs of one name share their color and stroke.

    Args:
        axis: Where to draw.
        runs: Histories by name, one for each seed.
        measure: Such as ``"training_loss"`` or ``"accuracy"``.
        label: What it is, for the axis.
        baseline: Name and value of a line to compare with.
    """
    for number, (name, histories) in enumerate(runs.items()):
        for seed, history in enumerate(histories):
            axis.plot(
                [epoch.number for epoch in history],
                [getattr(epoch, measure) for epoch in history],
                STYLES[number % len(STYLES)],
                color=PALETTE[number],
                linewidth=1.3,
                label=name if seed == 0 else None,
            )
    if baseline is not None:
        axis.axhline(baseline[1], color=NEUTRAL, linewidth=1, zorder=0)
        right = max(len(history) for histories in runs.values() for history in histories)
        where = (right, baseline[1])
        axis.annotate(baseline[0], where, ha="right", va="bottom", size=8, color="#555555")
    axis.set_xlabel("epoch")
    axis.set_ylabel(label)


def confusion_chart(confusion: "ConfusionMatrix", names: Sequence[str]) -> Figure:
    """The counts as a table, darker where they are larger; wrong answers in orange.

    Args:
        confusion: Counts of (true, predicted).
        names: Of the classes, in the order of their indices, in any script; where no font has the
            signs of a name, its index stands in its place, and a warning says so.
    """
    side = 0.6 * len(names) + 1.6
    figure, axis = plt.subplots(figsize=(side, side - 0.6))
    axis.imshow(_shares(confusion), cmap="Blues", vmin=0, vmax=1.4)
    for row, counts in enumerate(confusion.counts):
        for column, count in enumerate(counts):
            wrong = row != column and count > 0
            axis.text(
                column,
                row,
                str(count),
                ha="center",
                va="center",
                color=WRONG if wrong else "black",
                weight="bold" if wrong else "normal",
            )
    labels = list(legible(dict(enumerate(names))).values())
    axis.set_xticks(range(len(names)), labels, rotation=30, ha="right")
    axis.set_yticks(range(len(names)), labels)
    for text in (*axis.get_xticklabels(), *axis.get_yticklabels()):
        text.set_fontfamily([*text.get_fontfamily(), *families_for(text.get_text())])
    axis.set_xlabel("predicted")
    axis.set_ylabel("true")
    axis.spines[:].set_visible(False)
    return figure


def _shares(confusion: "ConfusionMatrix") -> list[list[float]]:
    """Each count as a share of its row."""
    return [[count / max(1, sum(row)) for count in row] for row in confusion.counts]
