"""The three forms of a ResNeXt block compute one function."""

import copy
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from course_utils.errors import ModelError
from course_utils.models import (
    BasicBlock,
    Bottleneck,
    as_concatenated_paths,
    as_parallel_paths,
)
from equal_blocks import (
    assert_equal,
    assert_same_norm,
    convolutions,
    gradients,
    randomize,
    run,
)

FORMS = [as_parallel_paths, as_concatenated_paths]

every_form = pytest.mark.parametrize("form", FORMS)


def bottleneck(in_channels: int = 64, **options: int) -> Bottleneck:
    given = {"stride": 1, "groups": 4, "width_per_group": 8} | options
    return randomize(Bottleneck(in_channels, 16, **given))


@every_form
@pytest.mark.parametrize("training", [True, False])
@given(
    groups=st.sampled_from([1, 2, 4, 8]),
    width_per_group=st.sampled_from([8, 12, 64]),
    stride=st.sampled_from([1, 2]),
    in_channels=st.sampled_from([24, 64]),
)
def test_a_form_computes_what_the_block_computes(
    form: Callable[[Bottleneck], nn.Module], training: bool, in_channels: int, **options: int
) -> None:
    block = bottleneck(in_channels, **options).train(training)
    made = form(block)
    assert made.training is training
    for ours, theirs in zip(run(made, in_channels), run(block, in_channels), strict=True):
        assert_equal(ours, theirs)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("stride", [1, 2])
def test_parallel_paths_have_the_gradients_and_statistics_of_the_block(
    training: bool, stride: int
) -> None:
    block = bottleneck(stride=stride).train(training)
    made = as_parallel_paths(block)
    run(block, 64)
    run(made, 64)
    conv1, bn1, _, conv2, bn2, _, conv3 = zip(*made.paths, strict=True)
    for layers, whole in ((conv1, block.conv1), (conv2, block.conv2)):
        assert_equal(gradients(layers, "weight"), whole.weight.grad)
    assert_equal(gradients(conv3, "weight", dim=1), block.conv3.weight.grad)
    for layers, whole in ((bn1, block.bn1), (bn2, block.bn2), ([made.bn3], block.bn3)):
        assert_same_norm(layers, whole)


@pytest.mark.parametrize("training", [True, False])
def test_concatenated_paths_have_the_gradients_and_statistics_of_the_block(training: bool) -> None:
    block = bottleneck(in_channels=24).train(training)
    made = as_concatenated_paths(block)
    run(block, 24)
    run(made, 24)
    conv1, bn1, _, conv2, bn2, _ = zip(*made.paths, strict=True)
    for layers, whole in ((conv1, block.conv1), (conv2, block.conv2)):
        assert_equal(gradients(layers, "weight"), whole.weight.grad)
    assert_equal(made.conv3.weight.grad, block.conv3.weight.grad)
    for layers, whole in ((bn1, block.bn1), (bn2, block.bn2), ([made.bn3], block.bn3)):
        assert_same_norm(layers, whole)
    assert_equal(made.downsample[0].weight.grad, block.downsample[0].weight.grad)
    assert_same_norm([made.downsample[1]], block.downsample[1])


def test_a_step_of_training_moves_the_statistics() -> None:
    """Without this the two tests above could compare what never changed."""
    block = bottleneck().train()
    before = copy.deepcopy(block.state_dict())
    run(block, 64)
    after = block.state_dict()
    moved = {name for name in before if not torch.equal(before[name], after[name])}
    assert moved == {name for name in before if "running" in name or "tracked" in name}


def test_the_papers_block() -> None:
    """Figure 3: 32 paths 256 → 4 → 4 → 256; one 1×1 convolution 128 → 256; 32 groups in 128."""
    block = randomize(Bottleneck(256, 64, groups=32, width_per_group=4))
    assert (block.conv2.in_channels, block.conv2.groups) == (128, 32)
    a, b = as_parallel_paths(block), as_concatenated_paths(block)
    shapes = [(layer.in_channels, layer.out_channels) for layer in convolutions(a.paths[31])]
    assert (len(a.paths), shapes) == (32, [(256, 4), (4, 4), (4, 256)])
    assert (len(b.paths), b.conv3.in_channels, b.conv3.out_channels) == (32, 128, 256)
    counts = {sum(p.numel() for p in form.parameters()) for form in (a, b, block)}
    assert len(counts) == 1
    assert sum(p.numel() for c in convolutions(block) for p in c.parameters()) == 70_144


@every_form
def test_without_batch_norm_a_form_is_the_papers_figure(
    form: Callable[[Bottleneck], nn.Module],
) -> None:
    block = randomize(Bottleneck(64, 16, 1, 4, 8, norm_layer=nn.Identity))
    made = form(block)
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in made.modules())
    assert_equal(run(made, 64)[0], run(block, 64)[0])


@every_form
def test_a_form_has_weights_of_its_own(form: Callable[[Bottleneck], nn.Module]) -> None:
    block = bottleneck(in_channels=24)
    before = copy.deepcopy(block.state_dict())
    made = form(block)
    for tensor in made.state_dict().values():
        tensor.zero_()
    assert all(torch.equal(tensor, before[name]) for name, tensor in block.state_dict().items())
    assert {layer.groups for layer in convolutions(made)} == {1}


@every_form
@pytest.mark.parametrize("wrong", [BasicBlock(8, 8), nn.Conv2d(8, 8, 3), None])
def test_only_a_bottleneck_has_these_forms(
    form: Callable[[object], nn.Module], wrong: object
) -> None:
    with pytest.raises(ModelError, match=f"{type(wrong).__name__} .*give a Bottleneck"):
        form(wrong)


@every_form
def test_a_norm_over_several_channels_cannot_be_cut(
    form: Callable[[Bottleneck], nn.Module],
) -> None:
    block = Bottleneck(64, 16, norm_layer=lambda channels: nn.GroupNorm(2, channels))
    with pytest.raises(ModelError, match=r"GroupNorm .*BatchNorm2d"):
        form(block)
