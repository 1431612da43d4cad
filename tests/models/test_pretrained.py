"""From a name or a file to a classifier; published weights come from a server made here."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

from course_utils.data.class_names import class_names_from, write_class_names
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.errors import ModelError, WeightsError
from course_utils.models.pretrained import (
    labels_pixels,
    load_body,
    load_classifier,
    load_segmenter,
    load_trained_body,
    preprocessing_of,
)
from course_utils.models.weight_sources import embedded_weights
from course_utils.models.weights import PixelInfo, WeightsInfo, read_weights, save_weights
from voc_files import NAMES
from weight_files import INSECTS, SMALL, small_network, write_segmenter


def test_embedded_weights_are_found_by_name(embedded: Path) -> None:
    path = embedded / "weights" / "insects-resnet18.safetensors"
    assert embedded_weights() == {"insects-resnet18": path}
    model, info = load_classifier()
    assert (info, model.training) == (INSECTS, False)


@torch.inference_mode()
def test_the_network_computes_with_the_stored_weights(small_weights: Path) -> None:
    model, _ = load_classifier(small_weights)
    expected, images = small_network().eval(), torch.rand(2, 3, 32, 32)
    assert torch.allclose(model(images), expected(images), atol=1e-5)


def test_a_training_folder_stands_for_its_weights(tmp_path: Path, small_weights: Path) -> None:
    shutil.copy(small_weights, tmp_path / "weights.safetensors")
    assert load_classifier(tmp_path)[1] == INSECTS


def test_a_bare_file_needs_a_network_and_names(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    torch.save(torchvision.models.squeezenet1_0(num_classes=3).state_dict(), path)
    with pytest.raises(WeightsError, match="give --model"):
        load_classifier(path)
    with pytest.raises(WeightsError, match="give --classes"):
        load_classifier(path, "squeezenet1_0")
    _, info = load_classifier(path, "squeezenet1_0", ("a", "b", "c"))
    assert info.preprocessing == IMAGENET_PREPROCESSING


def test_the_files_own_network_is_not_overruled(small_weights: Path) -> None:
    with pytest.raises(WeightsError, match="made for resnet18, not for resnet34"):
        load_classifier(small_weights, "resnet34")
    assert load_classifier(small_weights, "resnet18")[1] == INSECTS


def test_names_may_be_replaced_but_not_their_number(small_weights: Path) -> None:
    _, info = load_classifier(small_weights, class_names=("蚂蚁", "蜜蜂"))
    assert (info.class_names, info.preprocessing) == (("蚂蚁", "蜜蜂"), SMALL)
    with pytest.raises(WeightsError, match="has 2 classes, but 3 names were given"):
        load_classifier(small_weights, class_names=("a", "b", "c"))


def test_its_own_names_in_another_order_are_refused(small_weights: Path) -> None:
    assert load_classifier(small_weights, class_names=INSECTS.class_names)[1] == INSECTS
    with pytest.raises(WeightsError, match="has these very classes in another order"):
        load_classifier(small_weights, class_names=("bees", "ants"))


def test_an_unknown_network_in_the_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_weights(path, small_network().state_dict(), replace(INSECTS, architecture="resnet81"))
    with pytest.raises(ModelError, match="resnet81"):
        load_classifier(path)


def test_class_names_come_from_a_file_or_imagenet(tmp_path: Path) -> None:
    write_class_names(tmp_path / "a.json", ["ants", "bees"])
    assert class_names_from(str(tmp_path / "a.json")) == ("ants", "bees")
    names = class_names_from("imagenet")
    assert (len(names), names[0], names[999]) == (1000, "tench", "toilet tissue")


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
    joined, name, _ = load_trained_body(path, "unet2s-resnet10", NAMES)
    assert (name, joined.eval()(picture).shape) == ("unet2s-resnet10", trained(picture).shape)
    assert torch.equal(joined.body.conv1.weight, trained.body.conv1.weight)
    other, _, _ = load_trained_body(path, None, ("sky", "road"))
    assert other.eval()(picture).shape == (1, 2, 40, 50)
    assert torch.equal(other.body.conv1.weight, trained.body.conv1.weight)
    with pytest.raises(WeightsError, match="made for fcn8s-resnet10, not for fcn8s-resnet18"):
        load_trained_body(path, "fcn8s-resnet18", NAMES)


@pytest.mark.parametrize("name", ["shufflenet_v2_x0_5", "mnasnet0_5"])
def test_a_headless_file_of_another_program_is_a_body(name: str, tmp_path: Path) -> None:
    path = tmp_path / "last.ckpt"
    state = torchvision.models.get_model(name, num_classes=3).state_dict()
    *_, weight, bias = state
    body = {f"model.backbone.{n}": t for n, t in state.items() if n not in (weight, bias)}
    torch.save({"state_dict": body, "epoch": 3}, path)
    model, found, stem_width = load_body(path, name)
    assert (found, stem_width) == (name, None)
    first = next(iter(state))
    assert torch.equal(model.state_dict()[first], state[first])
    with pytest.raises(WeightsError, match=r"last\.ckpt: has no head"):
        load_classifier(path, name, ("a", "b", "c"))
    torch.save({"net": {f"module.{n}": t for n, t in state.items()}}, path)
    assert torch.equal(load_body(path, name)[0].state_dict()[weight], state[weight])


@pytest.mark.slow
def test_a_vision_transformer_of_another_size_is_recognized(tmp_path: Path) -> None:
    path = tmp_path / "m.pth"
    source = torchvision.models.vit_b_32(num_classes=2, image_size=64)
    torch.save({"model": {f"module.{n}": t for n, t in source.state_dict().items()}}, path)
    model, info = load_classifier(path, "vit_b_32", ("a", "b"))
    assert (info.preprocessing.resize, info.preprocessing.crop) == (64, 64)
    assert preprocessing_of(path, "vit_b_32") == info.preprocessing
    picture = torch.rand(1, 3, 64, 64)
    assert torch.equal(model(picture), source.eval()(picture))
    assert load_body(path, "vit_b_32")[0](picture).shape == (1, 2)


def test_weights_that_diverged_or_have_more_beside_do_not_predict(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    state = write_segmenter(path).state_dict()
    info = read_weights(path)[1]
    assert info is not None
    state["body.conv1.weight"].fill_(float("nan"))
    save_weights(path, state, info)
    with pytest.raises(WeightsError, match=r"w\.safetensors: body\.conv1\.weight holds NaN"):
        load_segmenter(path)
    shuffle = torchvision.models.shufflenet_v2_x0_5(num_classes=2).state_dict()
    content = {f"1.{name}": t for name, t in shuffle.items()} | {"0.mean": torch.ones(3)}
    torch.save(content, tmp_path / "m.pth")
    with pytest.raises(WeightsError, match=r"holds 0\.mean beside the network \(1\)"):
        load_classifier(tmp_path / "m.pth", "shufflenet_v2_x0_5", ("a", "b"))
    body = load_body(tmp_path / "m.pth", "shufflenet_v2_x0_5")[0].state_dict()
    assert torch.equal(body["fc.weight"], shuffle["fc.weight"])


GIANTS = [
    replace(INSECTS, architecture="vit_h_14", stem_width=None),
    replace(INSECTS, architecture="regnet_y_128gf", stem_width=None),
    replace(INSECTS, architecture="resnet152", stem_width=1024),
    replace(INSECTS, class_names=tuple(map(str, range(60_000)))),
    replace(INSECTS, architecture="fcn8s-resnet101", stem_width=900, pixels=PixelInfo((9, 9))),
    replace(INSECTS, architecture="fcn_resnet101", stem_width=None, pixels=PixelInfo((9, 9))),
]


@pytest.mark.parametrize("info", GIANTS, ids=[info.architecture for info in GIANTS])
def test_a_network_is_built_only_where_its_outline_fits(
    info: WeightsInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, built = tmp_path / "a.safetensors", []
    save_weights(path, {"fc.weight": torch.ones(2, 3)}, info)
    real = torch.nn.Conv2d.__init__

    def noted(layer: torch.nn.Module, *arguments: Any, **options: Any) -> None:
        real(layer, *arguments, **options)
        built.append(layer.weight.is_meta)

    monkeypatch.setattr(torch.nn.Conv2d, "__init__", noted)
    with pytest.raises(WeightsError, match=r"a\.safetensors: made for another "):
        (load_classifier if info.pixels is None else load_segmenter)(path)
    assert built
    assert all(built)
    if info.pixels is None:
        built.clear()
        with pytest.raises(WeightsError, match="made for another network"):
            load_body(path)
        assert all(built)
