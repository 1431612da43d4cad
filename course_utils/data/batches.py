"""Batches as the network takes them: on the device, and made ready there."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

Prepare = Callable[[Tensor], Tensor]
"""What is done to the pictures ``(N, 3, H, W)`` of a batch when they are on the device."""


def as_it_is(images: Tensor) -> Tensor:
    """For pictures that are ready already."""
    return images


class Batches:
    """Passes on a loader's batches, moved to the device and made ready there.

    Args:
        loader: Pairs of pictures ``(N, 3, H, W)`` and labels ``(N,)`` or ``(N, H, W)``, all of
            any type; what is kept as bytes stays bytes until here.
        device: Where to.
        prepare: Such as ``batch_transform``.
    """

    def __init__(
        self, loader: DataLoader[Any], device: torch.device | str, prepare: Prepare = as_it_is
    ) -> None:
        self.loader, self.device, self.prepare = loader, device, prepare

    def __len__(self) -> int:
        """Number of batches."""
        return len(self.loader)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Pictures ready for the network, and labels as int64."""
        for images, labels in self.loader:
            yield self.prepare(images.to(self.device)), labels.to(self.device).long()
