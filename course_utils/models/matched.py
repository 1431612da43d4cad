"""Networks for one comparison: without groups and with them, at nearly the same size.

Source: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2017),
section 5.1, which chooses the width of each group so that ResNeXt has as many weights as the
ResNet beside it. The paper has no network as shallow as these.
"""

from course_utils.models.blocks import PAPER_WIDTH, Bottleneck
from course_utils.models.resnet import ResNet


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
