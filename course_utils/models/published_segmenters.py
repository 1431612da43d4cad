"""Torchvision's networks for pixels, which were made for pictures of one size.

Their weights were measured on pictures whose shorter side was brought to 520 pixels
(``weights.transforms()``). So the network takes a picture of any size, looks at it at that size,
and answers at the picture's own.
"""

from collections.abc import Mapping
from typing import cast

import torchvision
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.transforms import functional as transforms

AUXILIARY = "aux_classifier."
"""What torchvision calls the second head of FCN and DeepLab, which only learns."""

USUAL_SIDE = 520
"""What torchvision brings the shorter side of a picture to, in pixels."""


def published_segmenter_names() -> list[str]:
    """Torchvision's names of its networks for pixels, sorted."""
    return sorted(torchvision.models.list_models(module=torchvision.models.segmentation))


def is_published(name: str) -> bool:
    """Whether torchvision calls a network for pixels so."""
    return name in published_segmenter_names()


def with_plain_output(model: nn.Module) -> nn.Module:
    """The network, with logits as its answer where torchvision's answers with a dict."""
    segmentation = torchvision.models.segmentation
    answers_with_dict = segmentation.FCN, segmentation.DeepLabV3, segmentation.LRASPP
    return OutputOnly(model) if isinstance(model, answers_with_dict) else model


class OutputOnly(nn.Module):
    """A network that answers with a dict, without all of the answer but ``"out"``.

    Args:
        network: Of ``torchvision.models.segmentation``, or one that answers alike.

    Shape:
        ``(N, 3, H, W)`` → logits ``(N, classes, H, W)``.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits of pictures."""
        return cast("Tensor", self.network(x)["out"])


class PublishedSegmenter(OutputOnly):
    """One of torchvision's networks for pixels, which looks at pictures of one size.

    Args:
        network: Of ``torchvision.models.segmentation``.
        shorter_side: What the shorter side of a picture is brought to, in pixels.

    Shape:
        ``(N, 3, H, W)`` → logits ``(N, classes, H, W)``.
    """

    def __init__(self, network: nn.Module, shorter_side: int) -> None:
        super().__init__(network)
        self.shorter_side = shorter_side

    def resized(self, images: Tensor) -> Tensor:
        """Pictures ``(..., 3, H, W)`` at the size that the network looks at."""
        resized: Tensor = transforms.resize(images, [self.shorter_side], antialias=True)
        return resized

    def at_its_size(self, images: Tensor) -> Tensor:
        """Logits ``(N, classes, h, w)`` of pictures ``(N, 3, h, w)`` that are ``resized``."""
        return super().forward(images)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits at the size of the pictures."""
        logits = self.at_its_size(self.resized(x))
        return F.interpolate(logits, x.shape[-2:], mode="bilinear", align_corners=False)


def build_published(name: str, num_classes: int, shorter_side: int | None) -> PublishedSegmenter:
    """Build one of torchvision's networks for pixels with fresh weights.

    Args:
        name: Such as ``fcn_resnet50``.
        num_classes: Number of classes, background included.
        shorter_side: As for ``PublishedSegmenter``; ``None`` is 520.
    """
    network: nn.Module = torchvision.models.get_model(
        name, weights=None, weights_backbone=None, num_classes=num_classes
    )
    return PublishedSegmenter(network, shorter_side or USUAL_SIDE)


def without_auxiliary(state_dict: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors without those of the second head."""
    return {name: t for name, t in state_dict.items() if not name.startswith(AUXILIARY)}
