"""Networks: ResNet and ResNeXt from their blocks, and the weights that go into them."""

from course_utils.models.bilinear import bilinear_kernel, bilinear_upsampling
from course_utils.models.blocks import BasicBlock, Bottleneck, PlainBlock
from course_utils.models.conversion import FullyConvolutional, to_fully_convolutional
from course_utils.models.fcn import FCN, fcn8s, fcn16s, fcn32s
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
from course_utils.models.unet import UNet, unet2s, unet8s

__all__ = [
    "FCN",
    "BasicBlock",
    "Bottleneck",
    "FullyConvolutional",
    "PlainBlock",
    "ResNet",
    "UNet",
    "bilinear_kernel",
    "bilinear_upsampling",
    "fcn8s",
    "fcn16s",
    "fcn32s",
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
    "unet2s",
    "unet8s",
]
