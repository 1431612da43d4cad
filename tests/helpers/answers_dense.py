"""Answers to the exercises on fully convolutional networks: right and wrong ones."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d

from wrong_answers import named

Answer = Callable[..., Any]
Shape = tuple[int, ...]


def connect_everywhere(weight: Tensor, bias: Tensor, features: Tensor) -> Tensor:
    return torch.einsum("oi,nihw->nohw", weight, features) + bias[:, None, None]


def kernel_of(weight: Tensor, channels: int) -> Tensor:
    side = round((weight.shape[1] / channels) ** 0.5)
    return weight.reshape(len(weight), channels, side, side)


def answers_along(pixels: int, window: int, stride: int) -> int:
    cells = -(-pixels // 32)
    return (cells - window) // stride + 1 if cells >= window else 0


def estimated_megabytes(shape: Shape, outputs: Sequence[Shape], parameters: int) -> float:
    return 4 * (prod(shape) + 2 * sum(map(prod, outputs)) + parameters) / 2**20


def called_by(model: nn.Module, images: Tensor) -> set[nn.Module]:
    called: set[nn.Module] = set()
    layers = list(model.modules())
    hooks = [layer.register_forward_hook(lambda m, *_: called.add(m)) for layer in layers]
    model(images)
    for hook in hooks:
        hook.remove()
    return called


def left_over(model: nn.Module, images: Tensor) -> list[str]:
    called = called_by(model, images)
    return [
        name
        for name, layer in model.named_modules()
        if list(layer.parameters(recurse=False)) and layer not in called
    ]


RIGHT: dict[str, Answer] = {
    "connected everywhere": connect_everywhere,
    "a weight for every cell": kernel_of,
    "how many answers": answers_along,
    "memory estimate": estimated_megabytes,
    "what is left over": left_over,
}


def without_bias(weight: Tensor, bias: Tensor, features: Tensor) -> Tensor:
    return conv2d(features, weight[:, :, None, None])


def pooled_first(weight: Tensor, bias: Tensor, features: Tensor) -> Tensor:
    return connect_everywhere(weight, bias, features.mean(dim=(2, 3), keepdim=True))


def turned_weight(weight: Tensor, bias: Tensor, features: Tensor) -> Tensor:
    return connect_everywhere(weight.T.reshape(weight.shape), bias, features)


def classes_last(weight: Tensor, bias: Tensor, features: Tensor) -> Tensor:
    return connect_everywhere(weight, bias, features).movedim(1, -1)


def cells_before_channels(weight: Tensor, channels: int) -> Tensor:
    side = round((weight.shape[1] / channels) ** 0.5)
    return weight.reshape(len(weight), side, side, channels).movedim(-1, 1)


def columns_before_rows(weight: Tensor, channels: int) -> Tensor:
    return kernel_of(weight, channels).transpose(2, 3)


def always_one_cell(weight: Tensor, channels: int) -> Tensor:
    return weight[:, :, None, None]


def always_seven(weight: Tensor, channels: int) -> Tensor:
    return weight.reshape(len(weight), channels, 7, 7)


def cells_rounded_down(pixels: int, window: int, stride: int) -> int:
    return max(0, (pixels // 32 - window) // stride + 1)


def without_the_first(pixels: int, window: int, stride: int) -> int:
    return max(0, (-(-pixels // 32) - window) // stride)


def windows_of_pixels(pixels: int, window: int, stride: int) -> int:
    return max(0, (pixels - 32 * window) // (32 * stride) + 1)


def fewer_than_none(pixels: int, window: int, stride: int) -> int:
    return (-(-pixels // 32) - window) // stride + 1


def stride_is_the_window(pixels: int, window: int, stride: int) -> int:
    return answers_along(pixels, window, window)


def outputs_once(shape: Shape, outputs: Sequence[Shape], parameters: int) -> float:
    return 4 * (prod(shape) + sum(map(prod, outputs)) + parameters) / 2**20


def a_million_bytes(shape: Shape, outputs: Sequence[Shape], parameters: int) -> float:
    return estimated_megabytes(shape, outputs, parameters) * 2**20 / 1e6


def without_the_input(shape: Shape, outputs: Sequence[Shape], parameters: int) -> float:
    return estimated_megabytes((0,), outputs, parameters)


def parameters_twice(shape: Shape, outputs: Sequence[Shape], parameters: int) -> float:
    return estimated_megabytes(shape, outputs, 2 * parameters)


def what_is_called(model: nn.Module, images: Tensor) -> list[str]:
    called = called_by(model, images)
    return [
        n for n, m in model.named_modules() if list(m.parameters(recurse=False)) and m in called
    ]


def with_containers(model: nn.Module, images: Tensor) -> list[str]:
    called = called_by(model, images)
    return [n for n, m in model.named_modules() if list(m.parameters()) and m not in called]


def without_parameters_too(model: nn.Module, images: Tensor) -> list[str]:
    called = called_by(model, images)
    return [n for n, m in model.named_modules() if not list(m.children()) and m not in called]


def direct_children(model: nn.Module, images: Tensor) -> list[str]:
    called = called_by(model, images)
    return [n for n, m in model.named_children() if list(m.parameters()) and m not in called]


def leave_hooks(model: nn.Module, images: Tensor) -> list[str]:
    model.register_forward_hook(lambda *_: None)
    return left_over(model, images)


def leave_train_mode(model: nn.Module, images: Tensor) -> list[str]:
    return left_over(model.train(), images)


WRONG: dict[str, dict[str, Answer]] = {
    "connected everywhere": named(without_bias, pooled_first, turned_weight, classes_last),
    "a weight for every cell": named(
        cells_before_channels, columns_before_rows, always_one_cell, always_seven
    ),
    "how many answers": named(
        cells_rounded_down,
        without_the_first,
        windows_of_pixels,
        fewer_than_none,
        stride_is_the_window,
    ),
    "memory estimate": named(outputs_once, a_million_bytes, without_the_input, parameters_twice),
    "what is left over": named(
        what_is_called,
        with_containers,
        without_parameters_too,
        direct_children,
        leave_hooks,
        leave_train_mode,
    ),
}
