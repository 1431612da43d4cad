"""The numbers that the papers and torchvision publish, counted on the networks."""

from functools import cache

import pytest
import torch
from torch import Tensor, nn

from course_utils import models
from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.models import BasicBlock, Bottleneck, PlainBlock, ResNet, resnet_of_depth
from course_utils.models.blocks import group_width
from course_utils.models.registry import BUILDERS, build_classifier

# torchvision.models, table of all available classification weights: "Params", in full.
PARAMETERS = {
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnext50_32x4d": 25_028_904,
    "resnext101_32x8d": 88_791_336,
    "resnext101_64x4d": 83_455_272,
}

# The same table: "GFLOPS", which are thousands of millions of multiply–adds.
MULTIPLY_ADDS = {
    "resnet18": 1.814,
    "resnet34": 3.664,
    "resnet50": 4.089,
    "resnet101": 7.801,
    "resnet152": 11.514,
    "resnext50_32x4d": 4.230,
    "resnext101_32x8d": 16.414,
    "resnext101_64x4d": 15.46,
}

# Millions of parameters with 50 layers, at the settings of Xie et al. (2017), table 3.
LADDER = {
    (1, 64): 25.557,
    (2, 40): 25.425,
    (4, 24): 25.293,
    (8, 14): 25.603,
    (32, 4): 25.029,
}

every_builder = pytest.mark.parametrize("name", PARAMETERS)


@cache
def skeleton(name: str) -> ResNet:
    """The network without memory for its weights."""
    with torch.device("meta"):
        return BUILDERS[name]().eval()


def test_the_published_builders_are_all_there() -> None:
    assert set(PARAMETERS) == set(MULTIPLY_ADDS) <= set(BUILDERS)
    assert all(getattr(models, name) is BUILDERS[name] for name in PARAMETERS)


@every_builder
def test_the_parameters(name: str) -> None:
    assert count_parameters(skeleton(name)) == PARAMETERS[name]


@every_builder
def test_the_multiply_adds(name: str) -> None:
    billions = count_multiply_adds(skeleton(name), (1, 3, 224, 224)) / 1e9
    assert round(billions, 3) == MULTIPLY_ADDS[name]


@pytest.mark.parametrize(("groups", "width_per_group"), LADDER)
def test_the_ladder_of_cardinality(groups: int, width_per_group: int) -> None:
    with torch.device("meta"):
        model = ResNet(Bottleneck, [3, 4, 6, 3], groups=groups, width_per_group=width_per_group)
    assert round(count_parameters(model) / 1e6, 3) == LADDER[groups, width_per_group]


def test_32x4d_means_4_channels_in_the_first_stage() -> None:
    assert [group_width(channels, 4) for channels in (64, 128, 256, 512)] == [4, 8, 16, 32]
    model = skeleton("resnext50_32x4d")
    stages = (model.layer1, model.layer2, model.layer3, model.layer4)
    middles = [stage[0].conv2 for stage in stages]
    assert {layer.groups for layer in middles} == {32}
    assert [layer.out_channels for layer in middles] == [128, 256, 512, 1024]
    assert [layer.weight.shape[1] for layer in middles] == [4, 8, 16, 32]


def layers_with_weights(model: nn.Module) -> list[str]:
    """Names of those on the main path: convolutions and the fully connected layer."""
    return [
        name
        for name, module in model.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "downsample" not in name
    ]


@every_builder
def test_the_name_counts_the_layers_with_weights(name: str) -> None:
    depth = name.removeprefix("resnext").removeprefix("resnet").split("_")[0]
    assert len(layers_with_weights(skeleton(name))) == int(depth)


def test_the_18_layers() -> None:
    names = layers_with_weights(skeleton("resnet18"))
    stages = [f"layer{n}.{block}.conv{k}" for n in (1, 2, 3, 4) for block in (0, 1) for k in (1, 2)]
    assert names == ["conv1", *stages, "fc"]
    assert len(names) == 18


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_a_depth_names_its_network(depth: int) -> None:
    with torch.device("meta"):
        model = resnet_of_depth(depth, 7, stem_width=16)
        named = BUILDERS[f"resnet{depth}"](7, stem_width=16)
    assert str(model) == str(named)
    assert len(layers_with_weights(model)) == depth


@pytest.mark.parametrize(
    ("depth", "blocks"), [(10, [1, 1, 1, 1]), (18, [2, 2, 2, 2]), (34, [4, 4, 4, 4])]
)
def test_the_depths_of_the_plain_comparison(depth: int, blocks: list[int]) -> None:
    with torch.device("meta"):
        pair = [ResNet(block, blocks) for block in (BasicBlock, models.PlainBlock)]
    assert [len(layers_with_weights(model)) for model in pair] == [depth, depth]


@every_builder
def test_the_sides_of_the_paper(name: str) -> None:
    """He et al. (2016), table 1: 224 → 112 → 56, then 56, 28, 14, 7, and 1 after the pooling."""
    model = skeleton(name)
    sides: list[tuple[int, int]] = []

    def note(layer: nn.Module, inputs: object, output: Tensor) -> None:
        sides.append(tuple(output.shape[2:]))

    stages = (model.layer1, model.layer2, model.layer3, model.layer4)
    watched = (model.conv1, model.maxpool, *stages, model.avgpool)
    hooks = [layer.register_forward_hook(note) for layer in watched]
    model(torch.zeros(1, 3, 224, 224, device="meta"))
    for hook in hooks:
        hook.remove()
    assert sides == [(side, side) for side in (112, 56, 56, 28, 14, 7, 1)]


@pytest.mark.parametrize(
    ("name", "channels"),
    [("resnet18", [64, 128, 256, 512]), ("resnext50_32x4d", [256, 512, 1024, 2048])],
)
def test_the_channels_of_the_stages(name: str, channels: list[int]) -> None:
    model = skeleton(name)
    x = model.maxpool(model.conv1(torch.zeros(1, 3, 224, 224, device="meta")))
    found = []
    for stage in (model.layer1, model.layer2, model.layer3, model.layer4):
        x = stage(x)
        found.append(x.shape[1])
    assert found == channels


@pytest.mark.parametrize("depth", [10, 18, 34])
def test_a_plain_network_has_the_layers_of_its_partner(depth: int) -> None:
    with torch.device("meta"):
        plain, residual = (build_classifier(f"{kind}{depth}", 5) for kind in ("plain", "resnet"))
    kinds = [{type(m) for m in model.modules()} for model in (plain, residual)]
    assert [kind & {PlainBlock, BasicBlock} for kind in kinds] == [{PlainBlock}, {BasicBlock}]
    assert layers_with_weights(plain) == layers_with_weights(residual)
    assert len(layers_with_weights(plain)) == depth
    theirs = residual.state_dict()
    shared = [name for name in theirs if "downsample" not in name]
    assert {n: w.shape for n, w in plain.state_dict().items()} == {
        name: theirs[name].shape for name in shared
    }
