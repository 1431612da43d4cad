"""FCN-32s, FCN-16s and FCN-8s: a ResNet that labels every pixel.

Source: Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation"
(2015), sections 3 and 4. The number in the name is the stride of the finest map that is scored.
"""

from typing import cast

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.bilinear import bilinear_upsampling
from course_utils.models.checking import STRIDE, require_pictures, require_positive

PARTS = ("conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3", "layer4")
"""What a ResNet of this package and one of torchvision call their layers up to the last map."""

SKIPS = {32: (), 16: (16,), 8: (16, 8)}
"""Strides of the maps that are added, by that of the finest one."""


class FeatureMaps(nn.Module):
    """A ResNet without its pooling and its fully connected layer.

    Args:
        backbone: A ResNet or ResNeXt of this package or of torchvision; its layers are shared,
            not copied.
        finest: Smallest stride of a map that is returned: 8, 4 or 2.

    Shape:
        ``(N, 3, H, W)`` → maps by stride, at 8 ``(N, C₂, ⌈H/8⌉, ⌈W/8⌉)``, at 16
        ``(N, C₃, ⌈H/16⌉, ⌈W/16⌉)`` and at 32 ``(N, C₄, ⌈H/32⌉, ⌈W/32⌉)``; with torchvision's
        ``resnet18`` 128, 256 and 512 channels. Likewise at 4 and at 2, of 64 channels, where
        ``finest`` asks for them.

    Raises:
        ModelError: If the backbone is no ResNet.
    """

    def __init__(self, backbone: nn.Module, finest: int = 8) -> None:
        super().__init__()
        self.finest = finest
        parts = dict(backbone.named_children())
        missing = [name for name in PARTS if name not in parts]
        if missing:
            raise ModelError(
                f"{type(backbone).__name__}: has no {missing[0]}; give a ResNet or a ResNeXt of "
                "this package or of torchvision"
            )
        self.conv1, self.bn1, self.relu, self.maxpool = (parts[name] for name in PARTS[:4])
        self.layer1, self.layer2, self.layer3, self.layer4 = (parts[name] for name in PARTS[4:])

    def forward(self, x: Tensor) -> dict[int, Tensor]:
        """Return the maps by their strides."""
        maps = {}
        x = self.relu(self.bn1(self.conv1(x)))  # (N, C₀, H/2, W/2)
        if self.finest <= 2:
            maps[2] = x
        x = self.layer1(self.maxpool(x))  # (N, C₁, H/4, W/4)
        if self.finest <= 4:
            maps[4] = x
        maps[8] = self.layer2(x)  # (N, C₂, H/8, W/8)
        maps[16] = self.layer3(maps[8])  # (N, C₃, H/16, W/16)
        maps[32] = self.layer4(maps[16])  # (N, C₄, H/32, W/32)
        return maps

    def channels(self) -> dict[int, int]:
        """Channels of the maps, by their strides."""
        stages = {4: self.layer1, 8: self.layer2, 16: self.layer3, 32: self.layer4}
        found = {2: _channels_out(self.conv1)} | {at: _channels_out(stages[at]) for at in stages}
        return {stride: count for stride, count in found.items() if stride >= self.finest}


class PixelHead(nn.Module):
    """Score the coarsest map; enlarge, and add the scores of finer maps; enlarge to the picture.

    Args:
        channels: Of each scored map, by its stride.
        num_classes: Number of scores for each pixel.
        depthwise: See ``bilinear_upsampling``.
    """

    def __init__(self, channels: dict[int, int], num_classes: int, *, depthwise: bool) -> None:
        super().__init__()
        self.strides = sorted(channels, reverse=True)
        self.score = nn.Conv2d(channels[STRIDE], num_classes, 1)
        nn.init.xavier_uniform_(self.score.weight)
        nn.init.zeros_(cast("Tensor", self.score.bias))
        self.skips = nn.ModuleDict()
        self.doublings = nn.ModuleDict()
        for stride in self.strides[1:]:
            self.skips[f"at_{stride}"] = _silent_score(channels[stride], num_classes)
            self.doublings[f"to_{stride}"] = bilinear_upsampling(
                num_classes, 2, depthwise=depthwise
            )
        self.enlarge = bilinear_upsampling(num_classes, self.strides[-1], depthwise=depthwise)

    def forward(self, maps: dict[int, Tensor]) -> Tensor:
        """Maps by stride → logits ``(N, num_classes, H, W)``, of at least the picture's size."""
        logits: Tensor = self.score(maps[STRIDE])  # (N, num_classes, H/32, W/32)
        for stride in self.strides[1:]:
            finer = self.skips[f"at_{stride}"](maps[stride])  # (N, num_classes, H/stride, W/stride)
            doubled = _enlarged(self.doublings[f"to_{stride}"], logits)
            logits = cut(doubled, finer.shape[-2:]) + finer
        return _enlarged(self.enlarge, logits)


