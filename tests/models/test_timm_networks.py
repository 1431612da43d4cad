"""Timm's networks: named, built, prepared for and loaded as timm itself does it."""

import sys
from pathlib import Path
from typing import Any

import pytest
import timm
import torch
from PIL import Image
from safetensors.torch import save_file
from timm.data import create_transform, resolve_model_data_config
from torch import nn

from commands import run_command
from course_utils.data.class_names import class_names_from
from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.errors import CourseError, ModelError, WeightsError
from course_utils.inference import Classifier, Localizer
from course_utils.models.pretrained import load_body, load_classifier, preprocessing_of
from course_utils.models.registry import (
    build_classifier,
    build_outline,
    build_segmenter,
    native_preprocessing,
    needed_size,
)
from course_utils.models.timm_networks import build_of_timm, full_name
from course_utils.models.transfer import head_names, replace_head
from course_utils.models.weights import WeightsInfo, save_weights
from picture_files import picture_set

SMALL = "timm/test_resnet.r160_in1k"
NAMES = ("ants", "bees")


def stirred(name: str = SMALL, classes: int = 2) -> nn.Module:
    """A network with weights and running statistics that nobody else has."""
    torch.manual_seed(3)
    network = build_classifier(name, classes)
    for parameter in network.parameters():
        parameter.data += 0.1 * torch.rand_like(parameter)
    network.train()(torch.rand(8, 3, 160, 160))
    return network.eval()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    """Stands in for the server: one network of 1,000 classes, by timm's own download."""
    network = stirred(classes=1000)
    save_file(network.state_dict(), tmp_path / "model.safetensors")

    def fetch(repo_id: str, filename: str, **how: Any) -> str:
        if (repo_id, filename) != ("timm/test_resnet.r160_in1k", "model.safetensors"):
            raise FileNotFoundError("no network in the tests")
        return str(tmp_path / filename)

    monkeypatch.setattr("timm.models._hub.hf_hub_download", fetch)
    return network


def test_a_network_is_that_of_timm() -> None:
    torch.manual_seed(0)
    ours = build_classifier(SMALL, 5)
    torch.manual_seed(0)
    theirs = timm.create_model("test_resnet", num_classes=5)
    assert type(ours) is type(theirs)
    for name, tensor in theirs.state_dict().items():
        assert torch.equal(tensor, ours.state_dict()[name])


@pytest.mark.parametrize(
    "name",
    ["test_resnet.r160_in1k", "resnet18.a1_in1k", "mobilenetv3_small_100"],
)
def test_pictures_are_prepared_as_timm_prepares_them(name: str) -> None:
    size = (300, 211)
    picture = Image.effect_noise(size, 90).convert("RGB")
    config = resolve_model_data_config(timm.create_model(name))
    theirs = create_transform(**config, is_training=False)(picture)
    ours = evaluation_transform(native_preprocessing(f"timm/{name}"))(picture)
    assert ours.shape == theirs.shape
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_what_is_known_of_a_name() -> None:
    assert native_preprocessing("timm/resnet18.a1_in1k") == Preprocessing(
        235, 224, interpolation="bicubic"
    )
    assert native_preprocessing("timm/vit_tiny_patch16_224").mean == (0.5, 0.5, 0.5)
    assert needed_size("timm/vit_tiny_patch16_224") == 224
    assert needed_size("timm/resnet18") is None
    assert full_name("timm/test_resnet") == SMALL


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("timm/resnet81", r"is unknown to timm [\d.]+: did you mean resnet18"),
        ("timm/resnet18.nix", "has no such weights; choose one of a1_in1k"),
        ("timm/", "is unknown to timm .*timm.list_models"),
        ("timm/hf-hub:timm/resnet18", "is unknown to timm"),
        ("timm/local-dir:/etc", "is unknown to timm"),
        ("timm/../resnet18", "is unknown to timm"),
        ("timm/resnet18.a1_in1k.x", "is unknown to timm"),
        ("timm/resnet18\n", "is unknown to timm"),
    ],
)
def test_another_name_builds_nothing(name: str, sentence: str) -> None:
    for act in (build_classifier, native_preprocessing, load_classifier):
        with pytest.raises(ModelError, match=sentence):
            act(name)


def test_what_cannot_be_done_with_them_is_refused() -> None:
    with pytest.raises(ModelError, match="only this package's networks have a stem_width"):
        build_classifier(SMALL, 2, stem_width=8)
    with pytest.raises(ModelError, match="ResNet"):
        build_segmenter("fcn8s-timm/resnet18", 3)
    with pytest.raises(ModelError, match=r"crop_mode 'squash'.*choose another network"):
        native_preprocessing("timm/coat_lite_medium_384.in1k")
    with pytest.raises(WeightsError, match="timm has the network, and no weights for it"):
        full_name("timm/coatnet_0_224")


@pytest.mark.parametrize("name", timm.list_models("test_*"))
def test_outlines_and_heads_of_all_kinds(name: str) -> None:
    """Built without numbers, and with a head that is replaced where timm says that it is."""
    outline = build_outline(f"timm/{name}")
    assert all(parameter.is_meta for parameter in outline.parameters())
    network = replace_head(build_classifier(f"timm/{name}", 7), 2).eval()
    with torch.inference_mode():
        assert network(torch.rand(1, 3, 160, 160)).shape == (1, 2)
    network.load_state_dict(build_classifier(f"timm/{name}", 2).state_dict())


