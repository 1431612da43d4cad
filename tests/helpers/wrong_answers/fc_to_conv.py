"""Answers to the exercises of the chapter ``fc_to_conv``: wrong ones, and right ones."""

import copy
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers


def _leaving_a_hook(body: nn.Module, head: nn.Module, image: Tensor, index: int) -> Tensor:
    kept: list[Tensor] = []
    body.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    return _map_of(head(body(image))[0, index], kept[0])


def _map_of(logit: Tensor, features: Tensor) -> Tensor:
    (gradient,) = torch.autograd.grad(logit, features)
    return (gradient.mean(dim=(2, 3), keepdim=True) * features).sum(dim=1)[0].relu()


WRONG: WrongAnswers = {
    "one against three": {
        "mean of the probabilities": 0.43,
        "logits added": 0.75,
        "mean of the odds": 0.95,
        "odds": 1.32,
        "the surest cell": 0.99,
        "each of the others": 0.25,
        "signs exchanged": 0.4318,
        "half": 0.5,
        "one too many": 0.58,
    },
    "a head that flattens": {
        "kernel 1 everywhere": {"round((layer.in_features / inputs) ** 0.5)": "1"},
        "kernel 7": {"round((layer.in_features / inputs) ** 0.5)": "7"},
        "cells before channels": {
            ".clone().view(shape)": ".clone().view(shape[0], *shape[2:], shape[1])"
            ".movedim(-1, 1).contiguous()"
        },
        "columns before rows": {
            ".clone().view(shape)": ".clone().view(shape).transpose(2, 3).contiguous()"
        },
        "other weights": {
            "            new.weight = nn.Parameter(layer.weight.detach().clone().view(shape))\n": ""
        },
        "without bias": {
            "bias=has_bias": "bias=False",
            "new.bias = nn.Parameter(layer.bias.detach().clone())": "pass",
        },
        "other bias": {"new.bias = nn.Parameter(layer.bias.detach().clone())": "pass"},
        "always a bias": {"bias=has_bias": "bias=True"},
        "fully connected layers only": {"layers.append(copy.deepcopy(layer))": "pass"},
        "dropout left out": {"nn.Flatten)": "(nn.Flatten, nn.Dropout))"},
        "flattened as before": {"elif not isinstance(layer, nn.Flatten)": "else"},
        "every layer from the map": {"inputs = layer.out_features": "pass"},
        "the kernel as its stride": {"layer.out_features, k,": "layer.out_features, k, stride=k,"},
        "padded": {"layer.out_features, k,": "layer.out_features, k, padding=k // 2,"},
        "shared weights": {
            "layer.weight.detach().clone()": "layer.weight.data",
        },
        "shared bias": {"layer.bias.detach().clone()": "layer.bias.data"},
        "in train mode": {"return nn.Sequential(*layers)": "return nn.Sequential(*layers).train()"},
        "only one answer": {
            "return nn.Sequential(*layers)": "return nn.Sequential(*layers, "
            "nn.AdaptiveAvgPool2d(1))"
        },
    },
    "how large must the bee be": {
        "nine cells": 9 / 416,
        "all that say bee": 27 / 416,
        "a number of cells": 76,
        "others that say bee left in": 0.166,
        "the same, rounded": 0.17,
        "probabilities": 0.426,
        "a half": 0.5,
        "daisy": 0.046,
        "rose": 0.13,
        "a percentage": 19,
        "the rest": 0.81,
    },
    "Grad-CAM": {
        "with what is negative": {".relu()": ""},
        "gradients at their cells": {"gradient.mean(dim=(2, 3), keepdim=True)": "gradient"},
        "gradients added": {"gradient.mean(": "gradient.sum("},
        "how large gradients are": {"gradient.mean(": "gradient.abs().mean("},
        "positive gradients": {"gradient.mean(": "gradient.relu().mean("},
        "the largest gradient": {"gradient.mean(": "gradient.amax("},
        "of the probability": {"head(features)[0, index]": "head(features).softmax(1)[0, index]"},
        "of all classes": {"[0, index]": ".sum()"},
        "the first class": {"[0, index]": "[0, 0]"},
        "mean over the channels": {".sum(dim=1)": ".mean(dim=1)"},
        "with the batch": {".sum(dim=1)[0]": ".sum(dim=1)"},
        "relu of every channel": {
            "(alpha * features.detach())": "(alpha * features.detach()).relu()"
        },
        "scaled to 1": {
            "return (alpha": "return (lambda m: m / m.max())((alpha",
            "relu()": "relu())",
        },
        "leaves a hook": _leaving_a_hook,
        "in train mode": {"features = body(image)": "features = body.train()(image)"},
    },
}


def _by_unflattening(head: nn.Sequential, channels: int) -> nn.Sequential:
    converted = nn.Sequential()
    for name, layer in head.named_children():
        if isinstance(layer, nn.Linear):
            side = math.isqrt(layer.in_features // channels)
            convolution = nn.Conv2d(channels, layer.out_features, side)
            weight = layer.weight.data.unflatten(1, (channels, side, side))
            bias = torch.zeros(layer.out_features) if layer.bias is None else layer.bias
            convolution.load_state_dict({"weight": weight, "bias": bias})
            converted.add_module(name, convolution)
            channels = layer.out_features
        elif type(layer) is not nn.Flatten:
            converted.add_module(name, copy.copy(layer))
    return converted


class _Slides(nn.Module):
    """A whole head as one module; the answer is made cell by cell, with ``conv2d``."""

    def __init__(self, head: nn.Sequential, channels: int) -> None:
        super().__init__()
        self.layers, self.channels = copy.deepcopy(list(head)[1:]), channels
        self.kept = nn.ModuleList(one for one in self.layers if not isinstance(one, nn.Linear))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                side = round((layer.in_features / x.shape[1]) ** 0.5)
                kernel = layer.weight.view(layer.out_features, x.shape[1], side, side)
                x = nn.functional.conv2d(x, kernel, layer.bias)
            else:
                x = layer(x)
        return x


def _by_backward(body: nn.Module, head: nn.Module, image: Tensor, index: int) -> Tensor:
    features = body(image)
    features.retain_grad()
    head(features)[:, index].sum().backward()
    gradient = features.grad
    assert gradient is not None
    weights = gradient[0].flatten(1).mean(dim=1)
    return torch.einsum("c,chw->hw", weights, features[0]).clamp(min=0)


def _by_a_hook(body: nn.Module, head: nn.Module, image: Tensor, index: int) -> Tensor:
    kept: list[Tensor] = []
    hook = body.register_forward_hook(lambda layer, inputs, output: kept.append(output))
    try:
        return _map_of(head(body(image))[0, index], kept[0])
    finally:
        hook.remove()


CONVERTED: Callable[[nn.Sequential, int], nn.Module] = _Slides

RIGHT: RightAnswers = {
    "one against three": {"a tensor": torch.tensor(0.5682), "rounded": 0.57},
    "a head that flattens": {
        "unflattened": _by_unflattening,
        "one module": lambda head, channels: CONVERTED(head, channels),
    },
    "how large must the bee be": {"exactly": 0.1808, "rounded": 0.18, "from there on": 0.19},
    "Grad-CAM": {"backward": _by_backward, "a hook, removed": _by_a_hook},
}
