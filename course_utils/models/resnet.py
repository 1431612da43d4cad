"""ResNet and ResNeXt: one network, built from one of two blocks.

Sources: He et al., "Deep Residual Learning for Image Recognition" (2016), table 1; Xie et al.,
"Aggregated Residual Transformations for Deep Neural Networks" (2017), table 1. The names of the
weights are torchvision's, so that its files load.
"""

from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.blocks import PAPER_WIDTH, BasicBlock, Bottleneck, NormLayer, PlainBlock
from course_utils.models.checking import require_pictures, require_positive


class ResNet(nn.Module):
    """A stem, four stages of residual blocks, average pooling, and a fully connected layer.

    Args:
        block: ``BasicBlock``, ``PlainBlock`` or ``Bottleneck``.
        layers: Number of blocks in each of the four stages.
        num_classes: Number of classes, and of logits.
        stem_width: Channels after the stem; 64 in the paper, 16 for the course's slim networks.
        groups: Cardinality of every 3×3 convolution; 1 in ResNet.
        width_per_group: Channels of each group, relative to a first stage of 64.
        norm_layer: Makes the normalization after each convolution; ``nn.Identity`` makes none.

    Shape:
        ``(N, 3, H, W)`` → logits ``(N, num_classes)``. In training a single picture must have a
        side above 32.

    Raises:
        ModelError: If an argument makes no network, or the input is no batch of RGB pictures.
    """

    def __init__(
        self,
        block: type[BasicBlock] | type[Bottleneck],
        layers: Sequence[int],
        num_classes: int = 1000,
        *,
        stem_width: int = PAPER_WIDTH,
        groups: int = 1,
        width_per_group: int = PAPER_WIDTH,
        norm_layer: NormLayer = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        require_positive(num_classes=num_classes, stem_width=stem_width)
        _require_stages(block, layers)
        self.conv1 = nn.Conv2d(3, stem_width, 7, stride=2, padding=3, bias=False)
        self.bn1 = norm_layer(stem_width)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        widths = [stem_width * 2**stage for stage in range(4)]
        inputs = [stem_width, *(width * block.expansion for width in widths)]
        make = partial(block, groups=groups, width_per_group=width_per_group, norm_layer=norm_layer)
        self.layer1 = _stage(make, layers[0], inputs[0], widths[0], inputs[1], stride=1)
        self.layer2 = _stage(make, layers[1], inputs[1], widths[1], inputs[2], stride=2)
        self.layer3 = _stage(make, layers[2], inputs[2], widths[2], inputs[3], stride=2)
        self.layer4 = _stage(make, layers[3], inputs[3], widths[3], inputs[4], stride=2)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(inputs[4], num_classes)
        self.apply(_initialize)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits ``(N, num_classes)`` of pictures ``(N, 3, H, W)``."""
        require_pictures(x, self)
        x = self.relu(self.bn1(self.conv1(x)))  # (N, 64, H/2, W/2)
        x = self.maxpool(x)  # (N, 64, H/4, W/4)
        x = self.layer1(x)  # (N, 64·e, H/4, W/4), e = block.expansion
        x = self.layer2(x)  # (N, 128·e, H/8, W/8)
        x = self.layer3(x)  # (N, 256·e, H/16, W/16)
        x = self.layer4(x)  # (N, 512·e, H/32, W/32)
        x = self.avgpool(x)  # (N, 512·e, 1, 1)
        x = torch.flatten(x, 1)  # (N, 512·e)
        logits: Tensor = self.fc(x)
        return logits


def _stage(
    make: Callable[..., nn.Module],
    depth: int,
    in_channels: int,
    channels: int,
    out_channels: int,
    stride: int,
) -> nn.Sequential:
    """``depth`` blocks, of which the first changes the shape."""
    first = make(in_channels, channels, stride)
    rest = [make(out_channels, channels) for _ in range(depth - 1)]
    return nn.Sequential(first, *rest)


def _initialize(module: nn.Module) -> None:
    """He's initialization of the convolutions (fan out, as in torchvision)."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def _require_stages(block: object, layers: Sequence[int]) -> None:
    if not (isinstance(block, type) and hasattr(block, "expansion")):
        raise ModelError(f"block={block!r}: give BasicBlock, PlainBlock or Bottleneck")
    if len(layers) != 4 or min(layers) < 1:
        raise ModelError(f"layers={list(layers)}: give the number of blocks of four stages")


def resnet18(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNet-18: 1 + 2·(2+2+2+2) + 1 layers with weights on the main path."""
    return ResNet(BasicBlock, [2, 2, 2, 2], num_classes, stem_width=stem_width)


def resnet34(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNet-34: 1 + 2·(3+4+6+3) + 1 layers."""
    return ResNet(BasicBlock, [3, 4, 6, 3], num_classes, stem_width=stem_width)


def resnet50(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNet-50: 1 + 3·(3+4+6+3) + 1 layers."""
    return ResNet(Bottleneck, [3, 4, 6, 3], num_classes, stem_width=stem_width)


def resnet101(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNet-101: 1 + 3·(3+4+23+3) + 1 layers."""
    return ResNet(Bottleneck, [3, 4, 23, 3], num_classes, stem_width=stem_width)


def resnet152(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNet-152: 1 + 3·(3+8+36+3) + 1 layers."""
    return ResNet(Bottleneck, [3, 8, 36, 3], num_classes, stem_width=stem_width)


def resnet_of_depth(
    depth: int, num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH
) -> ResNet:
    """One of the five networks of the paper's table 1, by its number of layers.

    Raises:
        ModelError: If ``depth`` is not 18, 34, 50, 101 or 152.
    """
    family = {18: resnet18, 34: resnet34, 50: resnet50, 101: resnet101, 152: resnet152}
    if depth not in family:
        raise ModelError(
            f"depth={depth!r}: the family has 18, 34, 50, 101 and 152 layers; for another depth "
            "give the blocks of each stage, as in ResNet(BasicBlock, [1, 1, 1, 1])"
        )
    return family[depth](num_classes, stem_width=stem_width)


def resnext50_32x4d(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNeXt-50 with 32 groups of 4 channels in the first stage."""
    return ResNet(
        Bottleneck, [3, 4, 6, 3], num_classes, stem_width=stem_width, groups=32, width_per_group=4
    )


def resnext101_32x8d(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNeXt-101 with 32 groups of 8 channels in the first stage."""
    return ResNet(
        Bottleneck, [3, 4, 23, 3], num_classes, stem_width=stem_width, groups=32, width_per_group=8
    )


def resnext101_64x4d(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """ResNeXt-101 with 64 groups of 4 channels in the first stage."""
    return ResNet(
        Bottleneck, [3, 4, 23, 3], num_classes, stem_width=stem_width, groups=64, width_per_group=4
    )


def resnet10(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """One BasicBlock in each stage: 1 + 2·(1+1+1+1) + 1 layers. The paper has no such network."""
    return ResNet(BasicBlock, [1, 1, 1, 1], num_classes, stem_width=stem_width)


def plain10(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """``resnet10`` without its shortcuts."""
    return ResNet(PlainBlock, [1, 1, 1, 1], num_classes, stem_width=stem_width)


def plain18(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """``resnet18`` without its shortcuts."""
    return ResNet(PlainBlock, [2, 2, 2, 2], num_classes, stem_width=stem_width)


def plain34(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """``resnet34`` without its shortcuts: figure 3 of the paper, in the middle."""
    return ResNet(PlainBlock, [3, 4, 6, 3], num_classes, stem_width=stem_width)


def resnet14(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """One Bottleneck in each stage: 1 + 3·(1+1+1+1) + 1 layers."""
    return ResNet(Bottleneck, [1, 1, 1, 1], num_classes, stem_width=stem_width)


def resnext14_8x15d(num_classes: int = 1000, *, stem_width: int = PAPER_WIDTH) -> ResNet:
    """``resnet14`` with 8 groups of 15 channels in the first stage: at most 1 % more weights.

    With a ``stem_width`` of 16 the groups of the four stages have 3, 7, 15 and 30 channels.
    """
    return ResNet(
        Bottleneck, [1, 1, 1, 1], num_classes, stem_width=stem_width, groups=8, width_per_group=15
    )