class PixelNetwork(nn.Module):
    """A body that makes maps of a picture, and a head that makes logits for its pixels of them.

    Args:
        body: The stages of a ResNet.
        head: From their maps to logits, at least as many rows and columns as the picture has.

    Attributes:
        body: As it was given.
        head: All that is new.

    Shape:
        ``(N, 3, H, W)`` → logits ``(N, num_classes, H, W)`` for every ``H`` and ``W``. The
        strided convolutions round up, as if the picture were padded at the right and below; what
        that adds is cut off again.

    Raises:
        ModelError: If the input is no batch of RGB pictures.
    """

    def __init__(self, body: FeatureMaps, head: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.head = head

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits ``(N, num_classes, H, W)`` of pictures ``(N, 3, H, W)``."""
        require_pictures(x, self)
        logits: Tensor = self.head(self.body(x))
        return cut(logits, x.shape[-2:])


class FCN(PixelNetwork):
    """A fully convolutional network for pictures of any size; see ``PixelNetwork``.

    Args:
        backbone: A ResNet or ResNeXt; its layers become ``body`` and are shared, not copied.
        num_classes: Number of classes, background included.
        stride: Of the finest map that is scored: 32, 16 or 8.
        depthwise: See ``bilinear_upsampling``.

    Attributes:
        depthwise: As it was given.

    Raises:
        ModelError: If the backbone is no ResNet, or ``num_classes`` is below 1.
    """

    head: PixelHead

    def __init__(
        self, backbone: nn.Module, num_classes: int, *, stride: int, depthwise: bool = False
    ) -> None:
        require_positive(num_classes=num_classes)
        body = FeatureMaps(backbone)
        channels = {at: body.channels()[at] for at in (STRIDE, *SKIPS[stride])}
        super().__init__(body, PixelHead(channels, num_classes, depthwise=depthwise))
        self.depthwise = depthwise


def fcn32s(backbone: nn.Module, num_classes: int, *, depthwise: bool = False) -> FCN:
    """FCN-32s: the last map alone, enlarged 32 times."""
    return FCN(backbone, num_classes, stride=32, depthwise=depthwise)


def fcn16s(backbone: nn.Module, num_classes: int, *, depthwise: bool = False) -> FCN:
    """FCN-16s: the last map and that of stride 16. The skip is silent until it has learned."""
    return FCN(backbone, num_classes, stride=16, depthwise=depthwise)


def fcn8s(backbone: nn.Module, num_classes: int, *, depthwise: bool = False) -> FCN:
    """FCN-8s: the maps of stride 32, 16 and 8. The skips are silent until they have learned."""
    return FCN(backbone, num_classes, stride=8, depthwise=depthwise)


def _silent_score(channels: int, num_classes: int) -> nn.Conv2d:
    """A 1×1 convolution that begins with zeros, as the paper's skips do (section 4.2)."""
    score = nn.Conv2d(channels, num_classes, 1)
    nn.init.zeros_(score.weight)
    nn.init.zeros_(cast("Tensor", score.bias))
    return score


def _enlarged(layer: nn.Module, logits: Tensor) -> Tensor:
    """What the layer gives; in float32 on a CPU, also where mixed precision is asked for.

    A CPU's transposed convolutions in bfloat16 take several times as long as in float32.
    """
    if logits.device.type == "cpu" and torch.is_autocast_enabled("cpu"):
        with torch.autocast("cpu", enabled=False):
            return _enlarged(layer, logits.float())
    enlarged: Tensor = layer(logits)
    return enlarged


def cut(x: Tensor, size: tuple[int, ...]) -> Tensor:
    """The upper left part of this height and width."""
    return x[..., : size[0], : size[1]]


def _channels_out(stage: nn.Module) -> int:
    """Channels of a stage's map: those of its last convolution, or of the shortcut beside it."""
    convolutions = [module for module in stage.modules() if isinstance(module, nn.Conv2d)]
    return convolutions[-1].out_channels
