"""The map that the layers before a classifier's head give: its channels, its size, its stride."""

import torch
from torch import Tensor, nn

from course_utils.copies import copy_of
from course_utils.errors import ModelError

FAR = 128 * 3 * 5 * 7
"""Pixels by which a picture is enlarged to see how a map grows: a multiple of all usual strides."""


def feature_map(body: nn.Sequential, size: int) -> tuple[int, int, int]:
    """Channels and side of the body's map of a picture of the native size, and its stride.

    The stride, in pixels, is how the map grows with the picture. Nothing is computed.

    Raises:
        ModelError: If the body takes no such picture, gives no square map, or one that does not
            grow evenly with the picture.
    """
    shadow = copy_of(body).to("meta").eval()
    shape = _map_shape(shadow, size, size)
    if len(shape) != 4 or shape[2] != shape[3]:
        raise ModelError(f"the body gives {tuple(shape)}, not a square map (N, C, h, h)")
    channels, side = shape[1:3]
    *_, rows, columns = _map_shape(shadow, size + FAR, size + 2 * FAR)
    more = rows - side
    if more <= 0 or FAR % more or columns - side != 2 * more:
        raise ModelError("the body's map does not grow evenly with the picture")
    return channels, side, FAR // more


def _map_shape(shadow: nn.Module, height: int, width: int) -> torch.Size:
    """The shape of the map of one picture of this size."""
    try:
        with torch.no_grad():
            features: Tensor = shadow(torch.zeros(1, 3, height, width, device="meta"))
    except RuntimeError as error:
        raise ModelError(
            f"native_size={height}: the layers before the head, one after the other, cannot take "
            f"such a picture ({error})"
        ) from error
    return features.shape
