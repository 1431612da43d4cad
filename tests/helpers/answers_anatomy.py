"""Answers to the exercises on the anatomy of a residual network: right and wrong ones."""

from collections.abc import Callable
from math import ceil
from typing import Any

import torch
from torch import Tensor

from wrong_answers import named

Answer = Callable[..., Any]
Stack = list[tuple[int, int]]
Padded = list[tuple[int, int, int]]


def field_of(layers: Stack) -> tuple[int, int]:
    size = jump = 1
    for kernel, stride in layers:
        size, jump = size + (kernel - 1) * jump, jump * stride
    return size, jump


def centre_of(layers: Padded, cell: int) -> float:
    centre, jump = 0.0, 1
    for kernel, stride, padding in layers:
        centre, jump = centre + ((kernel - 1) / 2 - padding) * jump, jump * stride
    return centre + cell * jump


def inside(size: int, stride: int, first: int, cell: int, length: int) -> int:
    start = first + cell * stride
    return max(0, min(start + size, length) - max(start, 0))


def layers_needed(size: int, stride: int, pixels: int) -> int:
    return max(0, ceil((pixels - size) / (2 * stride)))


def box_of(gradient: Tensor) -> tuple[int, int]:
    rows, columns = gradient.nonzero().T
    return int(rows.max() - rows.min()) + 1, int(columns.max() - columns.min()) + 1


RIGHT: dict[str, Answer] = {
    "field of a stack": field_of,
    "centre of a cell": centre_of,
    "pixels inside the picture": inside,
    "layers to see enough": layers_needed,
    "box of a gradient": box_of,
}


def forget_the_jump(layers: Stack) -> tuple[int, int]:
    return 1 + sum(kernel - 1 for kernel, _ in layers), field_of(layers)[1]


def jump_of_the_layer_itself(layers: Stack) -> tuple[int, int]:
    size = jump = 1
    for kernel, stride in layers:
        jump *= stride
        size += (kernel - 1) * jump
    return size, jump


def add_whole_kernels(layers: Stack) -> tuple[int, int]:
    size = jump = 1
    for kernel, stride in layers:
        size, jump = size + kernel * jump, jump * stride
    return size, jump


def stride_of_the_last_layer(layers: Stack) -> tuple[int, int]:
    return field_of(layers)[0], layers[-1][1] if layers else 1


def stretch_the_map(layers: Padded, cell: int) -> float:
    return (cell + 0.5) * field_of([window[:2] for window in layers])[1] - 0.5


def centre_without_padding(layers: Padded, cell: int) -> float:
    return centre_of([(kernel, stride, 0) for kernel, stride, _ in layers], cell)


def whole_pixels_only(layers: Padded, cell: int) -> int:
    return int(centre_of(layers, cell))


def first_pixel(layers: Padded, cell: int) -> int:
    size = field_of([window[:2] for window in layers])[0]
    return int(centre_of(layers, cell) - (size - 1) / 2)


def count_the_padding(size: int, stride: int, first: int, cell: int, length: int) -> int:
    return min(size, length)


def cut_at_the_left_only(size: int, stride: int, first: int, cell: int, length: int) -> int:
    start = first + cell * stride
    return start + size - max(start, 0)


def below_nothing(size: int, stride: int, first: int, cell: int, length: int) -> int:
    start = first + cell * stride
    return min(start + size, length) - max(start, 0)


def forget_the_stride(size: int, stride: int, first: int, cell: int, length: int) -> int:
    return inside(size, 1, first, cell, length)


def round_down(size: int, stride: int, pixels: int) -> int:
    return max(0, (pixels - size) // (2 * stride))


def one_pixel_a_layer(size: int, stride: int, pixels: int) -> int:
    return max(0, ceil((pixels - size) / stride))


def as_if_nothing_stood_before(size: int, stride: int, pixels: int) -> int:
    return max(0, ceil((pixels - size) / 2))


def fewer_than_none(size: int, stride: int, pixels: int) -> int:
    return ceil((pixels - size) / (2 * stride))


def above_zero_only(gradient: Tensor) -> tuple[int, int]:
    return box_of(gradient.clamp(min=0)) if (gradient > 0).any() else (0, 0)


def count_rows_and_columns(gradient: Tensor) -> tuple[int, int]:
    reached = gradient != 0
    return int(reached.any(dim=1).sum()), int(reached.any(dim=0).sum())


def one_short(gradient: Tensor) -> tuple[int, int]:
    height, width = box_of(gradient)
    return height - 1, width - 1


def width_first(gradient: Tensor) -> tuple[int, int]:
    height, width = box_of(gradient)
    return width, height


def nearly_zero_is_zero(gradient: Tensor) -> tuple[int, int]:
    return box_of(torch.where(gradient.abs() > 1e-8, gradient, 0))


WRONG: dict[str, dict[str, Answer]] = {
    "field of a stack": named(
        forget_the_jump, jump_of_the_layer_itself, add_whole_kernels, stride_of_the_last_layer
    ),
    "centre of a cell": named(
        stretch_the_map, centre_without_padding, whole_pixels_only, first_pixel
    ),
    "pixels inside the picture": named(
        count_the_padding, cut_at_the_left_only, below_nothing, forget_the_stride
    ),
    "layers to see enough": named(
        round_down, one_pixel_a_layer, as_if_nothing_stood_before, fewer_than_none
    ),
    "box of a gradient": named(
        above_zero_only, count_rows_and_columns, one_short, width_first, nearly_zero_is_zero
    ),
}
