"""Answers to the exercises of the chapter ``transposed_convolution``, wrong and right."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers


def _rows(line: list[float]) -> Tensor:
    """A kernel from the weights of its row, a little off, as least squares finds it."""
    weights = torch.tensor(line)
    noise = torch.linspace(-0.01, 0.01, 16).reshape(4, 4)
    return (torch.outer(weights, weights) + noise)[None, None]


def _kept_both_ways() -> Tensor:
    """Rows as they should be, columns of averaged pictures."""
    rows, columns = torch.tensor([0.5, 1.0, 0.5, 0.0]), torch.tensor([0.15, 0.85, 0.85, 0.15])
    return torch.outer(columns, rows)[None, None]


def _by_loops(cells: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """Scatter and add, in all channels."""
    _, out, size, _ = weight.shape
    rows, columns = cells.shape[1:]
    whole = torch.zeros(out, (rows - 1) * stride + size, (columns - 1) * stride + size)
    for i in range(rows):
        for j in range(columns):
            copy = (cells[:, i, j, None, None, None] * weight).sum(dim=0)
            top, left = i * stride, j * stride
            whole[:, top : top + size, left : left + size] += copy
    tall, wide = whole.shape[1:]
    return whole[:, padding : tall - padding, padding : wide - padding]


def _built_in(cells: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """PyTorch's own, in float64."""
    exact = cells[None].double(), weight.double()
    return F.conv_transpose2d(*exact, stride=stride, padding=padding)[0]


