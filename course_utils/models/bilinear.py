"""Enlarging maps with transposed convolutions that begin as bilinear interpolation.

Source: Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation"
(2015), section 3.3.
"""

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.checking import require_positive


def bilinear_kernel(in_channels: int, out_channels: int, kernel_size: int) -> Tensor:
    """The weights of a transposed convolution that interpolates each channel by itself.

    A weight falls linearly from 1 at the middle of the kernel; an even kernel has its middle
    between two positions.

    >>> bilinear_kernel(1, 1, 3)[0, 0]
    tensor([[0.2500, 0.5000, 0.2500],
            [0.5000, 1.0000, 0.5000],
            [0.2500, 0.5000, 0.2500]])

    Args:
        in_channels: Channels of the map.
        out_channels: As many.
        kernel_size: Side of the kernel; twice the stride enlarges the map by the stride.

    Returns:
        ``(in_channels, out_channels, kernel_size, kernel_size)``, zero wherever the channel in
        is not the channel out.

    Raises:
        ModelError: If a number is below 1, or the two numbers of channels differ.
    """
    require_positive(in_channels=in_channels, kernel_size=kernel_size)
    if in_channels != out_channels:
        raise ModelError(
            f"{in_channels} channels in and {out_channels} out: each "
            "channel is interpolated by itself, so give the same number twice"
        )
    factor = (kernel_size + 1) // 2
    middle = factor - 1 if kernel_size % 2 else factor - 0.5
    line = 1 - (torch.arange(kernel_size) - middle).abs() / factor  # (kernel_size,)
    weight = torch.zeros(in_channels, out_channels, kernel_size, kernel_size)
    channels = range(in_channels)
    weight[channels, channels] = torch.outer(line, line)
    return weight


def bilinear_upsampling(channels: int, factor: int, *, depthwise: bool) -> nn.ConvTranspose2d:
    """A transposed convolution that enlarges a map, at first by interpolation, and may learn.

    Args:
        channels: Of the map, in and out.
        factor: How much larger; an even number. The kernel is twice as wide, and half a factor
            is cut off at each side: 64, 32 and 16 for a factor of 32.
        depthwise: Whether each channel has a kernel of its own and nothing else. At the start
            both forms compute the same; the dense one, as published, can also learn to mix the
            channels, and has as many times the weights as there are channels.

    Shape:
        ``(N, channels, H, W)`` → ``(N, channels, factor·H, factor·W)``

    Raises:
        ModelError: If ``channels`` is below 1, or ``factor`` is odd or below 2.
    """
    if factor < 2 or factor % 2:
        raise ModelError(f"factor={factor}: must be an even number")
    size = 2 * factor
    kernel = bilinear_kernel(channels, channels, size)
    groups = channels if depthwise else 1
    layer = nn.ConvTranspose2d(
        channels, channels, size, stride=factor, padding=factor // 2, groups=groups, bias=False
    )
    with torch.no_grad():
        layer.weight.copy_(_diagonal(kernel) if depthwise else kernel)
    return layer


def _diagonal(kernel: Tensor) -> Tensor:
    """``(C, C, k, k)`` → ``(C, 1, k, k)``: of each channel its own kernel."""
    channels = range(len(kernel))
    return kernel[channels, channels].unsqueeze(1)
