"""Answers to the exercises on the classic networks: right ones, and named mistakes."""

from collections.abc import Callable, Iterator
from typing import Any

from torch import nn

from wrong_answers import named

Answer = Callable[..., Any]
Networks = list[tuple[str, float, float]]


def convolution_parameters(
    in_channels: int, out_channels: int, kernel_size: int, bias: bool
) -> int:
    return out_channels * (in_channels * kernel_size**2 + bias)


def convolution_multiply_adds(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int, side: int
) -> int:
    positions = ((side + 2 * padding - kernel_size) // stride + 1) ** 2
    return in_channels * out_channels * kernel_size**2 * positions


def linear_share(model: nn.Module) -> float:
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    inside = sum(p.numel() for layer in layers for p in layer.parameters())
    return inside / sum(p.numel() for p in model.parameters())


def unbeaten(networks: Networks) -> list[str]:
    return [
        name
        for name, cost, accuracy in networks
        if not any(
            c <= cost and a >= accuracy and (c, a) != (cost, accuracy) for _, c, a in networks
        )
    ]


def own_head(model: nn.Module, num_classes: int) -> nn.Module:
    model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, num_classes)
    return model


RIGHT: dict[str, Answer] = {
    "parameters of a convolution": convolution_parameters,
    "multiply–adds of a convolution": convolution_multiply_adds,
    "share in fully connected layers": linear_share,
    "nobody beats them": unbeaten,
    "a head of your own": own_head,
}


def forget_the_bias(in_channels: int, out_channels: int, kernel_size: int, bias: bool) -> int:
    return in_channels * out_channels * kernel_size**2


def a_bias_for_each_weight(
    in_channels: int, out_channels: int, kernel_size: int, bias: bool
) -> int:
    return in_channels * out_channels * (kernel_size**2 + bias)


def kernels_without_depth(in_channels: int, out_channels: int, kernel_size: int, bias: bool) -> int:
    return out_channels * (kernel_size**2 + bias)


def one_side_of_the_kernel(
    in_channels: int, out_channels: int, kernel_size: int, bias: bool
) -> int:
    return out_channels * (in_channels * kernel_size + bias)


def _positions(side: int, kernel_size: int, stride: int, padding: int) -> int:
    return ((side + 2 * padding - kernel_size) // stride + 1) ** 2


def at_every_pixel_of_the_input(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int, side: int
) -> int:
    return in_channels * out_channels * kernel_size**2 * side**2


def without_the_padding(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int, side: int
) -> int:
    positions = _positions(side, kernel_size, stride, 0)
    return in_channels * out_channels * kernel_size**2 * positions


def two_for_each(
    in_channels: int, out_channels: int, kernel_size: int, stride: int, padding: int, side: int
) -> int:
    positions = _positions(side, kernel_size, stride, padding)
    return 2 * in_channels * out_channels * kernel_size**2 * positions


def _share(layers: Iterator[nn.Module], model: nn.Module) -> float:
    inside = sum(p.numel() for layer in layers for p in layer.parameters())
    return inside / sum(p.numel() for p in model.parameters())


def look_at_the_surface_only(model: nn.Module) -> float:
    return _share((part for part in model.children() if isinstance(part, nn.Linear)), model)


def the_last_layer_only(model: nn.Module) -> float:
    last = list(model.modules())[-1]
    return _share((part for part in [last] if isinstance(part, nn.Linear)), model)


def share_of_the_layers(model: nn.Module) -> float:
    layers = [part for part in model.modules() if isinstance(part, nn.Linear | nn.Conv2d)]
    return sum(isinstance(part, nn.Linear) for part in layers) / len(layers)


def weights_without_biases(model: nn.Module) -> float:
    layers = [part for part in model.modules() if isinstance(part, nn.Linear)]
    weights = sum(part.weight.numel() for part in layers)
    return weights / sum(p.numel() for p in model.parameters())


def the_most_accurate_only(networks: Networks) -> list[str]:
    return [max(networks, key=lambda network: network[2])[0]]


def beaten_only_if_worse_in_both(networks: Networks) -> list[str]:
    return [
        name
        for name, cost, accuracy in networks
        if not any(c < cost and a > accuracy for _, c, a in networks)
    ]


def twins_beat_each_other(networks: Networks) -> list[str]:
    return [
        name
        for name, cost, accuracy in networks
        if not any(c <= cost and a >= accuracy for other, c, a in networks if other != name)
    ]


def cheapest_first(networks: Networks) -> list[str]:
    best, names = float("-inf"), []
    for name, _, accuracy in sorted(networks, key=lambda network: network[1]):
        if accuracy > best:
            best, names = accuracy, [*names, name]
    return names


def a_layer_beside_the_network(model: nn.Module, num_classes: int) -> nn.Module:
    model.fc = nn.Linear(8, num_classes)
    return model


def a_layer_after_the_old_head(model: nn.Module, num_classes: int) -> nn.Module:
    model.classifier.append(nn.Linear(9, num_classes))
    return model


def one_layer_instead_of_the_classifier(model: nn.Module, num_classes: int) -> nn.Module:
    model.classifier = nn.Sequential(nn.Linear(8, num_classes))
    return model


def inputs_of_another_network(model: nn.Module, num_classes: int) -> nn.Module:
    model.classifier[-1] = nn.Linear(1280, num_classes)
    return model


def the_head_instead_of_the_network(model: nn.Module, num_classes: int) -> nn.Module:
    model.classifier[-1] = nn.Linear(model.classifier[-1].in_features, num_classes)
    return model.classifier


WRONG: dict[str, dict[str, Answer]] = {
    "parameters of a convolution": named(
        forget_the_bias, a_bias_for_each_weight, kernels_without_depth, one_side_of_the_kernel
    ),
    "multiply–adds of a convolution": named(
        at_every_pixel_of_the_input, without_the_padding, two_for_each
    ),
    "share in fully connected layers": named(
        look_at_the_surface_only,
        the_last_layer_only,
        share_of_the_layers,
        weights_without_biases,
    ),
    "nobody beats them": named(
        the_most_accurate_only,
        beaten_only_if_worse_in_both,
        twins_beat_each_other,
        cheapest_first,
    ),
    "a head of your own": named(
        a_layer_beside_the_network,
        a_layer_after_the_old_head,
        one_layer_instead_of_the_classifier,
        inputs_of_another_network,
        the_head_instead_of_the_network,
    ),
}
