"""U-Net on a ResNet: maps of all strides, set side by side instead of added as scores.

Source: Ronneberger, Fischer and Brox, "U-Net: Convolutional Networks for Biomedical Image
Segmentation" (2015), section 2. As in many later ones, the left side is a trained ResNet, the
convolutions are padded, batch norms follow them, and maps are enlarged by interpolation. The
number in the name is the stride of the finest map that is taken, as in those of the FCNs.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.models.checking import STRIDE, require_positive
from course_utils.models.fcn import FeatureMaps, PixelNetwork, cut


class JoiningHead(nn.Module):
    """Enlarge the coarsest map, join it with the next finer one, and so on; then score.

    Args:
        channels: Of each map, by its stride.
        num_classes: Number of scores for each pixel.
    """

    def __init__(self, channels: dict[int, int], num_classes: int) -> None:
        super().__init__()
        self.strides = sorted(channels, reverse=True)
        self.joins = nn.ModuleDict()
        above = channels[STRIDE]
        for stride in self.strides[1:]:
            self.joins[f"at_{stride}"] = two_convolutions(
                above + channels[stride], channels[stride]
            )
            above = channels[stride]
        self.score = nn.Conv2d(above, num_classes, 1)

    def forward(self, maps: dict[int, Tensor]) -> Tensor:
        """Maps by stride → logits ``(N, num_classes, H, W)``, of at least the picture's size."""
        x = maps[STRIDE]  # (N, C₄, H/32, W/32)
        for stride in self.strides[1:]:
            finer = maps[stride]  # (N, C, H/stride, W/stride)
            doubled = cut(_enlarged(x, 2), finer.shape[-2:])
            x = self.joins[f"at_{stride}"](torch.cat([doubled, finer], dim=1))
        return _enlarged(self.score(x), self.strides[-1])


class UNet(PixelNetwork):
    """A U-Net for pictures of any size; see ``PixelNetwork``.

    Args:
        backbone: A ResNet or ResNeXt; its layers become ``body`` and are shared, not copied.
        num_classes: Number of classes, background included.
        stride: Of the finest map that is joined: 8, 4 or 2.

    Raises:
        ModelError: If the backbone is no ResNet, or ``num_classes`` is below 1.
    """

    head: JoiningHead

    def __init__(self, backbone: nn.Module, num_classes: int, *, stride: int) -> None:
        require_positive(num_classes=num_classes)
        body = FeatureMaps(backbone, stride)
        super().__init__(body, JoiningHead(body.channels(), num_classes))


def unet8s(backbone: nn.Module, num_classes: int) -> UNet:
    """The maps of stride 32, 16 and 8, as in FCN-8s, joined instead of added."""
    return UNet(backbone, num_classes, stride=8)


def unet2s(backbone: nn.Module, num_classes: int) -> UNet:
    """The maps of all strides from 32 to 2, as a U-Net on a ResNet usually has them."""
    return UNet(backbone, num_classes, stride=2)


def two_convolutions(channels: int, out_channels: int) -> nn.Sequential:
    """Two 3×3 convolutions, each with a batch norm and a ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
        nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )


def _enlarged(x: Tensor, factor: int) -> Tensor:
    return F.interpolate(x, scale_factor=float(factor), mode="bilinear")
