"""Checks of the exercises on the receptive field."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_equal

Window = tuple[int, int, int]
"""Kernel size, stride and padding of a convolution or a pooling."""


STACKS: tuple[list[Window], ...] = (
    [(3, 1, 0), (3, 1, 0)],
    [(3, 2, 1), (3, 1, 1)],
    [(7, 2, 3), (3, 2, 1), (3, 1, 1), (5, 1, 0)],
    [(4, 3, 2), (3, 2, 1), (1, 2, 1)],
    [],
)


def _ends(stack: list[Window], cell: int) -> tuple[int, int]:
    """First and last pixel that a cell sees, followed back from the last layer to the picture."""
    first = last = cell
    for kernel, stride, padding in reversed(stack):
        first, last = first * stride - padding, last * stride - padding + kernel - 1
    return first, last


@exercise("field of a stack")
def field_of_a_stack(answer: Callable[[list[tuple[int, int]]], tuple[int, int]]) -> None:
    """Kernel sizes and strides → how many pixels a cell sees, and how far apart cells lie."""
    for stack in STACKS:
        layers = [window[:2] for window in stack]
        (first, last), (next_first, _) = _ends(stack, 0), _ends(stack, 1)
        found = answer(layers)
        pair = tuple(found) if isinstance(found, list | tuple) else found
        require_equal(f"field_of({layers})", pair, (last - first + 1, next_first - first))


@exercise("centre of a cell")
def centre_of_a_cell(answer: Callable[[list[Window], int], float]) -> None:
    """Kernel sizes, strides and paddings, and a cell → the middle of what it sees."""
    for stack in STACKS:
        for cell in (0, 3):
            found = answer(stack, cell)
            middle = None if found is None else float(found)
            require_equal(f"centre_of({stack}, {cell})", middle, sum(_ends(stack, cell)) / 2)


@exercise("pixels inside the picture")
def pixels_inside(answer: Callable[[int, int, int, int, int], int]) -> None:
    """Size, stride and first pixel of a field, a cell and a picture's length → pixels seen."""
    for case in (
        (3, 1, -1, 5, 10),
        (43, 4, -21, 0, 224),
        (43, 4, -21, 55, 224),
        (435, 32, -217, 3, 224),
        (1, 2, -3, 0, 10),
    ):
        size, stride, first, cell, length = case
        seen = range(first + cell * stride, first + cell * stride + size)
        expected = sum(pixel in range(length) for pixel in seen)
        require_equal(f"pixels_inside{case}", answer(*case), expected)


@exercise("layers to see enough")
def layers_to_see_enough(answer: Callable[[int, int, int], int]) -> None:
    """Size and stride of a field → how many 3×3 convolutions more, until it has the pixels."""
    for case in ((1, 1, 5), (1, 1, 6), (11, 4, 224), (5, 2, 9), (435, 32, 224), (7, 2, 7)):
        size, stride, pixels = case
        expected = 0
        while size < pixels:
            size, expected = size + 2 * stride, expected + 1
        require_equal(f"layers_needed{case}", answer(*case), expected)


@exercise("box of a gradient")
def box_of_a_gradient(answer: Callable[[Tensor], tuple[int, int]]) -> None:
    """A gradient ``(H, W)`` → height and width of the smallest box with all that is not 0."""
    corners = torch.zeros(8, 9)
    corners[2, 3], corners[5, 7] = 1.0, -1e-20
    below_zero = torch.zeros(6, 6)
    below_zero[1, 1:5] = -2.0
    for what, gradient, expected in (
        ("two pixels at (2, 3) and (5, 7), the second below 0", corners, (4, 5)),
        ("a row of four pixels, all below 0", below_zero, (1, 4)),
        ("7×5 pixels without a 0", torch.ones(7, 5), (7, 5)),
    ):
        found = answer(gradient.clone())
        sides = None if found is None else tuple(int(side) for side in found)
        require_equal(f"box_of({what})", sides, expected)
