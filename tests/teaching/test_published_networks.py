"""The published numbers of the classic networks, and that the networks bear them out."""

import dataclasses

import pytest
import torchvision
from torch import nn

from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.errors import ModelError
from course_utils.models.registry import build_outline, native_preprocessing
from course_utils.teaching.published_networks import FAMILIES, published_network, published_networks

PUBLISHED = {
    "alexnet": (61_100_840, 714, 56.522),
    "vgg11": (132_863_336, 7_609, 69.020),
    "vgg16": (138_357_544, 15_470, 71.592),
    "googlenet": (6_624_904, 1_498, 69.778),
    "inception_v3": (27_161_264, 5_713, 77.294),
    "resnet18": (11_689_512, 1_814, 69.758),
    "resnet50": (25_557_032, 4_089, 76.130),
    "resnet152": (60_192_808, 11_514, 78.312),
    "squeezenet1_0": (1_248_424, 819, 58.092),
    "squeezenet1_1": (1_235_496, 349, 58.178),
    "densenet121": (7_978_856, 2_834, 74.434),
    "densenet161": (28_681_000, 7_728, 77.138),
    "mobilenet_v2": (3_504_872, 301, 71.878),
    "mobilenet_v3_large": (5_483_032, 217, 74.042),
    "shufflenet_v2_x0_5": (1_366_792, 40, 60.552),
    "shufflenet_v2_x1_0": (2_278_604, 145, 69.362),
    "mnasnet0_5": (2_218_512, 104, 67.734),
    "mnasnet1_0": (4_383_312, 314, 73.456),
    "efficientnet_b0": (5_288_548, 386, 77.692),
    "efficientnet_b4": (19_341_616, 4_394, 83.384),
    "regnet_y_400mf": (4_344_144, 402, 74.046),
    "regnet_y_8gf": (39_381_472, 8_473, 80.032),
    "vit_b_16": (86_567_656, 17_564, 81.072),
    "swin_t": (28_288_354, 4_491, 81.474),
    "efficientnet_v2_s": (21_458_488, 8_366, 84.228),
    "efficientnet_v2_l": (118_515_272, 56_080, 85.808),
    "convnext_tiny": (28_589_128, 4_456, 82.520),
    "convnext_base": (88_591_464, 15_355, 84.062),
}
"""Parameters, millions of multiply–adds and top-1 in percent, from the table of the weights at
https://pytorch.org/vision/stable/models.html"""

OF_OTHER_SIZE = {
    "inception_v3": 299,
    "efficientnet_b4": 380,
    "efficientnet_v2_s": 384,
    "efficientnet_v2_l": 480,
}

AUXILIARY = 6_379_984
"""Parameters of GoogLeNet's two auxiliary classifiers, which its published weights leave out."""


def built(name: str) -> nn.Module:
    """The network with shapes and without numbers."""
    return build_outline(name).eval()


def test_the_zoo_holds_the_sixteen_families() -> None:
    assert list(dict.fromkeys(network.family for network in published_networks())) == [
        "AlexNet",
        "VGG",
        "GoogLeNet",
        "Inception",
        "ResNet",
        "SqueezeNet",
        "DenseNet",
        "MobileNet",
        "ShuffleNet",
        "MNASNet",
        "EfficientNet",
        "RegNet",
        "ViT",
        "Swin",
        "EfficientNetV2",
        "ConvNeXt",
    ]
    assert [network.name for network in published_networks()] == list(FAMILIES)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_published_numbers(name: str) -> None:
    network = published_network(name)
    millions = network.multiply_adds / 10**6
    assert (network.parameters, millions, network.top1) == PUBLISHED[name]
    assert network.input_size == OF_OTHER_SIZE.get(name, 224)
    assert (network.name, network.weights) == (name, "IMAGENET1K_V1")


@pytest.mark.parametrize("name", FAMILIES)
def test_the_built_network_has_what_is_published(name: str) -> None:
    model, network = built(name), published_network(name)
    picture = (1, 3, network.input_size, network.input_size)
    assert round(count_multiply_adds(model, picture), -6) == network.multiply_adds
    left_out = AUXILIARY if name == "googlenet" else 0
    assert count_parameters(model) - left_out == network.parameters


def test_googlenet_without_its_auxiliary_classifiers_has_what_is_published() -> None:
    model = built("googlenet")
    del model.aux1, model.aux2
    assert count_parameters(model) == 6_624_904


@pytest.mark.parametrize("name", FAMILIES)
def test_the_input_size_is_that_of_the_preprocessing(name: str) -> None:
    network, steps = published_network(name), native_preprocessing(name)
    assert (network.input_size, network.resize) == (steps.crop, steps.resize)


def test_a_newer_recipe_changes_the_accuracy_and_not_the_network() -> None:
    old, new = (published_network("resnet50", f"IMAGENET1K_V{version}") for version in (1, 2))
    assert (old.top1, new.top1) == (76.13, 80.858)
    assert (old.resize, new.resize) == (256, 232)
    as_before = dataclasses.replace(new, top1=old.top1, weights=old.weights, resize=256)
    assert as_before == old


@pytest.mark.parametrize(
    ("name", "year"),
    [("alexnet", 2012), ("resnet50", 2015), ("mobilenet_v3_large", 2019), ("convnext_base", 2022)],
)
def test_the_year_is_that_of_the_paper(name: str, year: int) -> None:
    assert published_network(name).year == year


def test_an_unknown_network_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match=r"'vit_h_14' is not in the zoo: choose .*mnasnet1_0"):
        published_network("vit_h_14")


def test_unknown_weights_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ModelError, match="'V2': choose IMAGENET1K_V1 or IMAGENET1K_V2"):
        published_network("resnet50", "V2")


def test_nothing_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise AssertionError("no weights are needed")

    monkeypatch.setattr(torchvision.models.WeightsEnum, "get_state_dict", fail)
    assert len(published_networks()) == 28
