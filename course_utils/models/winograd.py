"""A 3×3 convolution with fewer multiplications, for layers with many channels on small maps.

Two by two cells of the answer need 4 · 9 = 36 products for each pair of channels in and out. With
sums of pixels and sums of weights, taken beforehand, 16 products do. Source: Lavin and Gray, "Fast
Algorithms for Convolutional Neural Networks" (2016), section 4.1, their F(2×2, 3×3).
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.errors import ModelError

LEAST_CHANNELS = 256
"""In and out, from which on a CPU gains: below, the sums cost more than the products saved."""

MOST_TILES = 2048
"""Of 2×2 cells, up to which the sums are held in memory; a larger map is convolved as usual."""

WEIGHT_SUMS = torch.tensor([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
"""The paper's matrix G: three weights in a row → four numbers."""


class WinogradConv2d(nn.Conv2d):
    """The same convolution, computed in another way; the answers differ by rounding.

    Args:
        layer: Kernel 3×3, stride 1, padding 1, one group, float32. Its weights are shared.

    Raises:
        ModelError: If the convolution is another one.
    """

    def __init__(self, layer: nn.Conv2d) -> None:
        if not can_be_winograd(layer):
            raise ModelError(f"{layer}: only 3×3, stride 1, padding 1, one group can be rewritten")
        super().__init__(
            layer.in_channels, layer.out_channels, 3, padding=1, bias=False, device="meta"
        )
        self.weight, self.bias = layer.weight, layer.bias
        sums = WEIGHT_SUMS.to(layer.weight.device, torch.float64)
        weight = torch.einsum("ik,ockl,jl->ijco", sums, layer.weight.detach().double(), sums)
        self.register_buffer("summed", weight.flatten(0, 1).to(layer.weight.dtype).contiguous())

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, H, W)`` → ``(N, K, H, W)``, channels-last."""
        number, channels, height, width = x.shape
        down, across = (height + 1) // 2, (width + 1) // 2
        if number * down * across > MOST_TILES:
            return F.conv2d(x, self.weight, self.bias, padding=1)
        padded = x.new_zeros(number, 2 * down + 2, 2 * across + 2, channels)
        padded[:, 1 : height + 1, 1 : width + 1] = x.permute(0, 2, 3, 1)
        sums = _pixel_sums(padded, down, across)  # (4, 4, N, down, across, C)
        products = torch.bmm(sums.flatten(2, 4).flatten(0, 1), self.summed)  # (16, tiles, K)
        cells = _answers(products.view(*sums.shape[:5], -1))  # (N, down, 2, across, 2, K)
        if self.bias is not None:
            cells += self.bias
        whole = cells.view(number, 2 * down, 2 * across, -1)
        return whole[:, :height, :width].permute(0, 3, 1, 2)

    summed: Tensor


def can_be_winograd(layer: nn.Module) -> bool:
    """Whether the layer is a convolution that can be computed in this way."""
    return (
        isinstance(layer, nn.Conv2d)
        and layer.kernel_size == (3, 3)
        and layer.stride == layer.dilation == (1, 1)
        and layer.padding in (1, (1, 1))
        and layer.padding_mode == "zeros"
        and layer.groups == 1
    )


def use_winograd(model: nn.Module) -> int:
    """Rewrite the convolutions that gain by it, in place; return how many."""
    count = 0
    for parent in list(model.modules()):
        for name, layer in parent.named_children():
            if type(layer) is nn.Conv2d and can_be_winograd(layer) and _is_wide(layer):
                setattr(parent, name, WinogradConv2d(layer))
                count += 1
    return count


def _is_wide(layer: nn.Conv2d) -> bool:
    return min(layer.in_channels, layer.out_channels) >= LEAST_CHANNELS


def _pixel_sums(padded: Tensor, down: int, across: int) -> Tensor:
    """The paper's Bᵀ d B of tiles of 4×4 pixels, two apart: down the rows, then across."""
    number, _, width, channels = padded.shape
    rows = padded.new_empty(4, number, down, width, channels)
    _four_sums([padded[:, i : i + 2 * down - 1 : 2] for i in range(4)], rows)
    sums = padded.new_empty(4, 4, number, down, across, channels)
    columns = [rows[:, :, :, i : i + 2 * across - 1 : 2] for i in range(4)]
    _four_sums(columns, sums.transpose(0, 1))
    return sums


def _four_sums(d: list[Tensor], out: Tensor) -> None:
    torch.sub(d[0], d[2], out=out[0])
    torch.add(d[1], d[2], out=out[1])
    torch.sub(d[2], d[1], out=out[2])
    torch.sub(d[1], d[3], out=out[3])


def _answers(products: Tensor) -> Tensor:
    """The paper's Aᵀ m A: ``(4, 4, N, down, across, K)`` → ``(N, down, 2, across, 2, K)``."""
    number, down, across, channels = products.shape[2:]
    cells = products.new_empty(number, down, 2, across, 2, channels)
    for i, row in enumerate(_two_sums(products)):  # (4, N, down, across, K)
        for j, cell in enumerate(_two_sums(row)):
            cells[:, :, i, :, j] = cell
    return cells


def _two_sums(m: Tensor) -> tuple[Tensor, Tensor]:
    return (m[0] + m[1]).add_(m[2]), (m[1] - m[2]).sub_(m[3])
