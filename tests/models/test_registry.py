"""Every classifier of this package and of torchvision by its name."""

from pathlib import Path

import pytest
import torch
import torchvision
from torch import nn

from commands import run_command
from course_utils.analysis import count_multiply_adds, count_parameters
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.errors import ModelError
from course_utils.models import ResNet
from course_utils.models.registry import (
    BUILDERS,
    build_classifier,
    build_outline,
    build_segmenter,
    classifier_names,
    native_preprocessing,
    split_name,
)
from course_utils.models.weights import read_weights
from picture_files import picture_set

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


@pytest.mark.parametrize("name", ["resnet18", "vit_b_16", "regnet_y_400mf"])
def test_an_outline_has_the_shapes_of_the_network(name: str) -> None:
    outline = build_outline(name).state_dict()
    with torch.device("meta") if "regnet" not in name else torch.device("cpu"):
        network = build_classifier(name).state_dict()
    assert {n: t.shape for n, t in outline.items()} == {n: t.shape for n, t in network.items()}


@pytest.mark.parametrize("name", TORCHVISIONS)
def test_the_preprocessing_of_every_network_is_known(name: str) -> None:
    native = native_preprocessing(name)
    assert 0 < native.crop <= native.resize or name.startswith("swin_v2")
    assert native.interpolation in ("bilinear", "bicubic")


def test_the_native_preprocessing_is_the_published_one() -> None:
    assert native_preprocessing("resnet18") == IMAGENET_PREPROCESSING
    inception = native_preprocessing("inception_v3")
    assert (inception.resize, inception.crop) == (342, 299)


@pytest.mark.parametrize("name", sorted({*BUILDERS} - {*TORCHVISIONS}))
def test_a_network_that_nobody_published_is_prepared_for_as_is_usual(name: str) -> None:
    assert native_preprocessing(name) == IMAGENET_PREPROCESSING
    outcome = run_command("layers", name)
    assert (outcome.status, outcome.err) == (0, "")


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


def matched_pair(stem_width: int | None = None) -> list[nn.Module]:
    """The networks of the comparison, without groups and with them, without memory."""
    with torch.device("meta"):
        names = ("resnet14", "resnext14_8x15d")
        return [build_classifier(name, 5, stem_width).eval() for name in names]


def on_the_main_path(model: nn.Module) -> list[nn.Module]:
    """Its layers with weights."""
    layers = (nn.Conv2d, nn.Linear)
    parts = model.named_modules()
    return [part for name, part in parts if isinstance(part, layers) and "downsample" not in name]


@pytest.mark.parametrize("stem_width", [16, 64])
def test_the_matched_networks_cost_nearly_the_same(stem_width: int) -> None:
    pair = matched_pair(stem_width)
    resnet, resnext = map(count_parameters, pair)
    assert 1 < resnext / resnet < 1.01
    resnet, resnext = (count_multiply_adds(model, (1, 3, 96, 96)) for model in pair)
    assert 1 < resnext / resnet < 1.15


def test_the_matched_networks_have_the_layers_in_their_name() -> None:
    assert [len(on_the_main_path(model)) for model in matched_pair()] == [14, 14]
    resnet, resnext = (model.state_dict() for model in matched_pair())
    assert resnet.keys() == resnext.keys()
    assert all(resnet[name].shape == resnext[name].shape for name in ("conv1.weight", "fc.weight"))


@pytest.mark.parametrize(("stem_width", "widths"), [(16, [3, 7, 15, 30]), (64, [15, 30, 60, 120])])
def test_the_groups_of_each_stage_have_the_channels_that_are_said(
    stem_width: int, widths: list[int]
) -> None:
    resnet, resnext = (model.state_dict() for model in matched_pair(stem_width))
    for stage, width in enumerate(widths, start=1):
        name = f"layer{stage}.0.conv2.weight"
        assert resnext[name].shape == (8 * width, width, 3, 3)
        assert resnet[name].shape[0] == resnet[name].shape[1]


@pytest.mark.parametrize("name", ["resnet14", "resnext14_8x15d", "plain34"])
def test_the_command_line_trains_the_networks_of_the_comparisons(name: str, tmp_path: Path) -> None:
    data, out = picture_set(tmp_path / "set"), tmp_path / "run"
    options = ("--model", name, "--stem-width", "16", "--image-size", "64", "--epochs", "1")
    outcome = run_command("train", "classifier", "--data", data, "--out", out, *options)
    assert (outcome.status, outcome.err) == (0, "")
    weights, info = read_weights(out / "weights.safetensors")
    assert info is not None
    assert (info.architecture, info.stem_width) == (name, 16)
    assert any("downsample" in key for key in weights) is (name != "plain34")


def test_torchvisions_networks_are_backbones_too() -> None:
    with torch.device("meta"):
        network = build_segmenter("fcn32s-wide_resnet50_2", 3)
        assert network(torch.rand(2, 3, 40, 40)).shape == (2, 3, 40, 40)


@pytest.mark.parametrize("name", ["resnet18", "fcn4s-resnet18", "fcn8s-", "fcn8s"])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(
        ModelError, match=f"network '{name}' is unknown: give fcn32s, fcn16s, fcn8s"
    ):
        split_name(name)


def test_an_unknown_backbone_is_refused() -> None:
    with pytest.raises(ModelError, match="did you mean resnet18"):
        build_segmenter("fcn8s-resnet81", 3)
    with pytest.raises(ModelError, match="give a ResNet or a ResNeXt"):
        build_segmenter("fcn8s-alexnet", 3)


@pytest.mark.parametrize(
    "name",
    [
        *("torchvision.models.resnet18", "../resnet18", "quantization.resnet18", "", "x" * 10_000),
        *("resnet18\0", "resnet18\n", "__class__", "fcn_resnet50", "\udcff"),
    ],
)
def test_a_name_of_no_classifier_is_refused(name: str) -> None:
    for build in (build_classifier, native_preprocessing, build_outline):
        with pytest.raises(ModelError, match="is unknown"):
            build(name)
    with pytest.raises(ModelError, match=r"is unknown|no ResNet"):
        build_segmenter(f"fcn8s-{name}", 3)
