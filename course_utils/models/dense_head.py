"""The layers behind a network's feature map, written as layers of a map."""

from collections import OrderedDict
from collections.abc import Mapping
from copy import deepcopy

import torch
from torch import nn
from torchvision.models.convnext import LayerNorm2d

from course_utils.errors import ModelError

Layers = OrderedDict[str, nn.Module]

ONE_BY_ONE = (
    *(nn.Dropout, nn.Identity, nn.ReLU, nn.ReLU6, nn.Hardswish, nn.SiLU, nn.GELU, nn.Tanh),
    *(nn.LeakyReLU, nn.ELU, nn.Sigmoid, LayerNorm2d),
)
"""Layers that look at one position of a map at a time: there they do what they do on a vector.

``LayerNorm2d`` mixes the channels of a position, as a 1×1 convolution does.
"""


def dense_head(
    head: Mapping[str, nn.Module], channels: int, window: int, stride: int
) -> nn.Sequential:
    """Convert the layers of a head, in their order; a pooling is put before them if they need it.

    Args:
        head: What follows the feature map and its pooling; a ``Sequential`` is opened.
        channels: Of the feature map.
        window: Side of the feature map of a picture of the native size, in cells.
        stride: Of the pooling or, where a layer has a weight for every cell, of that layer.

    Returns:
        A head of copies that takes ``(N, channels, h, w)`` and gives logits at every position.

    Raises:
        ModelError: If a layer cannot be converted; it is named.
    """
    layers = _opened(head)
    converted: Layers = OrderedDict()
    if not _makes_one_position(layers, channels, window):
        converted["pool"] = nn.AvgPool2d(window, stride)
    for name, layer in layers.items():
        if not isinstance(layer, nn.Flatten):
            converted[name.replace(".", "_")] = _dense(name, layer, channels, window, stride)
        channels = getattr(layer, "out_features", channels)
    return nn.Sequential(converted)


def as_convolution(layer: nn.Linear, channels: int, kernel: int = 1, stride: int = 1) -> nn.Conv2d:
    """The convolution with the numbers of a fully connected layer.

    Args:
        layer: Its weight is ``(out, channels · kernel²)``: flattening ``(C, h, w)`` keeps the
            cells of a channel together, so its rows are reshaped and nothing moves.
        channels: Of the map.
        kernel: Side of the part of the map that the layer took, in cells.
        stride: In cells.

    Returns:
        A convolution with the weight ``(out, channels, kernel, kernel)``.
    """
    has_bias = layer.bias is not None
    convolution = nn.Conv2d(
        channels, layer.out_features, kernel, stride, bias=has_bias, device="meta"
    )
    convolution.weight = _copied(layer.weight, convolution.weight.shape)
    if has_bias:
        convolution.bias = _copied(layer.bias, layer.bias.shape)
    return convolution


def _copied(numbers: torch.Tensor, shape: torch.Size) -> nn.Parameter:
    """The same numbers in another shape; frozen where they were."""
    return nn.Parameter(numbers.detach().clone().view(shape), numbers.requires_grad)


def _opened(head: Mapping[str, nn.Module]) -> Layers:
    """The layers one by one, by names such as ``classifier.6``."""
    layers: Layers = OrderedDict()
    for name, layer in head.items():
        if isinstance(layer, nn.Sequential):
            inside = _opened(dict(layer.named_children()))
            layers.update((f"{name}.{place}", part) for place, part in inside.items())
        else:
            layers[name] = layer
    return layers


def _makes_one_position(layers: Layers, channels: int, window: int) -> bool:
    """Whether a head needs no pooling before it.

    It has one of its own (SqueezeNet), or a weight for every cell (AlexNet, VGG).
    """
    if any(isinstance(layer, nn.AdaptiveAvgPool2d) for layer in layers.values()):
        return True
    first = next((layer for layer in layers.values() if isinstance(layer, nn.Linear)), None)
    return window > 1 and first is not None and first.in_features == channels * window**2


def _dense(name: str, layer: nn.Module, channels: int, window: int, stride: int) -> nn.Module:
    if isinstance(layer, nn.Linear) and layer.in_features == channels:
        return as_convolution(layer, channels)
    if isinstance(layer, nn.Linear) and layer.in_features == channels * window**2:
        return as_convolution(layer, channels, window, stride)
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return nn.AvgPool2d(window, stride)
    if isinstance(layer, ONE_BY_ONE) or getattr(layer, "kernel_size", 0) == (1, 1):
        return deepcopy(layer)
    raise ModelError(
        f"the layer {name}, {layer}, cannot be converted: behind a map of {channels} channels and "
        f"{window}×{window} cells a head may have fully connected layers, 1×1 convolutions, "
        "dropout, activations and norms over the channels of a position"
    )
