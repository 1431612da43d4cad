"""Answers to the exercises of the chapter ``receptive_field``: wrong ones, and right ones."""

import torch
from torch import nn

from course_utils.analysis import Span, receptive_field
from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "the stride moves": {
        "nothing changes": 427,
        "one jump a kernel": 455,
        "the other way": 371,
        "layer2 only": 435,
        "layer4 only": 459,
        "the old jump forgotten": 539,
        "layer1, too": 487,
        "each block twice": 595,
        "ResNet-18": 435.0,
        "one too many": 484,
    },
    "read it off the layers": {
        "forget the jump": {"dilation * (kernel - 1) * jump": "dilation * (kernel - 1)"},
        "forget the dilation": {"dilation * (kernel - 1)": "(kernel - 1)"},
        "dilate the whole kernel": {"dilation * (kernel - 1)": "(dilation * kernel - 1)"},
        "the stride counts too early": {
            "size += dilation * (kernel - 1) * jump": "size += dilation * (kernel - 1) * jump"
            " * stride"
        },
        "the padding counts too late": {
            "        first -= padding * jump\n        jump *= stride": "        jump *= stride\n"
            "        first -= padding * jump"
        },
        "padding in cells": {"first -= padding * jump": "first -= padding"},
        "padding adds": {"first -= padding": "first += padding"},
        "convolutions only": {
            'if not hasattr(layer, "kernel_size")': 'if type(layer).__name__ != "Conv2d"'
        },
        "whole kernels": {"(kernel - 1)": "kernel"},
        "the middle": {"return size, jump, first": "return size, jump, first + (size - 1) / 2"},
        "poolings without dilation": {
            'getattr(layer, "dilation", 1)': 'layer.dilation if "Conv" in str(layer) else 1'
        },
    },
    "inside the kernels": {
        "one number": 235,
        "as it was trained": [203, 203, 203, 203, 203],
        "other pictures": [203, 205, 201, 207, 203],
        "not recalibrated": [209, 209, 211, 207, 213],
        "anywhere in the layer": [271, 273, 275, 271, 273],
        "whole kernels moved": [267, 269, 271, 269, 269],
        "the first stage": [35, 37, 37, 35, 37],
        "one seed five times": [235, 235, 235, 235, 235],
        "three seeds": [235, 237, 233],
        "all stages": [37, 67, 127, 235, 235],
    },
    "without a hole": {
        "powers of two": {"3**layer": "2**layer"},
        "powers of four": {"3**layer": "4**layer"},
        "no dilation": {"3**layer": "1"},
        "from three on": {"3**layer": "3 ** (layer + 1)"},
        "one layer too many": {"range(n)": "range(n + 1)"},
        "counted up": {"3**layer": "layer + 1"},
        "multiples of three": {"3**layer": "max(3 * layer, 1)"},
        "right for three only": lambda n: [1, 3, 9][:n] + [9] * (n - 3),
        "a zero": {"3**layer": "3**layer // 3"},
    },
}


def _by_span(network: nn.Sequential) -> tuple[int, int, int]:
    span = Span()
    for layer in network:
        if isinstance(layer, nn.Conv2d):
            span = span.through(
                layer.kernel_size[0],
                layer.stride[0],
                int(layer.padding[0]),
                layer.dilation[0],
            )
        elif isinstance(layer, nn.MaxPool2d | nn.AvgPool2d):
            window = [layer.kernel_size, layer.stride, layer.padding, getattr(layer, "dilation", 1)]
            span = span.through(*(int(str(value)) for value in window))
    return span.size, span.stride, span.first


def _by_operations(network: nn.Sequential) -> list[int]:
    span = receptive_field(network, (1, 300, 300))[""].square
    return [span.size, span.stride, span.first]


RIGHT: RightAnswers = {
    "the stride moves": {
        "from the beginning": 11 + 3 * 8 + 4 * 16 + 6 * 32 + 3 * 64,
        "a tensor": torch.tensor(483),
    },
    "read it off the layers": {"by span": _by_span, "by operations": _by_operations},
    "inside the kernels": {
        "measured": [239, 239, 237, 239, 241],
        "another processor": torch.tensor([233.0, 237, 235, 231, 241]),
    },
    "without a hole": {
        "the largest first": lambda n: [3**layer for layer in reversed(range(n))],
        "as a tensor": lambda n: 3 ** torch.arange(n),
    },
}
