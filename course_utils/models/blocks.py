"""The blocks that ResNet and ResNeXt are built from, and the plain one without a shortcut.

Sources: He et al., "Deep Residual Learning for Image Recognition" (2016), figures 2 and 5; Xie
et al., "Aggregated Residual Transformations for Deep Neural Networks" (2017), figure 3. As in
torchvision, a Bottleneck halves the picture in its 3×3 convolution (the paper: in its first
1×1). The names of the weights are torchvision's, so that its files load.
"""

import math
from collections.abc import Callable

from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.checking import require_divisor, require_positive

PAPER_WIDTH = 64
"""Channels after the stem in the paper; ``width_per_group`` is stated relative to it."""

NormLayer = Callable[[int], nn.Module]
"""What makes a normalization of so many channels; ``nn.Identity`` makes none."""


def conv3x3(in_channels: int, out_channels: int, stride: int = 1, groups: int = 1) -> nn.Conv2d:
    """A 3×3 convolution without bias (batch norm has one); it divides the size by the stride.

    Raises:
        ModelError: If ``groups`` does not divide both numbers of channels.
    """
    require_divisor(groups, in_channels, out_channels)
    return nn.Conv2d(
        in_channels, out_channels, 3, stride=stride, padding=1, groups=groups, bias=False
    )


def conv1x1(in_channels: int, out_channels: int, stride: int = 1) -> nn.Conv2d:
    """A 1×1 convolution: the same small matrix applied to the channels of every pixel."""
    return nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)


def shortcut(
    in_channels: int, out_channels: int, stride: int, norm_layer: NormLayer = nn.BatchNorm2d
) -> nn.Sequential | None:
    """What brings the input to the shape of the output; ``None`` where it has it already."""
    if stride == 1 and in_channels == out_channels:
        return None
    return nn.Sequential(conv1x1(in_channels, out_channels, stride), norm_layer(out_channels))


class BasicBlock(nn.Module):
    """Two 3×3 convolutions and a shortcut around them.

    Args:
        in_channels: Channels of the input.
        channels: Channels of both convolutions, and of the output.
        stride: 2 halves height and width, in the first convolution.
        groups: Must be 1: aggregated paths of two layers are one ordinary block.
        width_per_group: Must be 64, likewise.
        norm_layer: Makes the normalization after each convolution; ``nn.Identity`` makes none.

    Shape:
        ``(N, in_channels, H, W)`` → ``(N, channels, H/stride, W/stride)``, rounded up.

    Raises:
        ModelError: If ``groups`` is not 1 or ``width_per_group`` not 64.
    """

    expansion = 1

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        groups: int = 1,
        width_per_group: int = PAPER_WIDTH,
        norm_layer: NormLayer = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        if groups != 1 or width_per_group != PAPER_WIDTH:
            raise ModelError("BasicBlock knows no groups and one width: use Bottleneck")
        self.conv1 = conv3x3(in_channels, channels, stride)
        self.bn1 = norm_layer(channels)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(channels, channels)
        self.bn2 = norm_layer(channels)
        self.downsample = shortcut(in_channels, channels, stride, norm_layer)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(F(x) + x)``."""
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))  # (N, channels, H/stride, W/stride)
        out = self.bn2(self.conv2(out))
        if self.downsample is not None:
            identity = self.downsample(x)
        result: Tensor = self.relu(out + identity)
        return result


class PlainBlock(BasicBlock):
    """A BasicBlock without its shortcut, to compare with: ``ResNet(PlainBlock, [2, 2, 2, 2])``.

    Source: He et al. (2016), section 3.3, "Plain Network". It takes what a BasicBlock takes.
    """

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        groups: int = 1,
        width_per_group: int = PAPER_WIDTH,
        norm_layer: NormLayer = nn.BatchNorm2d,
    ) -> None:
        super().__init__(in_channels, channels, stride, groups, width_per_group, norm_layer)
        self.downsample = None

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(F(x))``."""
        out = self.relu(self.bn1(self.conv1(x)))  # (N, channels, H/stride, W/stride)
        result: Tensor = self.relu(self.bn2(self.conv2(out)))
        return result


class Bottleneck(nn.Module):
    """A narrow 3×3 convolution between two 1×1 convolutions, and a shortcut around them.

    With ``groups`` above 1 it is the block of ResNeXt.

    Args:
        in_channels: Channels of the input.
        channels: A quarter of the output's channels.
        stride: 2 halves height and width, in the 3×3 convolution.
        groups: Into how many groups the 3×3 convolution is split (the cardinality).
        width_per_group: Channels of each group where ``channels`` is 64, as in "32×4d".
        norm_layer: Makes the normalization after each convolution; ``nn.Identity`` makes none.

    Shape:
        ``(N, in_channels, H, W)`` → ``(N, 4·channels, H/stride, W/stride)``, rounded up.

    Raises:
        ModelError: If a group would have no channel, or only one where more were meant.
    """

    expansion = 4

    def __init__(
        self,
        in_channels: int,
        channels: int,
        stride: int = 1,
        groups: int = 1,
        width_per_group: int = PAPER_WIDTH,
        norm_layer: NormLayer = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        width = group_width(channels, width_per_group, groups) * groups
        out_channels = channels * self.expansion
        self.conv1 = conv1x1(in_channels, width)
        self.bn1 = norm_layer(width)
        self.conv2 = conv3x3(width, width, stride, groups)
        self.bn2 = norm_layer(width)
        self.conv3 = conv1x1(width, out_channels)
        self.bn3 = norm_layer(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(in_channels, out_channels, stride, norm_layer)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(F(x) + x)``."""
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))  # (N, width, H, W)
        out = self.relu(self.bn2(self.conv2(out)))  # (N, width, H/stride, W/stride)
        out = self.bn3(self.conv3(out))  # (N, 4·channels, H/stride, W/stride)
        if self.downsample is not None:
            identity = self.downsample(x)
        result: Tensor = self.relu(out + identity)
        return result


def group_width(channels: int, width_per_group: int, groups: int = 1) -> int:
    """Channels of one group in a stage of ``channels``: ``width_per_group`` in the paper's first.

    >>> [group_width(channels, 4) for channels in (64, 128, 256, 512)]
    [4, 8, 16, 32]

    Args:
        channels: Of the stage: 64 in the paper's first stage, 512 in its last.
        width_per_group: Channels of each group where ``channels`` is 64.
        groups: With more than one, a group of one channel must be meant (``width_per_group=1``):
            rounding must not make a depthwise convolution by accident.

    Raises:
        ModelError: If a group would have no channel, or one by accident.
    """
    require_positive(channels=channels, width_per_group=width_per_group, groups=groups)
    width = int(channels * (width_per_group / PAPER_WIDTH))
    enough = 1 if groups == 1 else 2
    if width < min(enough, width_per_group):
        depthwise = "one channel, as in a depthwise convolution"
        found = depthwise if width else "no channel"
        wider = math.ceil(enough * PAPER_WIDTH / channels)
        more = math.ceil(enough * PAPER_WIDTH / width_per_group)
        raise ModelError(
            f"a group of {width_per_group}·{channels}/{PAPER_WIDTH} channels "
            f"has {found}: give width_per_group={wider} or more, "
            f"or {more} channels (stem_width) or more"
        )
    return width
