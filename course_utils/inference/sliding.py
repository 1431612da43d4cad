"""A classifier on one window of a picture after the other: what a dense map replaces."""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.inference.tiling import map_size
from course_utils.models import FullyConvolutional


def window_corners(length: int, size: int, stride: int) -> range:
    """Where the windows begin that lie wholly inside a side of ``length`` pixels."""
    return range(0, length - size + 1, stride)


def sliding_windows(
    model: nn.Module, image: Tensor, size: int, stride: int, batch_size: int = 1
) -> Tensor:
    """Classify every window that lies wholly inside the picture.

    Args:
        model: Takes ``(N, 3, size, size)`` and gives ``(N, classes)``; in ``eval`` mode.
        image: ``(3, H, W)``, prepared as the network wants it.
        size: Side of a window, in pixels.
        stride: From one window to the next, in pixels.
        batch_size: Windows that go through the network together.

    Returns:
        The logits ``(classes, rows, columns)`` of the windows.
    """
    rows = window_corners(image.shape[1], size, stride)
    columns = window_corners(image.shape[2], size, stride)
    windows = [image[:, y : y + size, x : x + size] for y in rows for x in columns]
    with torch.inference_mode():
        batches = [model(torch.stack(part)) for part in _batches(windows, batch_size)]
    logits = torch.cat(batches)  # (rows · columns, classes)
    return logits.T.reshape(-1, len(rows), len(columns))


def windows_with_context(model: FullyConvolutional, image: Tensor, margin: int) -> Tensor:
    """The dense map, computed window by window: each is cut with what surrounds it.

    A cell of the dense map has seen real pixels beyond the edge of its window, where a window that
    is cut out has seen zeros. With a margin as wide as the features look beyond the window both
    are the same; it is cut off where the picture ends.

    Args:
        model: In ``eval`` mode; its body's stride is the native size divided by ``window``.
        image: ``(3, H, W)``, prepared as the network wants it.
        margin: Pixels around each window; a multiple of the body's stride. ResNet-18 needs 217,
            so 224 are enough.

    Returns:
        The logits ``(classes, h, w)``, of as many cells as the dense map has.

    Raises:
        ModelError: If the margin is no multiple of the body's stride.
    """
    stride = model.native_size // model.window
    if margin % stride:
        raise ModelError(f"margin={margin}: give a multiple of {stride}, the body's stride")
    rows, columns = map_size(model, *image.shape[1:])
    with torch.inference_mode():
        cells = [
            _one_cell(model, image, (row * model.pool_stride, column * model.pool_stride), margin)
            for row in range(rows)
            for column in range(columns)
        ]
    return torch.stack(cells, dim=1).reshape(-1, rows, columns)


def _one_cell(
    model: FullyConvolutional, image: Tensor, corner: tuple[int, int], margin: int
) -> Tensor:
    """Logits ``(classes,)`` of the window whose first feature is at ``corner``, in cells."""
    stride = model.native_size // model.window
    cut, offsets = [], []
    for first, length in zip(corner, image.shape[1:], strict=True):
        start = max(0, first * stride - margin)
        cut.append(slice(start, min(length, first * stride + model.native_size + margin)))
        offsets.append(first - start // stride)
    features = model.body(image[:, cut[0], cut[1]][None])
    down, across = (slice(offset, offset + model.window) for offset in offsets)
    logits: Tensor = model.head(features[:, :, down, across]).flatten()
    return logits


def _batches(windows: list[Tensor], size: int) -> Iterator[list[Tensor]]:
    for start in range(0, len(windows), size):
        yield windows[start : start + size]
