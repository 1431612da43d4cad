"""Kernels that interpolate, and the layers that begin with them."""

import numpy as np
import pytest
import torch
from scipy.signal.windows import triang
from torch import nn
from torch.nn import functional as F

from course_utils.errors import ModelError
from course_utils.models.bilinear import bilinear_kernel, bilinear_upsampling


@pytest.mark.parametrize("size", range(1, 9))
def test_the_kernel_is_a_product_of_two_triangles(size: int) -> None:
    kernel = bilinear_kernel(2, 2, size)
    assert kernel.shape == (2, 2, size, size)
    expected = np.outer(triang(size), triang(size))
    for channel in range(2):
        assert np.allclose(kernel[channel, channel], expected, atol=1e-7)
        assert not kernel[channel, 1 - channel].any()


@pytest.mark.parametrize("factor", [2, 4, 8, 16, 32])
@pytest.mark.parametrize("depthwise", [False, True])
def test_away_from_the_border_it_is_bilinear_interpolation(factor: int, depthwise: bool) -> None:
    torch.manual_seed(0)
    maps = torch.rand(2, 3, 5, 7)
    enlarged = bilinear_upsampling(3, factor, depthwise=depthwise)(maps)
    expected = F.interpolate(maps, scale_factor=factor, mode="bilinear", align_corners=False)
    assert enlarged.shape == expected.shape == (2, 3, 5 * factor, 7 * factor)
    inner = slice(factor // 2, -factor // 2)
    difference = (enlarged - expected).abs()
    assert difference[..., inner, inner].max() < 1e-5
    assert difference.max() > 0.1  # at the border the map is continued with zeros


def test_an_image_of_561_by_728_becomes_1122_by_1456() -> None:
    layer = nn.ConvTranspose2d(3, 3, 4, stride=2, padding=1, bias=False)
    layer.weight.data.copy_(bilinear_kernel(3, 3, 4))
    image = torch.rand(1, 3, 561, 728)
    doubled = layer(image)
    assert doubled.shape == (1, 3, 1122, 1456)
    expected = F.interpolate(image, scale_factor=2, mode="bilinear", align_corners=False)
    assert torch.allclose(doubled[..., 1:-1, 1:-1], expected[..., 1:-1, 1:-1], atol=1e-5)


def test_32_times_is_kernel_64_stride_32_padding_16() -> None:
    layer = bilinear_upsampling(21, 32, depthwise=False)
    assert (layer.kernel_size, layer.stride, layer.padding) == ((64, 64), (32, 32), (16, 16))
    assert layer.weight.shape == (21, 21, 64, 64)
    assert bilinear_upsampling(21, 32, depthwise=True).weight.shape == (21, 1, 64, 64)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((2, 3, 4), "2 channels in and 3 out: each channel is interpolated by itself"),
        ((0, 0, 4), "in_channels=0: must be at least 1"),
        ((1, 1, 0), "kernel_size=0: must be at least 1"),
    ],
)
def test_what_makes_no_kernel_is_refused(arguments: tuple[int, int, int], problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        bilinear_kernel(*arguments)


@pytest.mark.parametrize("factor", [-2, 0, 3])
def test_a_factor_must_be_even(factor: int) -> None:
    with pytest.raises(ModelError, match=f"factor={factor}: must be an even number"):
        bilinear_upsampling(3, factor, depthwise=True)
