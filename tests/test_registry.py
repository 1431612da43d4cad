"""Every classifier of this package and of torchvision by its name."""

import pytest
import torch
import torchvision

from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.errors import ModelError
from course_utils.models import ResNet
from course_utils.models.registry import (
    BUILDERS,
    build_classifier,
    classifier_names,
    native_preprocessing,
)

TORCHVISIONS = torchvision.models.list_models(module=torchvision.models)


def test_both_lists_are_known() -> None:
    assert classifier_names() == sorted({*BUILDERS, *TORCHVISIONS})
    assert {"resnet18", "squeezenet1_0", "vit_b_16", "convnext_tiny"} <= set(classifier_names())


@pytest.mark.parametrize("name", BUILDERS)
def test_our_networks_come_before_torchvisions(name: str) -> None:
    with torch.device("meta"):
        assert isinstance(build_classifier(name, 7), ResNet)


FAMILIES = [
    "alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet", "inception_v3",
    "maxvit_t", "mnasnet0_5", "mobilenet_v2", "mobilenet_v3_small",
    "shufflenet_v2_x0_5", "squeezenet1_0", "swin_t", "vgg11", "vit_b_16", "wide_resnet50_2",
]  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_a_network_of_each_family_has_the_wanted_number_of_classes(name: str) -> None:
    with torch.device("meta"):
        model = build_classifier(name, 7).eval()
        side = native_preprocessing(name).crop
        assert model(torch.zeros(1, 3, side, side)).shape == (1, 7)


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_the_preprocessing_of_every_network_is_known(name: str) -> None:
    native = native_preprocessing(name)
    assert 0 < native.crop <= native.resize or name.startswith("swin_v2")
    assert native.interpolation in ("bilinear", "bicubic")


def test_the_native_preprocessing_is_the_published_one() -> None:
    assert native_preprocessing("resnet18") == IMAGENET_PREPROCESSING
    inception = native_preprocessing("inception_v3")
    assert (inception.resize, inception.crop) == (342, 299)


def test_a_stem_width_is_for_our_networks() -> None:
    assert build_classifier("resnet18", 2, 4).conv1.out_channels == 4
    with pytest.raises(ModelError, match="only this package's networks"):
        build_classifier("squeezenet1_0", 2, 4)


@pytest.mark.parametrize(
    ("name", "meant"), [("resnet81", "resnet18"), ("squeezenet", "squeezenet1_0")]
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, meant: str) -> None:
    for ask in (build_classifier, native_preprocessing):
        with pytest.raises(ModelError, match=f"did you mean.*{meant}"):
            ask(name)
