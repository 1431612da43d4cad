"""Networks for pixels by name, and their weights files."""

from pathlib import Path

import pytest
import torch

from course_utils.errors import ModelError, WeightsError
from course_utils.models.pretrained import (
    labels_pixels,
    load_classifier,
    load_segmenter,
    load_trained_body,
)
from course_utils.models.registry import build_segmenter, split_name
from course_utils.models.weights import PixelInfo, WeightsInfo, read_weights
from voc_files import NAMES
from weight_files import write_segmenter


@pytest.mark.parametrize("depthwise", [False, True])
@pytest.mark.parametrize("name", ["fcn8s-resnet10", "fcn16s-resnet14", "fcn32s-resnet18"])
def test_a_file_says_what_it_is_for(name: str, depthwise: bool, tmp_path: Path) -> None:
    info = WeightsInfo(name, NAMES, stem_width=4, pixels=PixelInfo((40, 60), depthwise, 0.25))
    saved = write_segmenter(tmp_path / "weights.safetensors", info)
    model, found = load_segmenter(tmp_path)
    assert found == info
    assert not model.training
    picture = torch.rand(1, 3, 45, 70)
    with torch.inference_mode():
        assert torch.equal(model(picture), saved(picture))


def test_torchvisions_networks_are_backbones_too() -> None:
    assert build_segmenter("fcn32s-wide_resnet50_2", 3)(torch.rand(2, 3, 40, 40)).shape[1] == 3


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


def test_a_classifier_and_a_segmenter_are_told_apart(tmp_path: Path, small_weights: Path) -> None:
    write_segmenter(tmp_path / "pixels.safetensors")
    assert labels_pixels(tmp_path / "pixels.safetensors")
    assert not labels_pixels(small_weights)
    with pytest.raises(
        WeightsError, match=r"small.safetensors: these weights are a resnet18's, and a network"
    ):
        load_segmenter(small_weights)
    with pytest.raises(WeightsError, match=r"label pixels \(fcn8s-resnet10\), and a classifier"):
        load_classifier(tmp_path / "pixels.safetensors")
    torch.save({"a": torch.zeros(1)}, tmp_path / "bare.pth")
    with pytest.raises(WeightsError, match=r"bare\.pth: these weights do not describe themselves"):
        load_segmenter(tmp_path / "bare.pth")


def test_the_weights_of_a_classifier_become_a_body(small_weights: Path) -> None:
    stored, _ = read_weights(small_weights)
    model, name, stem_width = load_trained_body(small_weights, None, NAMES)
    assert (name, stem_width) == ("fcn8s-resnet18", 4)
    body = model.body.state_dict()
    assert all(torch.equal(body[key], stored[key]) for key in body)
    other, name, _ = load_trained_body(small_weights, "fcn32s-resnet18", NAMES)
    assert (name, other.head.strides) == ("fcn32s-resnet18", [32])
    with pytest.raises(WeightsError, match="made for resnet18, not for resnet34"):
        load_trained_body(small_weights, "fcn8s-resnet34", NAMES)


def test_a_segmenter_goes_on_with_its_head_where_the_classes_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    trained = write_segmenter(path)
    picture = torch.rand(1, 3, 40, 50)
    same, name, stem_width = load_trained_body(path, None, NAMES)
    assert (name, stem_width) == ("fcn8s-resnet10", 4)
    assert torch.equal(same.eval()(picture), trained(picture))
    coarser, name, _ = load_trained_body(path, "fcn16s-resnet10", NAMES)
    assert name == "fcn16s-resnet10"
    assert torch.equal(coarser.head.score.weight, trained.head.score.weight)
    other, _, _ = load_trained_body(path, None, ("sky", "road"))
    assert other.eval()(picture).shape == (1, 2, 40, 50)
    assert torch.equal(other.body.conv1.weight, trained.body.conv1.weight)
    with pytest.raises(WeightsError, match="made for fcn8s-resnet10, not for fcn8s-resnet18"):
        load_trained_body(path, "fcn8s-resnet18", NAMES)
