"""Two layers gain nothing from groups: their paths are one dense block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from course_utils.errors import ModelError
from course_utils.models import (
    BasicBlock,
    Bottleneck,
    TwoLayerPaths,
    as_dense_block,
)
from equal_blocks import assert_equal, assert_same_norm, convolutions, gradients, randomize, run


@pytest.mark.parametrize("training", [True, False])
@given(groups=st.integers(1, 6), width=st.integers(1, 5), channels=st.sampled_from([3, 8]))
def test_paths_of_two_layers_are_one_dense_block(
    training: bool, groups: int, width: int, channels: int
) -> None:
    paths = randomize(TwoLayerPaths(channels, groups, width)).train(training)
    dense = as_dense_block(paths)
    assert dense.training is training
    assert dense.conv1.out_channels == dense.conv2.in_channels == groups * width
    assert {layer.groups for layer in convolutions(dense)} == {1}
    for ours, theirs in zip(run(dense, channels), run(paths, channels), strict=True):
        assert_equal(ours, theirs)
    first, norms, _, second = zip(*paths.paths, strict=True)
    assert_equal(gradients(first, "weight"), dense.conv1.weight.grad)
    assert_equal(gradients(second, "weight", dim=1), dense.conv2.weight.grad)
    assert_same_norm(norms, dense.bn1)
    assert_same_norm([paths.bn2], dense.bn2)


def test_the_papers_two_layers() -> None:
    """Figure 4: 32 paths 64 → 4 → 64 are 64 → 128 → 64, weight for weight."""
    paths = TwoLayerPaths(64, 32, 4)
    dense = as_dense_block(paths)
    assert dense.conv1.weight.shape == (128, 64, 3, 3)
    assert sum(p.numel() for p in paths.parameters()) == sum(p.numel() for p in dense.parameters())


def test_a_dense_block_as_wide_as_its_input_is_a_basic_block() -> None:
    paths = randomize(TwoLayerPaths(8, 2, 4))
    block = BasicBlock(8, 8).double()
    block.load_state_dict(as_dense_block(paths).state_dict())
    assert_equal(run(block, 8)[0], run(paths, 8)[0])


@pytest.mark.parametrize("wrong", [BasicBlock(8, 8), Bottleneck(8, 8)])
def test_only_paths_of_two_layers_become_dense(wrong: nn.Module) -> None:
    with pytest.raises(ModelError, match="give a TwoLayerPaths"):
        as_dense_block(wrong)


@pytest.mark.parametrize("sizes", [(0, 2, 4), (8, 0, 4), (8, 2, 0)])
def test_two_layer_paths_need_something_of_everything(sizes: tuple[int, int, int]) -> None:
    with pytest.raises(ModelError, match="must be at least 1"):
        TwoLayerPaths(*sizes)
