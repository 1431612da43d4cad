"""Answers to the exercises about transposed convolutions: right ones, and named mistakes."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from wrong_answers import named

Answer = Callable[..., Any]


def pixels_after(cells: int, kernel: int, stride: int, padding: int) -> int:
    return (cells - 1) * stride - 2 * padding + kernel


def scatter_row(cells: Tensor, kernel: Tensor, stride: int) -> Tensor:
    size = len(kernel)
    out = torch.zeros((len(cells) - 1) * stride + size)
    for number, cell in enumerate(cells):
        out[number * stride : number * stride + size] += cell * kernel
    return out


def tent_of(kernel_size: int) -> list[float]:
    factor = (kernel_size + 1) // 2
    middle = factor - 1 if kernel_size % 2 else factor - 0.5
    return [1 - abs(i - middle) / factor for i in range(kernel_size)]


def layer_for(factor: int) -> tuple[int, int, int]:
    kernel = 2 * factor - factor % 2
    return kernel, factor, (kernel - factor) // 2


def sums_of(weight: Tensor, stride: int) -> list[float]:
    places = [(row, column) for row in range(stride) for column in range(stride)]
    return [float(weight[row::stride, column::stride].sum()) for row, column in places]


def is_even(weight: Tensor, stride: int) -> bool:
    sums = sums_of(weight, stride)
    return max(sums) - min(sums) < 1e-6


RIGHT: dict[str, Answer] = {
    "size after a transposed convolution": pixels_after,
    "scatter and add": scatter_row,
    "weights of the tent": tent_of,
    "layer for a factor": layer_for,
    "free of checkerboards": is_even,
}


def add_the_padding(cells: int, kernel: int, stride: int, padding: int) -> int:
    return (cells - 1) * stride + 2 * padding + kernel


def pad_one_side(cells: int, kernel: int, stride: int, padding: int) -> int:
    return (cells - 1) * stride - padding + kernel


def as_for_a_convolution(cells: int, kernel: int, stride: int, padding: int) -> int:
    return (cells + 2 * padding - kernel) // stride + 1


def cells_times_stride(cells: int, kernel: int, stride: int, padding: int) -> int:
    return cells * stride


def overwrite(cells: Tensor, kernel: Tensor, stride: int) -> Tensor:
    size = len(kernel)
    out = torch.zeros((len(cells) - 1) * stride + size)
    for number, cell in enumerate(cells):
        out[number * stride : number * stride + size] = cell * kernel
    return out


def turn_the_kernel(cells: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return scatter_row(cells, kernel.flip(0), stride)


def stride_of_one(cells: Tensor, kernel: Tensor, stride: int) -> Tensor:
    return scatter_row(cells, kernel, 1)


def one_formula_for_all(kernel_size: int) -> list[float]:
    factor = (kernel_size + 1) // 2
    return [1 - abs(i - (factor - 1)) / factor for i in range(kernel_size)]


def factor_rounded_down(kernel_size: int) -> list[float]:
    factor = max(1, kernel_size // 2)
    middle = (kernel_size - 1) / 2
    return [1 - abs(i - middle) / factor for i in range(kernel_size)]


def sum_of_one(kernel_size: int) -> list[float]:
    line = tent_of(kernel_size)
    return [value / sum(line) for value in line]


def kernel_as_large_as_the_factor(factor: int) -> tuple[int, int, int]:
    return factor, factor, 0


def even_factors_only(factor: int) -> tuple[int, int, int]:
    return 2 * factor, factor, factor // 2


def no_padding(factor: int) -> tuple[int, int, int]:
    return 2 * factor - factor % 2, factor, 0


def three_times_the_factor(factor: int) -> tuple[int, int, int]:
    return 3 * factor, factor, factor


def the_stride_divides_it(weight: Tensor, stride: int) -> bool:
    return len(weight) % stride == 0


def all_weights_are_equal(weight: Tensor, stride: int) -> bool:
    return bool(weight.max() == weight.min())


def rows_only(weight: Tensor, stride: int) -> bool:
    sums = [float(weight[row::stride].sum()) for row in range(stride)]
    return max(sums) - min(sums) < 1e-6


def skip_empty_places(weight: Tensor, stride: int) -> bool:
    sums = [value for value in sums_of(weight, stride) if value]
    return max(sums) - min(sums) < 1e-6


WRONG: dict[str, dict[str, Answer]] = {
    "size after a transposed convolution": named(
        add_the_padding, pad_one_side, as_for_a_convolution, cells_times_stride
    ),
    "scatter and add": named(overwrite, turn_the_kernel, stride_of_one),
    "weights of the tent": named(one_formula_for_all, factor_rounded_down, sum_of_one),
    "layer for a factor": named(
        kernel_as_large_as_the_factor, even_factors_only, no_padding, three_times_the_factor
    ),
    "free of checkerboards": named(
        the_stride_divides_it, all_weights_are_equal, rows_only, skip_empty_places
    ),
}
