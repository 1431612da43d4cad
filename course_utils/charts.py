"""Charts of trainings: how they went, and what they confuse."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_utils.plotting import NEUTRAL, PALETTE, WRONG

if TYPE_CHECKING:
    from course_utils.training import ConfusionMatrix, Epoch

STYLES = ("-", "--", "-.", ":")
"""Strokes of the lines of a chart, so that they differ without colours, too."""


def learning_curves(
    axis: Axes,
    runs: Mapping[str, Sequence[Sequence["Epoch"]]],
    measure: str,
    label: str,
    baseline: tuple[str, float] | None = None,
) -> None:
    """A line for each run over its epochs; runs of one name share their colour and stroke.

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
        names: Of the classes, in the order of their indices.
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
    axis.set_xticks(range(len(names)), names, rotation=30, ha="right")
    axis.set_yticks(range(len(names)), names)
    axis.set_xlabel("predicted")
    axis.set_ylabel("true")
    axis.spines[:].set_visible(False)
    return figure


def _shares(confusion: "ConfusionMatrix") -> list[list[float]]:
    """Each count as a share of its row."""
    return [[count / max(1, sum(row)) for count in row] for row in confusion.counts]
