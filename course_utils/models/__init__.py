"""Networks: ResNet and ResNeXt from their blocks, and the weights that go into them."""

from course_utils.models.aggregated import as_concatenated_paths, as_parallel_paths
from course_utils.models.blocks import BasicBlock, Bottleneck, PlainBlock
from course_utils.models.fully_convolutional import FullyConvolutional, to_fully_convolutional
from course_utils.models.resnet import (
    ResNet,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnet_of_depth,
    resnext50_32x4d,
    resnext101_32x8d,
    resnext101_64x4d,
)
from course_utils.models.two_layers import TwoLayerPaths, as_dense_block

__all__ = [
    "BasicBlock",
    "Bottleneck",
    "FullyConvolutional",
    "PlainBlock",
    "ResNet",
    "TwoLayerPaths",
    "as_concatenated_paths",
    "as_dense_block",
    "as_parallel_paths",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "resnet_of_depth",
    "resnext50_32x4d",
    "resnext101_32x8d",
    "resnext101_64x4d",
    "to_fully_convolutional",
]
