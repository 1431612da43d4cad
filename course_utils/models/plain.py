"""Networks for one comparison: the same layers with and without their shortcuts.

Source: He et al., "Deep Residual Learning for Image Recognition" (2016), sections 3.3 and 4.1,
which compares 18 and 34 layers. Those of 10 layers are added here. Each ``plain`` network has the
partner ``resnet`` of the same number.
"""

from course_utils.models.blocks import PAPER_WIDTH, BasicBlock, PlainBlock
from course_utils.models.resnet import ResNet


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