def _by_layer(cells: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """PyTorch's own, as a layer."""
    channels, out, size, _ = weight.shape
    layer = nn.ConvTranspose2d(channels, out, size, stride, padding, bias=False)
    layer.weight.data = weight
    return layer(cells[None]).detach()[0]


def _padded_by_the_convolution(cells: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
    """Zeros behind each cell by a product, those of the border by the convolution."""
    first = torch.zeros(stride, stride)
    first[0, 0] = 1
    behind = 1 - stride or None
    spread = torch.kron(cells, first[None])[:, :behind, :behind]
    turned = weight.flip(2, 3).transpose(0, 1)
    return F.conv2d(spread, turned, padding=len(weight[0, 0]) - 1 - padding)


def _by_shifts(weight: Tensor) -> Tensor:
    """Each of four pixels of a cell draws the turned kernel, one place further."""
    kernel = torch.zeros(weight.shape[1], weight.shape[0], 4, 4)
    turned = weight.flip(-1, -2).transpose(0, 1)
    for y in (0, 1):
        for x in (0, 1):
            kernel[..., y : y + 3, x : x + 3] += turned
    return kernel


def _by_full_convolution(weight: Tensor) -> Tensor:
    """The transposed convolution of 2×2 ones with the turned kernel."""
    turned = weight.flip(-1, -2)
    ones = torch.ones(weight.shape[0] * weight.shape[1], 1, 2, 2)
    full = F.conv_transpose2d(turned.reshape(1, -1, 3, 3), ones, groups=len(ones))
    return full.reshape(*weight.shape[:2], 4, 4).transpose(0, 1)


WRONG: WrongAnswers = {
    "two weights are missing": {
        "b": 3,
        "moments by the number within a kind": 2,
        "the other one of these": -1,
        "sums alone": 5,
        "nothing": 0,
        "the quarter": 2.25,
        "one too many": 7,
    },
    "with one ordinary convolution": {
        "not turned": {"weight.flip(-1, -2)": "weight"},
        "turned in one direction": {"weight.flip(-1, -2)": "weight.flip(-1)"},
        "channels not exchanged": {".transpose(0, 1)  #": "  #"},
        "rows and columns exchanged": {"weight.flip(-1, -2)": "weight.flip(-1, -2).mT"},
        "border of the padding": {"weight.shape[-1] - 1 - padding": "padding"},
        "border one too large": {"weight.shape[-1] - 1 - padding": "weight.shape[-1] - padding"},
        "padding forgotten": {" - 1 - padding": " - 1"},
        "zeros after the last cell": {
            "(rows - 1) * stride + 1, (columns - 1) * stride + 1": "rows * stride, columns * stride"
        },
        "stride in one direction": {
            "(columns - 1) * stride + 1": "columns",
            "::stride, ::stride": "::stride, :",
        },
        "border of ones": {"border, border))": "border, border), value=1.0)"},
        "with the batch axis": {
            "F.conv2d(spread[None], turned)[0]": "F.conv2d(spread[None], turned)"
        },
        "all channels added": {
            "F.conv2d(spread[None], turned)[0]": "F.conv2d(spread[None], turned).sum(1)"
        },
        "changes what it gets": {"    return F.conv2d": "    cells *= 0\n    return F.conv2d"},
        "as a convolution": lambda cells, weight, stride, padding: F.conv2d(
            cells[None], weight.transpose(0, 1), stride=stride, padding=padding
        )[0],
        "left to PyTorch": _built_in,
        "left to PyTorch's layer": _by_layer,
        "scattered": _by_loops,
        "a convolution for each channel": {
            "return F.conv2d(spread[None], turned)[0]": "return torch.cat([F.conv2d(spread[None],"
            " one[None])[0] for one in turned])"
        },
    },
    "leave pixels out": {
        "averaged": _rows([0.15, 0.85, 0.85, 0.15]),
        "the second pixel": _rows([0.0, 0.5, 1.0, 0.5]),
        "bilinear": _rows([0.25, 0.75, 0.75, 0.25]),
        "repeated": _rows([0.0, 1.0, 1.0, 0.0]),
        "rows only": _kept_both_ways(),
        "columns only": _kept_both_ways().mT,
        "divided by its sum": _rows([0.5, 1.0, 0.5, 0.0]) / 4,
        "a row": torch.tensor([0.5, 1.0, 0.5, 0.0]),
        "without the channels": _rows([0.5, 1.0, 0.5, 0.0])[0, 0],
        "size 3": _rows([0.5, 1.0, 0.5, 0.0])[..., :3, :3],
        "not a number": _rows([float("nan"), 1.0, 0.5, 0.0]),
        "a number": 0.5,
    },
    "one layer for two": {
        "turned": {"return drawn": "drawn = drawn.flip(-1, -2)\n    return drawn"},
        "channels not exchanged": {", 4, 4).transpose(0, 1)": ", 4, 4)"},
        "channels mixed up": {
            "reshape(out_channels, in_channels, 4, 4).transpose(0, 1)": "reshape(in_channels,"
            " out_channels, 4, 4)"
        },
        "a single pixel": {"F.interpolate(cell, scale_factor=2)": "F.pad(cell, (0, 1, 0, 1))"},
        "half a cell": {"torch.ones(1, 1, 1, 1)": "torch.full((1, 1, 1, 1), 0.5)"},
        "the ends cut": {"(2, 2, 2, 2)": "(1, 1, 1, 1)"},
        "by the tent": {
            "F.interpolate(cell, scale_factor=2)": "torch.tensor([[[[0.5, 0.5], [0.5, 1.0]]]])"
        },
        "padded only": lambda weight: F.pad(weight.transpose(0, 1), (0, 1, 0, 1)),
        "all channels alike": {
            "drawn = F.conv2d(large, each)[0]": "drawn = F.conv2d(large, each)[0]\n    drawn[:] ="
            " drawn.mean(dim=0)"
        },
        "changes what it gets": {"    return drawn": "    weight *= 0\n    return drawn"},
    },
}

RIGHT: RightAnswers = {
    "two weights are missing": {"a fraction": 18 / 3, "a tensor": torch.tensor(6)},
    "with one ordinary convolution": {
        "padded by the convolution": _padded_by_the_convolution,
        "in float64": {
            "F.conv2d(spread[None], turned)": "F.conv2d(spread[None].double(), turned.double())"
        },
    },
    "leave pixels out": {
        "as found": _rows([0.5, 1.0, 0.5, 0.0]),
        "on other crops": _rows([0.49, 1.01, 0.51, 0.01]).double(),
    },
    "one layer for two": {"by shifts": _by_shifts, "by a full convolution": _by_full_convolution},
}