def test_both_heads_of_a_distilled_network_are_replaced() -> None:
    network = build_classifier("timm/deit_tiny_distilled_patch16_224", 5)
    assert head_names(network) == ["head", "head_dist"]
    picture = torch.rand(2, 3, 224, 224)
    assert replace_head(network, 3).eval()(picture).shape == (2, 3)


def test_weights_name_their_network_and_predict_as_it_does(tmp_path: Path) -> None:
    network = stirred()
    info = WeightsInfo(SMALL, NAMES, Preprocessing(96, 96))
    save_weights(tmp_path / "a.safetensors", network.state_dict(), info)
    pictures = picture_set(tmp_path / "set") / "val" / "ants"
    classifier = Classifier.from_checkpoint(tmp_path / "a.safetensors")
    images = torch.rand(4, 3, 96, 96)
    with torch.inference_mode():
        assert torch.allclose(classifier.network(images), network(images), atol=1e-4)
    assert len(list(classifier.predict([pictures / "0.png"]))) == 1
    localizer = Localizer.from_checkpoint(tmp_path / "a.safetensors")
    with torch.inference_mode():  # at the native size it is the classifier
        assert torch.allclose(localizer.network(images).flatten(1), network(images), atol=1e-4)


def test_a_network_that_cannot_be_made_dense_says_so(tmp_path: Path) -> None:
    network, info = stirred("timm/test_vit"), WeightsInfo("timm/test_vit", NAMES)
    save_weights(tmp_path / "a.safetensors", network.state_dict(), info)
    with pytest.raises(CourseError, match="its last layer, head, is not called fc"):
        Localizer.from_checkpoint(tmp_path / "a.safetensors")


def test_a_name_in_a_file_builds_no_network_that_its_tensors_do_not_fit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file may name a network of gigabytes: it is compared with its outline."""
    info = WeightsInfo("timm/vit_giant_patch14_224", NAMES)
    save_weights(tmp_path / "a.safetensors", stirred().state_dict(), info)
    built: list[nn.Module] = []

    def build(name: str, classes: int) -> nn.Module:
        built.append(build_of_timm(name, classes))
        return built[-1]

    monkeypatch.setattr("course_utils.models.timm_networks.build_of_timm", build)
    with pytest.raises(WeightsError, match="made for another network"):
        load_classifier(tmp_path / "a.safetensors")
    assert [all(tensor.is_meta for tensor in network.parameters()) for network in built] == [True]


def test_published_weights_come_by_timms_own_download(hub: nn.Module) -> None:
    network, info = load_classifier(SMALL)
    images = torch.rand(2, 3, 160, 160)
    with torch.inference_mode():
        assert torch.equal(network(images), hub(images))
    assert (info.architecture, info.class_names) == (SMALL, class_names_from("imagenet"))
    assert info.preprocessing == native_preprocessing(SMALL) == preprocessing_of(SMALL)
    assert load_body(SMALL)[1:] == (SMALL, None)


@pytest.mark.usefixtures("hub")
def test_without_a_network_the_error_says_what_to_do() -> None:
    with pytest.raises(WeightsError, match=r"no network in the tests.*--model timm/test_vit"):
        load_classifier("timm/test_vit")


def test_a_file_of_the_hub_is_read_with_its_name(hub: nn.Module, tmp_path: Path) -> None:
    network, info = load_classifier(tmp_path / "model.safetensors", SMALL, tuple("ab") * 500)
    assert torch.equal(network.conv1[0].weight, hub.conv1[0].weight)  # type: ignore[index, union-attr]
    assert info.preprocessing == native_preprocessing(SMALL)


def test_weights_without_class_names_ask_for_them() -> None:
    from course_utils.models.pretrained import _complete

    described = WeightsInfo(SMALL, ())
    with pytest.raises(WeightsError, match="x: come without class names: give --classes FILE"):
        _complete(described, "x", described, None)
    assert _complete(described, "x", described, NAMES).class_names == NAMES


@pytest.mark.usefixtures("hub")
def test_a_training_goes_on_from_them_and_is_used_again(tmp_path: Path) -> None:
    data, out = picture_set(tmp_path / "set"), tmp_path / "out"
    train = ("train", "classifier", "--data", data, "--epochs", "1", "--output")
    outcome = run_command(*train, out, "--pretrained", SMALL, "--freeze")
    assert outcome.status == 0, outcome.err
    _, info = load_classifier(out)
    assert (info.architecture, info.preprocessing) == (SMALL, native_preprocessing(SMALL))
    assert info.versions["timm"] == timm.__version__
    assert f"--pretrained {SMALL} --freeze" in info.command
    for command in ("predict", data / "val"), ("evaluate", "--data", data):
        assert run_command(*command, "--weights", out).status == 0
    scratch = run_command(*train, tmp_path / "fresh", "--model", SMALL, "--image-size", "64")
    assert scratch.status == 0
    assert "timm" not in load_classifier("insects-resnet18")[1].versions


def test_without_timm_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_weights(tmp_path / "a.safetensors", stirred().state_dict(), WeightsInfo(SMALL, NAMES))
    monkeypatch.setitem(sys.modules, "timm", None)
    for name in (tmp_path / "a.safetensors", SMALL):
        with pytest.raises(ModelError, match=r'timm/... need timm: pip install "timm>=1.0"'):
            load_classifier(name)
