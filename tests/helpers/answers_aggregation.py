"""Answers to the exercises on group convolution and ResNeXt: right and wrong ones."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from wrong_answers import named

Answer = Callable[..., Any]
Weights = tuple[Tensor, Tensor, Tensor]


def weights_of(kernel: int, inputs: int, outputs: int, groups: int) -> int:
    return kernel**2 * inputs * outputs // groups


def dense_weight(weight: Tensor, groups: int) -> Tensor:
    outputs, per_group, height, width = weight.shape
    dense = weight.new_zeros(outputs, groups * per_group, height, width)
    for group in range(groups):
        rows = slice(group * outputs // groups, (group + 1) * outputs // groups)
        dense[rows, group * per_group : (group + 1) * per_group] = weight[rows]
    return dense


def shuffle(features: Tensor, groups: int) -> Tensor:
    return features.unflatten(1, (groups, -1)).transpose(1, 2).flatten(1, 2)


def separable(inputs: int, outputs: int, kernel: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, padding=kernel // 2, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1, bias=False),
    )


def intensity(kernel: int, inputs: int, outputs: int, groups: int, side: int) -> float:
    weights = weights_of(kernel, inputs, outputs, groups)
    return weights * side**2 / (4 * (weights + (inputs + outputs) * side**2))


def block_weights(channels: int, groups: int, width: int) -> int:
    inner = groups * width
    return channels * inner + 9 * inner * width + inner * channels


def width_for(channels: int, groups: int, budget: int) -> int:
    return min(range(1, 257), key=lambda w: abs(block_weights(channels, groups, w) - budget))


def stages_of(name: str) -> list[tuple[int, int]]:
    groups, first = (int(number) for number in name.removesuffix("d").split("x"))
    return [(first * factor, groups * first * factor) for factor in (1, 2, 4, 8)]


def merge(paths: list[Weights]) -> Weights:
    first, second, third = zip(*paths, strict=True)
    return torch.cat(first), torch.cat(second), torch.cat(third, dim=1)


def groups_of(state: dict[str, Tensor]) -> tuple[int, int]:
    outputs, width = state["layer1.0.conv2.weight"].shape[:2]
    return outputs // width, width


RIGHT: dict[str, Answer] = {
    "weights of a group convolution": weights_of,
    "one dense kernel": dense_weight,
    "channel shuffle": shuffle,
    "separable convolution": separable,
    "multiply-adds per byte": intensity,
    "weights of a bottleneck": block_weights,
    "width at constant cost": width_for,
    "read the name of a ResNeXt": stages_of,
    "paths into groups": merge,
    "groups from weights": groups_of,
}


def forget_the_groups(kernel: int, inputs: int, outputs: int, groups: int) -> int:
    return kernel**2 * inputs * outputs


def divide_twice(kernel: int, inputs: int, outputs: int, groups: int) -> int:
    return kernel**2 * (inputs // groups) * (outputs // groups)


def one_row_of_the_kernel(kernel: int, inputs: int, outputs: int, groups: int) -> int:
    return kernel * inputs * outputs // groups


def repeat_instead_of_zeros(weight: Tensor, groups: int) -> Tensor:
    return weight.repeat(1, groups, 1, 1)


def channels_in_turn(weight: Tensor, groups: int) -> Tensor:
    dense = dense_weight(weight, groups)
    return dense[:, shuffle(torch.arange(dense.shape[1])[None], groups)[0]]


def all_in_the_first_block(weight: Tensor, groups: int) -> Tensor:
    outputs, per_group, height, width = weight.shape
    zeros = weight.new_zeros(outputs, (groups - 1) * per_group, height, width)
    return torch.cat([weight, zeros], dim=1)


def leave_it_as_it_is(weight: Tensor, groups: int) -> Tensor:
    return weight


def shuffle_back(features: Tensor, groups: int) -> Tensor:
    return shuffle(features, features.shape[1] // groups)


def reshape_without_transpose(features: Tensor, groups: int) -> Tensor:
    return features.unflatten(1, (groups, -1)).flatten(1, 2)


def shuffle_and_turn(features: Tensor, groups: int) -> Tensor:
    return shuffle(features, groups).flip(2, 3)


def reverse_the_groups(features: Tensor, groups: int) -> Tensor:
    return features.unflatten(1, (groups, -1)).flip(1).flatten(1, 2)


def without_groups(inputs: int, outputs: int, kernel: int) -> nn.Module:
    first = nn.Conv2d(inputs, inputs, kernel, padding=kernel // 2, bias=False)
    return nn.Sequential(first, nn.Conv2d(inputs, outputs, 1, bias=False))


def pointwise_first(inputs: int, outputs: int, kernel: int) -> nn.Module:
    return nn.Sequential(*list(separable(inputs, outputs, kernel).children())[::-1])


def without_padding(inputs: int, outputs: int, kernel: int) -> nn.Module:
    first = nn.Conv2d(inputs, inputs, kernel, groups=inputs, bias=False)
    return nn.Sequential(first, nn.Conv2d(inputs, outputs, 1, bias=False))


def with_bias(inputs: int, outputs: int, kernel: int) -> nn.Module:
    first = nn.Conv2d(inputs, inputs, kernel, padding=kernel // 2, groups=inputs)
    return nn.Sequential(first, nn.Conv2d(inputs, outputs, 1))


class FirstLayerUnused(nn.Sequential):
    def forward(self, x: Tensor) -> Tensor:
        return self[1](x)


def depthwise_never_called(inputs: int, outputs: int, kernel: int) -> nn.Module:
    return FirstLayerUnused(*separable(inputs, outputs, kernel).children())


def relu_between(inputs: int, outputs: int, kernel: int) -> nn.Module:
    depthwise, pointwise = separable(inputs, outputs, kernel).children()
    return nn.Sequential(depthwise, nn.ReLU(), pointwise)


def reflected_edges(inputs: int, outputs: int, kernel: int) -> nn.Module:
    padding = nn.ReflectionPad2d(kernel // 2)
    return nn.Sequential(padding, *without_padding(inputs, outputs, kernel).children())


def count_numbers_instead_of_bytes(
    kernel: int, inputs: int, outputs: int, groups: int, side: int
) -> float:
    return 4 * intensity(kernel, inputs, outputs, groups, side)


def forget_the_weights(kernel: int, inputs: int, outputs: int, groups: int, side: int) -> float:
    return weights_of(kernel, inputs, outputs, groups) / (4 * (inputs + outputs))


def of_the_ordinary_layer(kernel: int, inputs: int, outputs: int, groups: int, side: int) -> float:
    return intensity(kernel, inputs, outputs, 1, side)


def dense_in_the_middle(channels: int, groups: int, width: int) -> int:
    inner = groups * width
    return 2 * channels * inner + 9 * inner**2


def one_path_only(channels: int, groups: int, width: int) -> int:
    return 2 * channels * width + 9 * width**2


def one_by_one_in_the_middle(channels: int, groups: int, width: int) -> int:
    return 2 * channels * groups * width + groups * width**2


def the_largest_that_fits(channels: int, groups: int, budget: int) -> int:
    return max(w for w in range(1, 257) if w == 1 or block_weights(channels, groups, w) <= budget)


def divide_the_width(channels: int, groups: int, budget: int) -> int:
    return max(1, width_for(channels, 1, budget) // groups)


def as_if_it_were_dense(channels: int, groups: int, budget: int) -> int:
    return min(range(1, 257), key=lambda w: abs(dense_in_the_middle(channels, groups, w) - budget))


def the_same_in_every_stage(name: str) -> list[tuple[int, int]]:
    return [stages_of(name)[0]] * 4


def more_groups_instead_of_wider_ones(name: str) -> list[tuple[int, int]]:
    width = stages_of(name)[0][0]
    return [(width, inner) for _, inner in stages_of(name)]


def groups_and_width_exchanged(name: str) -> list[tuple[int, int]]:
    return [(inner // width * 2**n, inner) for n, (width, inner) in enumerate(stages_of(name))]


def sum_the_last_weights(paths: list[Weights]) -> Weights:
    first, second, _ = merge(paths)
    return first, second, torch.stack([path[2] for path in paths]).sum(dim=0)


def repeat_the_first_path(paths: list[Weights]) -> Weights:
    return merge([paths[0]] * len(paths))


def last_weights_in_reverse(paths: list[Weights]) -> Weights:
    first, second, third = merge(paths)
    return first, second, third.flip(1)


def rows_and_columns_exchanged(state: dict[str, Tensor]) -> tuple[int, int]:
    groups, width = groups_of(state)
    return width, groups


def channels_as_groups(state: dict[str, Tensor]) -> tuple[int, int]:
    outputs, width = state["layer1.0.conv2.weight"].shape[:2]
    return outputs, width


def from_the_last_stage(state: dict[str, Tensor]) -> tuple[int, int]:
    outputs, width = state["layer4.0.conv2.weight"].shape[:2]
    return outputs // width, width


WRONG: dict[str, dict[str, Answer]] = {
    "weights of a group convolution": named(forget_the_groups, divide_twice, one_row_of_the_kernel),
    "one dense kernel": named(
        repeat_instead_of_zeros, channels_in_turn, all_in_the_first_block, leave_it_as_it_is
    ),
    "channel shuffle": named(
        shuffle_back, reshape_without_transpose, shuffle_and_turn, reverse_the_groups
    ),
    "separable convolution": named(
        without_groups,
        pointwise_first,
        without_padding,
        with_bias,
        depthwise_never_called,
        relu_between,
        reflected_edges,
    ),
    "multiply-adds per byte": named(
        count_numbers_instead_of_bytes, forget_the_weights, of_the_ordinary_layer
    ),
    "weights of a bottleneck": named(dense_in_the_middle, one_path_only, one_by_one_in_the_middle),
    "width at constant cost": named(the_largest_that_fits, divide_the_width, as_if_it_were_dense),
    "read the name of a ResNeXt": named(
        the_same_in_every_stage, more_groups_instead_of_wider_ones, groups_and_width_exchanged
    ),
    "paths into groups": named(
        sum_the_last_weights, repeat_the_first_path, last_weights_in_reverse
    ),
    "groups from weights": named(
        rows_and_columns_exchanged, channels_as_groups, from_the_last_stage
    ),
}
