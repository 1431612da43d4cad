"""Pictures side by side, and the picture that a tensor shows."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from PIL import Image
from torch import Tensor

from course_utils.drawing.style import WRONG


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
    """A picture ``(3, H, W)`` with values 0 to 1, and its three channels as gray values."""
    figure, axes = plt.subplots(1, 4, figsize=(7.5, 2.1))
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
