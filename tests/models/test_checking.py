"""What a network refuses, and whether following the sentence that it says helps."""

import re
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from course_utils import models
from course_utils.errors import ModelError
from course_utils.models import BasicBlock, Bottleneck, PlainBlock, ResNet, resnet_of_depth
from course_utils.models.blocks import conv3x3, group_width
from course_utils.models.transfer import freeze_all_but_head, keep_frozen_norms_in_eval


def refusal(work: object, *arguments: object, **options: object) -> str:
    """What is said when this is refused."""
    assert callable(work)
    with pytest.raises(ModelError) as caught:
        work(*arguments, **options)
    return str(caught.value)


@pytest.fixture(scope="module")
def small() -> ResNet:
    return models.resnet18(2, stem_width=4)


@pytest.mark.parametrize(
    "arguments",
    [{"num_classes": 0}, {"stem_width": 0}, {"num_classes": -3}],
)
def test_arguments_that_make_no_network(arguments: dict[str, int]) -> None:
    (name,) = arguments
    assert f"{name}={arguments[name]}: must be at least 1" == refusal(models.resnet18, **arguments)


@pytest.mark.parametrize("layers", [[2, 2, 2], [2, 2, 2, 0], []])
def test_four_stages_are_needed(layers: list[int]) -> None:
    assert "four stages" in refusal(ResNet, BasicBlock, layers)


@pytest.mark.parametrize("block", ["basic", nn.Conv2d, BasicBlock(4, 4), None])
def test_an_unknown_block(block: object) -> None:
    said = refusal(ResNet, block, [1, 1, 1, 1])
    assert said.endswith("give BasicBlock, PlainBlock or Bottleneck")


@pytest.mark.parametrize("depth", [20, 0, -18, 1000, "18", None])
def test_a_depth_that_is_not_in_the_family(depth: object) -> None:
    said = refusal(resnet_of_depth, depth)
    assert said.startswith(f"depth={depth!r}: the family has 18, 34, 50, 101 and 152 layers")


@pytest.mark.parametrize("block", [BasicBlock, PlainBlock])
@pytest.mark.parametrize("options", [{"groups": 2}, {"width_per_group": 4}])
def test_a_block_of_two_layers_takes_no_groups(
    block: type[BasicBlock], options: dict[str, int]
) -> None:
    assert "use Bottleneck" in refusal(block, 8, 8, **options)


@pytest.mark.parametrize(
    ("in_channels", "out_channels", "groups"), [(64, 64, 3), (64, 96, 64), (12, 18, 4)]
)
def test_groups_that_do_not_divide_the_channels(
    in_channels: int, out_channels: int, groups: int
) -> None:
    said = refusal(conv3x3, in_channels, out_channels, groups=groups)
    assert f"{groups} groups do not divide {in_channels} channels in" in said
    fitting = [int(number) for number in said.split("give one of ")[1].split(", ")]
    assert groups not in fitting
    for right in fitting:
        conv3x3(in_channels, out_channels, groups=right)
    assert len(fitting) == sum(in_channels % n == out_channels % n == 0 for n in range(1, 97))


@pytest.mark.parametrize("groups", [0, -32])
def test_groups_below_one(groups: int) -> None:
    said = f"groups={groups}: must be at least 1"
    assert refusal(conv3x3, 64, 64, groups=groups) == said
    assert refusal(Bottleneck, 64, 64, groups=groups) == said
    assert refusal(ResNet, Bottleneck, [1, 1, 1, 1], groups=groups) == said


@pytest.mark.parametrize(
    ("channels", "width_per_group", "groups", "reason"),
    [
        (8, 4, 1, "has no channel"),
        (8, 4, 32, "has no channel"),
        (16, 4, 32, "has one channel, as in a depthwise convolution"),
        (31, 4, 2, "has one channel, as in a depthwise convolution"),
        (32, 1, 32, "has no channel"),
    ],
)
def test_a_group_that_vanishes_or_is_depthwise_by_accident(
    channels: int, width_per_group: int, groups: int, reason: str
) -> None:
    said = refusal(group_width, channels, width_per_group, groups)
    assert reason in said
    wider, more = map(int, re.findall(r"width_per_group=(\d+) or more, or (\d+) channels", said)[0])
    wanted = 1 if groups == 1 else 2
    assert group_width(channels, wider, groups) == group_width(more, width_per_group, groups)
    assert group_width(channels, wider, groups) == wanted
    assert int(channels * (wider - 1) / 64) < wanted, "less would have been enough"
    assert int((more - 1) * width_per_group / 64) < wanted, "less would have been enough"


def test_a_slim_resnext_says_what_to_give() -> None:
    assert "32 channels (stem_width)" in refusal(models.resnext50_32x4d, stem_width=16)
    assert models.resnext50_32x4d(2, stem_width=32).layer1[0].conv2.weight.shape == (64, 2, 3, 3)


def test_a_depthwise_block_that_is_meant_is_built() -> None:
    assert Bottleneck(64, 64, groups=64, width_per_group=1).conv2.weight.shape == (64, 1, 3, 3)


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        ((3, 40, 48), lambda x: x.unsqueeze(0)),
        ((1, 1, 40, 48), lambda x: x.expand(-1, 3, -1, -1)),
        ((1, 4, 40, 48), lambda x: x[:, :3]),
        ((2, 40, 48, 3), lambda x: x.permute(0, 3, 1, 2)),
    ],
)
def test_a_wrong_shape_is_answered_with_what_to_write(
    shape: tuple[int, ...], remedy: Callable[[Tensor], Tensor], small: ResNet
) -> None:
    x = torch.rand(shape)
    said = refusal(small.eval(), x)
    assert said.startswith(f"the input has the shape {shape}; a ResNet takes a batch of RGB")
    written: Tensor = eval(said.rsplit(" write ", 1)[1], {"x": x})
    assert torch.equal(written, remedy(x))
    assert small(written).shape == (len(written), 2)


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 2, 8, 8), (1, 5, 8, 8), (1, 3, 8), (0,), ()])
def test_what_is_no_batch_of_pictures(shape: tuple[int, ...], small: ResNet) -> None:
    assert "batch of RGB pictures" in refusal(small, torch.zeros(shape))


@pytest.mark.parametrize("shape", [(1, 3, 0, 8), (1, 3, 8, 0)])
@pytest.mark.parametrize("training", [True, False])
def test_a_picture_without_pixels(shape: tuple[int, ...], training: bool, small: ResNet) -> None:
    assert "each side needs 1 pixel" in refusal(small.train(training), torch.zeros(shape))


@pytest.mark.parametrize("sides", [(32, 32), (1, 1), (32, 7)])
def test_one_position_cannot_be_trained_on(sides: tuple[int, int], small: ResNet) -> None:
    said = refusal(small.train(), torch.zeros(1, 3, *sides))
    assert "train on two pictures or more, or on a side above 32" in said
    assert small(torch.zeros(2, 3, *sides)).shape == (2, 2)
    assert small(torch.zeros(1, 3, sides[0], 33)).shape == (1, 2)
    assert small.eval()(torch.zeros(1, 3, *sides)).shape == (1, 2)


def test_frozen_batch_norms_train_on_one_position() -> None:
    model = models.resnet18(2, stem_width=4)
    freeze_all_but_head(model)
    keep_frozen_norms_in_eval(model.train())
    assert model(torch.zeros(1, 3, 32, 32)).shape == (1, 2)
