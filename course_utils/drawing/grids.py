"""Pictures side by side, and the picture that a tensor shows."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from course_utils.drawing.page import SMALLEST, WIDTH
from course_utils.drawing.style import WRONG

CELL, GAP, LINE = 1.6, 0.08, 0.17
"""In inches: the widest picture of a grid, what is between two, and a line of a title."""

TALL = 1.35
"""The tallest picture, in widths of a cell; a taller one becomes narrower."""


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
    across = min(CELL, (WIDTH - GAP * (columns - 1)) / columns)
    tallest = [_tallest(images[row * columns : (row + 1) * columns]) for row in range(rows)]
    lines = max((title.count("\n") + 1 for title in titles), default=0)
    above = lines * LINE + GAP
    total = sum(across * tall + above for tall in tallest)
    figure = plt.figure(figsize=(across * columns + GAP * (columns - 1), total), layout="none")
    width, top = figure.get_figwidth(), total
    for number in range(rows * columns):
        row, column = divmod(number, columns)
        height = across * tallest[row]
        if column == 0:
            top -= height + above
        left = column * (across + GAP)
        axis = figure.add_axes((left / width, top / total, across / width, height / total))
        axis.set_axis_off()
        if number < len(images):
            axis.imshow(images[number])
            axis.set_anchor("S")
    if titles:
        _write_titles(figure, titles, right)
    return figure


def _tallest(images: Sequence[Image.Image]) -> float:
    """Height of the tallest picture of a row, in widths of a cell."""
    return min(TALL, max(image.height / image.width for image in images))


def _write_titles(figure: Figure, titles: Sequence[str], right: Sequence[bool]) -> None:
    for number, (axis, title) in enumerate(zip(figure.axes, titles, strict=False)):
        mark = "" if not right or right[number] else "✗ "
        axis.set_title(mark + title, fontsize=SMALLEST, color=WRONG if mark else "black", pad=3)


def channel_grid(image: Tensor) -> Figure:
    """A picture ``(3, H, W)`` with values 0 to 1, and its three channels as gray values."""
    figure, axes = plt.subplots(1, 4, figsize=(WIDTH, 1.6))
    channels = image.cpu().numpy()
    axes[0].imshow(channels.transpose(1, 2, 0))
    for axis, channel in zip(axes[1:], channels, strict=True):
        axis.imshow(channel, cmap="gray", vmin=0, vmax=1)
    for axis, name in zip(axes, ("picture", "red", "green", "blue"), strict=True):
        axis.set_title(name)
        axis.set_axis_off()
    return figure


def tensor_image(tensor: Tensor, mean: Sequence[float], std: Sequence[float]) -> Image.Image:
    """A normalized tensor ``(3, H, W)`` as the picture that it shows."""
    values = tensor.cpu().permute(1, 2, 0).numpy() * np.array(std) + np.array(mean)
    return Image.fromarray(np.clip(np.round(values * 255), 0, 255).astype(np.uint8))
