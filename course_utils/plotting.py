"""Pictures of pictures: grids, channels and bars, each with a text for those who cannot see it."""

import math
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from course_utils.figures import Words, encode

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000")
"""Colours that colour-blind readers can tell apart (Okabe and Ito, 2008)."""

RIGHT, WRONG, NEUTRAL = PALETTE[0], PALETTE[1], "#767676"
"""Blue for what is right or stressed, orange for what is wrong, grey for the rest."""


def use_course_style() -> None:
    """Set matplotlib's defaults to the look of the book."""
    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=PALETTE),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 10,
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "font.size": 10,
            "savefig.facecolor": "white",
        }
    )


def show(figure: Figure, alt: str, caption: str) -> None:
    """Display a figure in a notebook, with its caption below it, and close it.

    The description is the output's plain text. Both texts are also written into the picture's
    file, where the book finds them.

    Args:
        figure: Any matplotlib figure.
        alt: What there is to see, for readers who cannot see it.
        caption: What the reader should notice.
    """
    from IPython.display import publish_display_data

    kind, content = encode(figure, Words(alt, caption))
    below = {"text/markdown": f"*{caption}*", "text/plain": caption}
    publish_display_data({kind: content, "text/plain": alt})  # type: ignore[no-untyped-call]
    publish_display_data(below, {"role": "caption"})  # type: ignore[no-untyped-call]
    plt.close(figure)


def image_grid(
    images: Sequence[Image.Image],
    titles: Sequence[str] = (),
    columns: int = 5,
    right: Sequence[bool] = (),
) -> Figure:
    """Pictures side by side.

    Args:
        images: Of any sizes.
        titles: One for each picture.
        columns: Pictures in a row.
        right: Whether each title is right; wrong ones are orange and marked with a cross.
    """
    rows = math.ceil(len(images) / columns)
    figure, axes = plt.subplots(rows, columns, figsize=(1.5 * columns, 1.65 * rows), squeeze=False)
    for axis in axes.flat:
        axis.set_axis_off()
    for number, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image)
        if titles:
            mark = "" if not right or right[number] else "✗ "
            axis.set_title(mark + titles[number], fontsize=9, color=WRONG if mark else "black")
    return figure


def channel_grid(image: Tensor) -> Figure:
    """A picture ``(3, H, W)`` with values 0 to 1, and its three channels as grey values."""
    figure, axes = plt.subplots(1, 4, figsize=(7.5, 2.1))
    channels = image.cpu().numpy()
    axes[0].imshow(channels.transpose(1, 2, 0))
    for axis, channel in zip(axes[1:], channels, strict=True):
        axis.imshow(channel, cmap="gray", vmin=0, vmax=1)
    for axis, name in zip(axes, ("picture", "red", "green", "blue"), strict=True):
        axis.set_title(name)
        axis.set_axis_off()
    return figure


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


def flow(steps: Sequence[tuple[str, str]], inside: Sequence[int]) -> Figure:
    """Boxes from left to right, joined by arrows: what becomes of a picture.

    Args:
        steps: For each box its name and, below it, what it holds.
        inside: Positions of the boxes that belong to the network; they are filled.
    """
    figure, axis = plt.subplots(figsize=(1.2 * len(steps), 1.1))
    axis.set_axis_off()
    axis.set_xlim(-0.6, len(steps) - 0.4)
    axis.set_ylim(-0.5, 0.5)
    for position, (name, content) in enumerate(steps):
        color, text = (RIGHT, "white") if position in inside else ("#F0F0F0", "black")
        box = {"boxstyle": "round,pad=0.35", "facecolor": color, "edgecolor": NEUTRAL}
        axis.text(
            position,
            0,
            f"{name}\n{content}",
            ha="center",
            va="center",
            color=text,
            size=10,
            bbox=box,
        )
        if position:
            arrow = {"arrowstyle": "->", "color": "black"}
            axis.annotate("", (position - 0.4, 0), (position - 0.6, 0), arrowprops=arrow)
    return figure


def tensor_image(tensor: Tensor, mean: Sequence[float], std: Sequence[float]) -> Image.Image:
    """A normalised tensor ``(3, H, W)`` as the picture that it shows."""
    values = tensor.cpu().permute(1, 2, 0).numpy() * np.array(std) + np.array(mean)
    return Image.fromarray(np.clip(np.round(values * 255), 0, 255).astype(np.uint8))
