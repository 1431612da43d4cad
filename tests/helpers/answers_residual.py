"""Answers to the exercises on residual blocks and networks: right ones, and named mistakes."""

from collections.abc import Callable
from math import ceil
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F

from wrong_answers import named

Answer = Callable[..., Any]
Weights = dict[str, Tensor]


def by_hand(x: list[float], first: float, second: float) -> list[float]:
    return [max(0.0, second * max(0.0, first * value) + value) for value in x]


def parameters_of_block(in_channels: int, channels: int, stride: int) -> int:
    norms = 2 * 2 * channels
    main = 9 * in_channels * channels + 9 * channels**2 + norms
    same = stride == 1 and in_channels == channels
    return main if same else main + in_channels * channels + 2 * channels


def residual_forward(block: Any, x: Tensor) -> Tensor:
    out = F.relu(block.bn1(block.conv1(x)))
    out = block.bn2(block.conv2(out))
    identity: Tensor = x if block.downsample is None else block.downsample(x)
    return F.relu(out + identity)


def pre_activation(layers: Any, x: Tensor) -> Tensor:
    out = layers.conv1(layers.bn1(x).relu())
    result: Tensor = x + layers.conv2(layers.bn2(out).relu())
    return result


def gradient_norms(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    model.zero_grad()
    F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
    return _norms(model)


def _norms(model: nn.Module) -> dict[str, float]:
    layers = {n: m for n, m in model.named_modules() if isinstance(m, nn.Conv2d)}
    gradients = {name: layer.weight.grad for name, layer in layers.items()}
    return {name: g.norm().item() for name, g in gradients.items() if g is not None}


def depth_of(convolutions: int, layers: list[int]) -> int:
    return 1 + convolutions * sum(layers) + 1


def sides_of(side: int) -> list[int]:
    found = []
    for halves in (True, True, False, True, True, True):
        side = (side + 1) // 2 if halves else side
        found.append(side)
    return found


def multiply_adds(channels: int, out: int, kernel: int, stride: int, side: int) -> int:
    return channels * out * kernel**2 * ceil(side / stride) ** 2


def by_stage(model: nn.Module) -> dict[str, int]:
    counts = {n: sum(p.numel() for p in part.parameters()) for n, part in model.named_children()}
    return {name: count for name, count in counts.items() if count > 0}


def renamed(weights: Weights) -> Weights:
    return {name.removeprefix("module."): tensor for name, tensor in weights.items()}


RIGHT: dict[str, Answer] = {
    "block by hand": by_hand,
    "parameters of a block": parameters_of_block,
    "forward of a block": residual_forward,
    "pre-activation": pre_activation,
    "gradient norms": gradient_norms,
    "count the layers": depth_of,
    "sides of the maps": sides_of,
    "multiply-adds of a convolution": multiply_adds,
    "parameters by stage": by_stage,
    "weights of another file": renamed,
}


def relu_before_the_addition(x: list[float], first: float, second: float) -> list[float]:
    return [max(0.0, second * max(0.0, first * value)) + value for value in x]


def one_relu(x: list[float], first: float, second: float) -> list[float]:
    return [max(0.0, second * first * value + value) for value in x]


def without_the_shortcut(x: list[float], first: float, second: float) -> list[float]:
    return [max(0.0, second * max(0.0, first * value)) for value in x]


def without_the_downsample(in_channels: int, channels: int, stride: int) -> int:
    return 9 * in_channels * channels + 9 * channels**2 + 4 * channels


def a_downsample_only_for_channels(in_channels: int, channels: int, stride: int) -> int:
    return parameters_of_block(in_channels, channels, 1)


def a_bias_for_every_convolution(in_channels: int, channels: int, stride: int) -> int:
    return parameters_of_block(in_channels, channels, stride) + 2 * channels


def call_the_block(block: nn.Module, x: Tensor) -> Tensor:
    result: Tensor = block(x)
    return result


def forget_the_downsample(block: Any, x: Tensor) -> Tensor:
    out = block.bn2(block.conv2(F.relu(block.bn1(block.conv1(x)))))
    result: Tensor = F.relu(out + x)
    return result


def add_into_x(block: Any, x: Tensor) -> Tensor:
    out = block.bn2(block.conv2(F.relu(block.bn1(block.conv1(x)))))
    if block.downsample is not None:
        return F.relu(block.downsample(x) + out)
    x += out
    return F.relu(x)


def relu_at_the_end(layers: Any, x: Tensor) -> Tensor:
    return pre_activation(layers, x).relu()


def norms_after_the_convolutions(layers: Any, x: Tensor) -> Tensor:
    out = layers.bn1(layers.conv1(x)).relu()
    result: Tensor = x + layers.bn2(layers.conv2(out)).relu()
    return result


def gradients_that_add_up(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    F.cross_entropy(model(images), labels).backward()  # type: ignore[no-untyped-call]
    return _norms(model)


def norms_of_the_weights(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    layers = {n: m for n, m in model.named_modules() if isinstance(m, nn.Conv2d)}
    return {name: layer.weight.norm().item() for name, layer in layers.items()}


def without_the_shortcuts(model: nn.Module, images: Tensor, labels: Tensor) -> dict[str, float]:
    found = gradient_norms(model, images, labels)
    return {name: norm for name, norm in found.items() if "downsample" not in name}


def blocks_only(convolutions: int, layers: list[int]) -> int:
    return convolutions * sum(layers)


def two_in_every_block(convolutions: int, layers: list[int]) -> int:
    return depth_of(2, layers)


def rounded_down(side: int) -> list[int]:
    return [side // 2, side // 4, side // 4, side // 8, side // 16, side // 32]


def without_the_pooling(side: int) -> list[int]:
    sides = sides_of(side)
    return [sides[0]] * 3 + sides[2:5]


def at_the_side_of_the_input(channels: int, out: int, kernel: int, stride: int, side: int) -> int:
    return multiply_adds(channels, out, kernel, 1, side)


def one_side_only(channels: int, out: int, kernel: int, stride: int, side: int) -> int:
    return channels * out * kernel**2 * ceil(side / stride)


def multiplications_and_additions(
    channels: int, out: int, kernel: int, stride: int, side: int
) -> int:
    return 2 * multiply_adds(channels, out, kernel, stride, side)


def with_empty_parts(model: nn.Module) -> dict[str, int]:
    return {n: sum(p.numel() for p in part.parameters()) for n, part in model.named_children()}


def tensors_instead_of_numbers(model: nn.Module) -> dict[str, int]:
    counts = {n: len(list(part.parameters())) for n, part in model.named_children()}
    return {name: count for name, count in counts.items() if count}


def replaced_everywhere(weights: Weights) -> Weights:
    return {name.replace("module.", ""): tensor for name, tensor in weights.items()}


def changed_in_place(weights: Weights) -> Weights:
    for name in list(weights):
        weights[name.removeprefix("module.")] = weights.pop(name)
    return weights


def stripped_letters(weights: Weights) -> Weights:
    return {name.lstrip("module."): tensor for name, tensor in weights.items()}


WRONG: dict[str, dict[str, Answer]] = {
    "block by hand": named(relu_before_the_addition, one_relu, without_the_shortcut),
    "parameters of a block": named(
        without_the_downsample, a_downsample_only_for_channels, a_bias_for_every_convolution
    ),
    "forward of a block": named(call_the_block, forget_the_downsample, add_into_x),
    "pre-activation": named(relu_at_the_end, norms_after_the_convolutions),
    "gradient norms": named(gradients_that_add_up, norms_of_the_weights, without_the_shortcuts),
    "count the layers": named(blocks_only, two_in_every_block),
    "sides of the maps": named(rounded_down, without_the_pooling),
    "multiply-adds of a convolution": named(
        at_the_side_of_the_input, one_side_only, multiplications_and_additions
    ),
    "parameters by stage": named(with_empty_parts, tensors_instead_of_numbers),
    "weights of another file": named(replaced_everywhere, changed_in_place, stripped_letters),
}
