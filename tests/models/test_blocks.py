"""The blocks: what they compute, and what a group is."""

import pytest
import torch
from torch import nn

from course_utils.analysis import count_multiply_adds
from course_utils.models import BasicBlock, Bottleneck, PlainBlock
from course_utils.models.blocks import conv3x3


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
@torch.inference_mode()
def test_a_block_whose_last_scale_is_zero_is_its_shortcut(
    block: type[BasicBlock] | type[Bottleneck],
) -> None:
    made = block(8 * block.expansion, 8).eval()
    last = made.bn2 if isinstance(made, BasicBlock) else made.bn3
    nn.init.zeros_(last.weight)
    x = torch.rand(1, 8 * block.expansion, 5, 5)
    assert torch.equal(made(x), x)


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
def test_a_stride_halves_rounding_up(block: type[BasicBlock] | type[Bottleneck]) -> None:
    shape = block(4, 8, stride=2)(torch.rand(2, 4, 7, 10)).shape
    assert shape == (2, 8 * block.expansion, 4, 5)


def test_a_plain_block_is_a_basic_block_without_its_shortcut() -> None:
    torch.manual_seed(0)
    plain, residual = PlainBlock(8, 8).eval(), BasicBlock(8, 8).eval()
    residual.load_state_dict(plain.state_dict())
    x = torch.randn(2, 8, 5, 5)
    with torch.no_grad():
        kept = residual.bn2(residual.conv2(residual.relu(residual.bn1(residual.conv1(x)))))
        assert torch.equal(plain(x), kept.relu())
        assert torch.equal(residual(x), (kept + x).relu())
    assert [name for name in PlainBlock(4, 8, 2).state_dict() if "downsample" in name] == []


@pytest.mark.parametrize("groups", [1, 2, 8, 32, 128])
def test_grouping_divides_weights_and_multiply_adds_by_g(groups: int) -> None:
    """k·k·C_in·n/g weights, here with k = 3 and C_in = n = 128; g = 128 is depthwise."""
    with torch.device("meta"):
        layer = conv3x3(128, 128, groups=groups)
    assert layer.weight.numel() * groups == 3 * 3 * 128 * 128
    assert count_multiply_adds(layer, (1, 128, 56, 56)) * groups == 3 * 3 * 128 * 128 * 56 * 56


def test_a_group_convolution_is_split_convolve_concatenate() -> None:
    torch.manual_seed(0)
    layer = conv3x3(12, 20, groups=4).double()
    x = torch.rand(2, 12, 5, 6, dtype=torch.float64)
    parts = [
        nn.functional.conv2d(part, weight, padding=1)
        for part, weight in zip(x.chunk(4, dim=1), layer.weight.chunk(4), strict=True)
    ]
    torch.testing.assert_close(layer(x), torch.cat(parts, dim=1), rtol=1e-12, atol=1e-12)
