"""Which routine PyTorch takes for a convolution: what the chapter on ResNet's blocks says of it."""

import pytest
import torch
from torch import nn


@pytest.mark.skipif(not hasattr(torch._C, "_select_conv_backend"), reason="PyTorch does not say")
@pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="oneDNN is not there")
@pytest.mark.parametrize(
    ("kernel", "stride", "pictures", "older"),
    [(1, 1, 15, True), (1, 1, 16, False), (1, 2, 15, False), (3, 1, 15, False)],
)
def test_with_one_thread_a_1x1_kernel_without_a_stride_waits_for_16_pictures(
    kernel: int, stride: int, pictures: int, older: bool
) -> None:
    layer = nn.Conv2d(64, 64, kernel, stride, kernel // 2, bias=False)
    window = [layer.stride, layer.padding, layer.dilation]
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        chosen = torch._C._select_conv_backend(
            torch.zeros(pictures, 64, 28, 28), layer.weight, None, *window, False, (0, 0), 1
        )
    finally:
        torch.set_num_threads(threads)
    assert ("Slow2d" in str(chosen)) == older
