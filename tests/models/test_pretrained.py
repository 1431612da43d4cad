"""From a name or a file to a classifier; published weights come from a server made here."""

import hashlib
import io
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
import torchvision

from course_utils.data.class_names import class_names_from, write_class_names
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.errors import ModelError, WeightsError
from course_utils.models.pretrained import load_classifier
from course_utils.models.weight_sources import download_state_dict, embedded_weights
from web_server import Server
from weight_files import INSECTS, SMALL, Payload, small_network, write_small_weights


def test_embedded_weights_are_found_by_name(embedded: Path) -> None:
    path = embedded / "weights" / "insects-resnet18.safetensors"
    assert embedded_weights() == {"insects-resnet18": path}
    model, info = load_classifier()
    assert (info, model.training) == (INSECTS, False)


@torch.inference_mode()
def test_the_network_computes_with_the_stored_weights(small_weights: Path) -> None:
    model, _ = load_classifier(small_weights)
    expected, images = small_network().half().float().eval(), torch.rand(2, 3, 32, 32)
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


def test_an_unknown_network_in_the_description_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_small_weights(path)
    content = path.read_bytes().replace(b"resnet18", b"resnet81")
    path.write_bytes(content)
    with pytest.raises(ModelError, match="resnet81"):
        load_classifier(path)


@pytest.mark.parametrize(
    "name", ["nonsense", "ResNet18_Weights.NONE", "resnet18", "FCN_ResNet50_Weights.DEFAULT"]
)
def test_unknown_weights_are_answered_with_the_known_ones(name: str, embedded: Path) -> None:
    with pytest.raises(WeightsError, match=r"unknown: give a file, .* one of insects-resnet18, or"):
        load_classifier(name)


def test_class_names_come_from_a_file_or_imagenet(tmp_path: Path) -> None:
    write_class_names(tmp_path / "a.json", ["ants", "bees"])
    assert class_names_from(str(tmp_path / "a.json")) == ("ants", "bees")
    names = class_names_from("imagenet")
    assert (len(names), names[0], names[999]) == (1000, "tench", "toilet tissue")


def published(content: bytes, name: str = "tiny") -> tuple[str, bytes]:
    """A file name as torchvision's servers have it, with the digest's first 8 characters."""
    return f"{name}-{hashlib.sha256(content).hexdigest()[:8]}.pth", content


def state_bytes(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def test_published_weights_are_downloaded_once(server: Server, cache: Path) -> None:
    name, content = published(state_bytes({"a": torch.arange(3)}))
    server.files[name] = content
    for _ in range(2):
        assert download_state_dict(server.url + name)["a"].tolist() == [0, 1, 2]
    assert len(server.requests) == 1
    assert sorted(p.suffix for p in (cache / "weights").iterdir()) == [".lock", ".pth"]


def test_published_weights_of_another_digest_are_refused(server: Server, cache: Path) -> None:
    server.files["tiny-01234567.pth"] = state_bytes({"a": torch.arange(3)})
    with pytest.raises(WeightsError, match="not the expected one"):
        download_state_dict(server.url + "tiny-01234567.pth")
    assert [path.suffix for path in (cache / "weights").iterdir()] == [".lock"]


def test_published_weights_that_hold_code_are_refused(
    server: Server, cache: Path, tmp_path: Path
) -> None:
    name, content = published(state_bytes({"a": Payload(tmp_path / "executed")}))
    server.files[name] = content
    with pytest.raises(WeightsError, match="code could run"):
        download_state_dict(server.url + name)
    assert not (tmp_path / "executed").exists()


def test_no_server_is_a_weights_error(server: Server, cache: Path) -> None:
    with pytest.raises(WeightsError, match="404"):
        download_state_dict(server.url + "none-01234567.pth")


@torch.inference_mode()
@pytest.mark.parametrize("network", ["resnet18", "googlenet", "shufflenet_v2_x0_5"])
def test_weights_by_torchvisions_name_give_torchvisions_logits(
    network: str, server: Server, cache: Path, embedded: Path
) -> None:
    weights = next(iter(torchvision.models.get_model_weights(network)))
    torch.manual_seed(0)
    options = {"init_weights": False} if network == "googlenet" else {}
    source = torchvision.models.get_model(network, **options)
    name, content = published(state_bytes(source.state_dict()), network)
    server.files[name] = content
    local = weights.value.__class__(server.url + name, weights.transforms, weights.meta)
    with patch.object(weights, "_value_", local):
        ours, info = load_classifier(str(weights))
        theirs = torchvision.models.get_model(network, weights=weights, progress=False).eval()
    images = torch.rand(1, 3, 64, 64) * 4 - 2
    logits = theirs(images)
    assert (ours(images) - logits).abs().max() <= 1e-5 * logits.abs().max()
    assert info.class_names[0] == "tench"
    assert info.preprocessing == IMAGENET_PREPROCESSING


def test_no_name_of_torchvisions_lacks_a_digest() -> None:
    for network in torchvision.models.list_models(module=torchvision.models):
        for weights in torchvision.models.get_model_weights(network):
            digest = Path(weights.url).stem.rsplit("-", 1)[-1]
            assert len(digest) >= 8, weights.url
            assert int(digest, 16) >= 0
