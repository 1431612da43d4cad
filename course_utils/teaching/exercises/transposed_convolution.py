"""Checks of the exercises on transposed convolution."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)


@exercise("two weights are missing")
def two_weights_are_missing(weight_a: float) -> None:
    """Of the kernel 1, 2, 4, a, b with stride 2, even on constants and on ramps."""
    slips: dict[float, str] = {
        3: "that is b; for weight_a see which places belong to one kind",
        2: "count your places within the kernel, 0 to 4, not within one kind",
        -1: "count your places within the kernel, 0 to 4, and weight_a is the fourth weight",
        2.25: "your sums are not equal: weight_a stands beside 2, and b beside 1 and 4",
        5: "that is the sum of 1 and 4; with b it grows",
        0: "with a = 0 the second kind gets 2 and the first at least one other number",
    }
    require_number(weight_a, 6, absolute=0.01, slips=slips)


@exercise("with one ordinary convolution")
def with_one_ordinary_convolution(answer: Callable[[Tensor, Tensor, int, int], Tensor]) -> None:
    """Cells ``(in, H, W)``, weight ``(in, out, k, k)``, stride, padding → ``(out, H', W')``."""
    for channels, out, (rows, columns), size, stride, padding in (
        (1, 1, (2, 2), 2, 1, 0),
        (1, 1, (2, 3), 3, 2, 0),
        (1, 1, (3, 2), 4, 2, 1),
        (2, 3, (3, 4), 3, 2, 1),
        (3, 1, (2, 4), 4, 3, 2),
        (2, 2, (4, 3), 2, 3, 0),
        (3, 2, (5, 6), 5, 1, 4),
        (2, 4, (3, 3), 4, 2, 3),
    ):
        cells = _some_numbers(channels, rows, columns, seed=1)
        weight = _some_numbers(channels, out, size, size, seed=2)
        sizes = f"cells {tuple(cells.shape)}, weight {tuple(weight.shape)}"
        call = f"{name_of(answer)}({sizes}, {stride}, {padding})"
        given = cells.clone(), weight.clone()
        with _Calls() as calls:
            found = answer(*given, stride, padding)
        assert torch.equal(given[0], cells), f"{call} changes the cells that it gets"
        assert torch.equal(given[1], weight), f"{call} changes the weight that it gets"
        expected = F.conv_transpose2d(cells[None], weight, stride=stride, padding=padding)[0]
        _require_not_flipped(call, found, expected, cells, weight, stride, padding)
        require_close(call, _in_precision(found, expected), expected)
        ready = sum(calls.of(name) for name in TRANSPOSED)
        assert not ready, f"{call} is right, but leaves the work to PyTorch: put zeros in yourself"
        ordinary = calls.of("conv2d")
        assert ordinary == 1, (
            f"{call} is right, but calls F.conv2d {ordinary} times instead of once"
        )


TRANSPOSED = tuple(f"conv_transpose{axes}d" for axes in (1, 2, 3))


class _Calls(TorchFunctionMode):
    """The names of all functions of PyTorch that are called meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> object:
        self._names.append(getattr(func, "__name__", ""))
        return func(*args, **(kwargs or {}))

    def of(self, name: str) -> int:
        return self._names.count(name)


def _require_not_flipped(
    call: str,
    found: object,
    expected: Tensor,
    cells: Tensor,
    weight: Tensor,
    stride: int,
    padding: int,
) -> None:
    """Say so where only the turn by 180° is missing."""
    flipped = weight.flip(-1, -2)
    wrong = F.conv_transpose2d(cells[None], flipped, stride=stride, padding=padding)[0]
    if not isinstance(found, Tensor) or found.shape != wrong.shape:
        return
    if not torch.allclose(wrong, expected):
        unturned = torch.allclose(found.to(wrong.dtype), wrong)
        assert not unturned, f"{call}: should your weight be turned by 180°?"


def _in_precision(found: Tensor, like: Tensor) -> Tensor:
    """An answer may compute in another precision; what is no tensor stays as it is."""
    return found.to(like.dtype) if isinstance(found, Tensor) else found


def _some_numbers(*shape: int, seed: int) -> Tensor:
    """Halves from −2 to 2, but for 0, as float32: sums of their products are exact."""
    random = torch.Generator().manual_seed(seed)
    numbers = torch.randint(1, 5, shape, generator=random)
    return numbers * (2 * torch.randint(2, shape, generator=random) - 1) / 2


@exercise("leave pixels out")
def leave_pixels_out(kernel_found: Tensor) -> None:
    """The kernel of least squares for pictures of which every second pixel was kept."""
    assert kernel_found is not None, "call least_squares with by_tent and your small pictures"
    name = type(kernel_found).__name__
    assert isinstance(kernel_found, Tensor), f"your answer is a {name}, not a tensor"
    require_equal("the shape of your answer", tuple(kernel_found.shape), (1, 1, 4, 4))
    kernel = kernel_found.detach().double().cpu()[0, 0]
    assert bool(kernel.isfinite().all()), "your kernel has numbers that are not finite"
    row, column = kernel.sum(dim=0) / 2, kernel.sum(dim=1) / 2
    expected = torch.tensor([0.5, 1.0, 0.5, 0.0], dtype=torch.float64)
    mirrored = expected.flip(0)
    close = [bool((line - expected).abs().max() < 0.05) for line in (row, column)]
    other = [bool((line - mirrored).abs().max() < 0.05) for line in (row, column)]
    assert not any(other), "your pixels are the second of two; begin with the first: [::2]"
    averaged = abs(float(row[1] - row[2])) < 0.1 and abs(float(row[0] - row[3])) < 0.1
    assert not averaged, (
        "this looks as for averaged pictures: did you hand over your own small ones?"
    )
    assert all(close), "your kernel is another one: keep every second row and every second column"
    gap = (kernel - torch.outer(expected, expected)).abs().max().item()
    assert gap < 0.1, "your rows and columns are right in the mean, and yet the kernel is not"
    exact = torch.outer(expected, expected)
    assert gap > 1e-6 or not torch.equal(kernel, exact), (
        "this is the tent itself; give what least_squares finds on your pictures"
    )


@exercise("one layer for two")
def one_layer_for_two(answer: Callable[[Tensor], Tensor]) -> None:
    """Weight ``(out, in, 3, 3)`` of a convolution → ``(in, out, 4, 4)`` of a transposed one."""
    for out, channels in ((1, 1), (1, 2), (3, 1), (2, 3), (4, 4)):
        weight = _some_numbers(out, channels, 3, 3, seed=out)
        call = f"{name_of(answer)}(weight {tuple(weight.shape)})"
        given = weight.clone()
        found = answer(given)
        assert torch.equal(given, weight), f"{call} changes the weight that it gets"
        if found is None:
            require_equal(call, found, weight)
        assert isinstance(found, Tensor), f"{call} gives {type(found).__name__}, not a tensor"
        require_equal(f"the shape of {call}", tuple(found.shape), (channels, out, 4, 4))
        cells = _some_numbers(1, channels, 5, 4, seed=9)
        expected = F.conv2d(F.interpolate(cells, scale_factor=2.0), weight, padding=1)
        large = F.conv_transpose2d(cells, found.to(cells.dtype), stride=2, padding=1)
        gap = (large - expected).abs().max().item()
        turned = F.conv_transpose2d(cells, found.to(cells.dtype).flip(-1, -2), stride=2, padding=1)
        hint = "; is it turned by 180°?" if torch.allclose(turned, expected, atol=1e-4) else ""
        assert gap < 1e-4, f"with {call} the one layer draws something else than the two{hint}"
