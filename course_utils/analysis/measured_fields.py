"""The effective receptive field: how much of what a cell can see it takes notice of."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from course_utils.analysis.fields import receptive_field
from course_utils.analysis.gradient_fields import gradient_of, middle_cell, output_of
from course_utils.copies import copy_of


@dataclass(frozen=True)
class EffectiveField:
    """How much each pixel counts for one cell.

    Attributes:
        density: ``(H, W)``, not negative, with the sum 1.
        center: Row and column in the middle of what the cell can see.
    """

    density: Tensor
    center: tuple[float, float]

    @property
    def centroid(self) -> tuple[float, float]:
        """The density's own middle, its center of mass, as row and column in pixels."""
        rows, columns = (
            float((self.density.sum(dim=1 - axis) * torch.arange(length)).sum())
            for axis, length in enumerate(self.density.shape)
        )
        return rows, columns

    def side(self, share: float = 0.95) -> float:
        """Side, in pixels, of the smallest square around the center that holds this share.

        Args:
            share: Of the density, above 0 and at most 1.
        """
        rows, columns = (
            (torch.arange(length) - middle).abs()
            for length, middle in zip(self.density.shape, self.center, strict=True)
        )
        distance = torch.maximum(rows[:, None], columns).flatten()  # to the center, (H·W,)
        distance, order = distance.sort()
        held = self.density.flatten()[order].cumsum(dim=0)
        last = int((held < share * held[-1]).sum())
        return 2 * float(distance[last]) + 1


def effective_field(model: nn.Module, layer: str, images: Tensor) -> EffectiveField:
    """Measure how strongly each pixel acts on the middle cell of a layer.

    Args:
        model: As in ``effective_fields``.
        layer: Likewise.
        images: Likewise.

    Raises:
        ModelError: As there.
    """
    return effective_fields(model, layer, images, None)[0]


def effective_fields(
    model: nn.Module, layer: str, images: Tensor, cells: Sequence[tuple[int, int]] | None
) -> list[EffectiveField]:
    """Measure how strongly each pixel acts on some cells of a layer.

    That is the absolute gradient of the cell (of the sum of its channels), summed over the
    colors and averaged over the pictures, in ``eval`` mode. Source: Luo, Li, Urtasun, Zemel,
    "Understanding the Effective Receptive Field in Deep Convolutional Neural Networks" (2016),
    section 3.

    Args:
        model: A network whose layer has a receptive field; it is not changed.
        layer: Name of a layer in ``named_modules()``.
        images: ``(N, C, H, W)`` on the network's device, normalized as in its training. Where
            a picture ends the field is cut off.
        cells: Row and column of each; ``None`` for the one in the middle, or just before it.

    Returns:
        One for each cell, in their order.

    Raises:
        ModelError: If the layer does not exist or has no receptive field, or if no gradient
            arrives.
    """
    images = images.detach().clone().requires_grad_()
    output = output_of(copy_of(model).eval(), layer, images)  # (N, channels, rows, columns)
    shape = images.shape[1], images.shape[2], images.shape[3]
    span = receptive_field(model, shape)[layer].square
    found = []
    for row, column in [middle_cell(output)] if cells is None else cells:
        gradient = gradient_of(output, (row, column), images).abs().double()
        density = gradient.mean(dim=0).sum(dim=0).cpu()  # (H, W)
        center = span.center(row), span.center(column)
        found.append(EffectiveField(density / density.sum(), center))
    return found
