"""Checks of the exercises on transposed convolution."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from course_utils.models.bilinear import bilinear_kernel
from course_utils.teaching.exercises.checks import exercise, require_equal


def _rounded(values: object) -> object:
    """A row of numbers as a list that can be compared; what is no row stays as it is."""
    if isinstance(values, list | tuple | Tensor):
        return [round(float(value), 6) for value in values]
    return values


@exercise("size after a transposed convolution")
def size_after(answer: Callable[[int, int, int, int], int]) -> None:
    """``(cells, kernel, stride, padding)`` → pixels in a row."""
    for case in ((2, 2, 1, 0), (2, 2, 2, 0), (10, 64, 32, 16), (561, 4, 2, 1), (7, 3, 2, 1)):
        cells, kernel, stride, padding = case
        weight, row = torch.ones(1, 1, kernel), torch.ones(1, 1, cells)
        expected = F.conv_transpose1d(row, weight, stride=stride, padding=padding).shape[-1]
        require_equal(f"pixels_after{case}", answer(*case), expected)


@exercise("scatter and add")
def scatter_and_add(answer: Callable[[Tensor, Tensor, int], Tensor]) -> None:
    """Cells ``(n,)``, a kernel ``(k,)`` and a stride → the row of pixels."""
    for cells, kernel, stride in (
        ([1, 2], [1, 10], 2),
        ([1, 2, 3], [1, 10, 100], 1),
        ([1, 0, -2], [3, 1, 2, 5], 2),
        ([4, 5], [1, 2], 3),
    ):
        row, weight = (
            torch.tensor([float(v) for v in cells]),
            torch.tensor([float(v) for v in kernel]),
        )
        expected = F.conv_transpose1d(row[None, None], weight[None, None], stride=stride)
        found = answer(row, weight, stride)
        call = f"scatter_row({cells}, {kernel}, {stride})"
        require_equal(call, _rounded(found), _rounded(expected.flatten()))


@exercise("weights of the tent")
def weights_of_the_tent(answer: Callable[[int], list[float]]) -> None:
    """A kernel's size → its weights in one dimension."""
    for size in range(1, 9):
        weight = bilinear_kernel(1, 1, size)[0, 0]  # (size, size): products of two weights
        expected = weight.diagonal().sqrt()
        require_equal(f"tent_of({size})", _rounded(answer(size)), _rounded(expected))


@exercise("layer for a factor")
def layer_for_a_factor(answer: Callable[[int], tuple[int, int, int]]) -> None:
    """A factor → kernel, stride and padding that enlarge by it as interpolation does."""
    for factor in (2, 3, 4, 7, 32):
        found = answer(factor)
        assert found is not None, f"layer_for({factor}) gives None: does it return something?"
        kernel, stride, padding = found
        row = torch.arange(6.0).reshape(1, 1, 1, 6).expand(1, 1, 6, 6)
        weight = bilinear_kernel(1, 1, kernel)
        large = F.conv_transpose2d(row, weight, stride=stride, padding=padding)
        call = f"layer_for({factor}) gives {found}: 6 cells"
        require_equal(call, large.shape[-1], 6 * factor)
        expected = F.interpolate(row, scale_factor=factor, mode="bilinear", align_corners=False)
        inside = slice(factor, -factor)
        gap = (large - expected)[..., inside, inside].abs().max().item()
        assert gap < 1e-4, f"layer_for({factor}) gives {found}, which does not interpolate"


@exercise("free of checkerboards")
def free_of_checkerboards(answer: Callable[[Tensor, int], bool]) -> None:
    """Weights ``(k, k)`` and a stride → whether a map of ones stays constant inside."""
    striped = torch.tensor([1.0, 2.0, 1.0, 0.0]).expand(4, 4)
    for what, weight, stride, expected in (
        ("ones of 3×3", torch.ones(3, 3), 2, False),
        ("ones of 4×4", torch.ones(4, 4), 2, True),
        ("ones of 4×4", torch.ones(4, 4), 3, False),
        ("the bilinear 3×3", bilinear_kernel(1, 1, 3)[0, 0], 2, True),
        ("rows of (1, 2, 1, 0)", striped, 2, True),
        ("rows of (2, 1, 1, 1)", torch.tensor([2.0, 1.0, 1.0, 1.0]).expand(4, 4), 2, False),
        ("columns of (2, 1, 1, 1)", torch.tensor([[2.0], [1], [1], [1]]).expand(4, 4), 2, False),
        ("ones of 2×2", torch.ones(2, 2), 3, False),
    ):
        found = answer(weight.clone(), stride)
        verdict = None if found is None else bool(found)
        require_equal(f"is_even({what}, {stride})", verdict, expected)
