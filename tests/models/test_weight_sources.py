"""Weights by name, by file, by folder, and by the address that torchvision publishes."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
import torch
import torchvision
from torch import Tensor

from course_utils.cli.networks import find_network
from course_utils.data.transforms import IMAGENET_PREPROCESSING
from course_utils.errors import WeightsError
from course_utils.models import weight_sources
from course_utils.models.pretrained import labels_pixels, load_classifier, preprocessing_of
from course_utils.models.weight_sources import (
    download_state_dict,
    find_description,
    find_weights,
)
from course_utils.models.weights import WeightsInfo, read_weights
from web_server import Server
from weight_files import Payload


@pytest.mark.parametrize(
    "name",
    ["nonsense", "ResNet18_Weights.NONE", "resnet18", "FasterRCNN_ResNet50_FPN_Weights.DEFAULT"],
)
def test_unknown_weights_are_answered_with_the_known_ones(name: str, embedded: Path) -> None:
    with pytest.raises(
        WeightsError, match=r"unknown: .*give a file, .* one of insects-resnet18, or"
    ):
        load_classifier(name)


def published(content: bytes, name: str = "tiny") -> tuple[str, bytes]:
    """A file name as torchvision's servers have it, with the digest's first 8 characters."""
    return f"{name}-{hashlib.sha256(content).hexdigest()[:8]}.pth", content


def state_bytes(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def test_published_weights_are_downloaded_once(server: Server, cache: Path) -> None:
    name, content = published(state_bytes({"a": torch.arange(3.0)}))
    server.files[name] = content
    for _ in range(2):
        assert download_state_dict(server.url + name)["a"].tolist() == [0, 1, 2]
    assert len(server.requests) == 1
    assert sorted(p.suffix for p in (cache / "weights").iterdir()) == [".pth"]


def test_published_weights_of_another_digest_are_refused(server: Server, cache: Path) -> None:
    server.files["tiny-01234567.pth"] = state_bytes({"a": torch.arange(3.0)})
    with pytest.raises(WeightsError, match="not the expected one"):
        download_state_dict(server.url + "tiny-01234567.pth")
    assert not list((cache / "weights").iterdir())


def test_published_weights_that_hold_code_are_refused(
    server: Server, cache: Path, tmp_path: Path
) -> None:
    name, content = published(state_bytes({"a": Payload(tmp_path / "executed")}))
    server.files[name] = content
    with pytest.raises(WeightsError, match="code could run"):
        download_state_dict(server.url + name)
    assert not (tmp_path / "executed").exists()


def test_a_name_in_other_letters_or_a_part_of_one_is_recognized(embedded: Path) -> None:
    for name in ("resnet18_weights.imagenet1k_v1", "ResNet18_Weights.IMAGENET1K_V", "ResNet18_W"):
        with pytest.raises(WeightsError, match=r"did you mean ResNet18_Weights\.IMAGENET1K_V1"):
            load_classifier(name)


def test_no_server_is_a_weights_error(
    server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(WeightsError, match="404") as caught:
        download_state_dict(server.url + "none-01234567.pth")
    place = tmp_path / "hub" / "checkpoints" / "none-01234567.pth"
    assert str(caught.value).endswith(
        f"; or fetch it on another machine, and put it at {place}, or give a file that you have "
        "in the place of the name"
    )


@pytest.mark.parametrize("variable", ["TORCH_HOME", "XDG_CACHE_HOME"])
def test_what_torch_hub_has_is_not_downloaded_again(
    variable: str, server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TORCH_HOME", raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    home = tmp_path if variable == "TORCH_HOME" else tmp_path / "torch"
    checkpoints = home / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    name, content = published(state_bytes({"a": torch.arange(3.0)}))
    (checkpoints / name).write_bytes(content)
    assert download_state_dict(server.url + name)["a"].tolist() == [0, 1, 2]
    assert server.requests == []


def test_what_torch_hub_has_is_checked(
    server: Server, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    checkpoints = tmp_path / "hub" / "checkpoints"
    checkpoints.mkdir(parents=True)
    name, content = published(state_bytes({"a": torch.arange(3.0)}))
    (checkpoints / name).write_bytes(state_bytes({"a": torch.zeros(3)}))
    with pytest.raises(WeightsError, match=r"is not the published file .* delete it"):
        download_state_dict(server.url + name)
    server.files[name] = content
    assert download_state_dict(server.url + name)["a"].tolist() == [0, 1, 2]


def test_a_folder_without_weights_says_what_it_holds(tmp_path: Path, embedded: Path) -> None:
    with pytest.raises(WeightsError, match=r"holds no weights\.safetensors, .*: give a file$"):
        load_classifier(tmp_path)
    (tmp_path / "pytorch_model.bin").touch()
    with pytest.raises(WeightsError, match=r"such as .*pytorch_model\.bin$"):
        load_classifier(tmp_path)
    (tmp_path / "checkpoint.pt").touch()
    with pytest.raises(WeightsError, match=r"its training has not ended: go on .* --resume"):
        load_classifier(tmp_path)


def test_a_missing_file_is_called_so(tmp_path: Path) -> None:
    for name in ("a.ckpt", "b.pth.tar", "c.bin", "d.PTH"):
        with pytest.raises(WeightsError, match="there is no such weights file"):
            load_classifier(tmp_path / name)


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


def test_a_file_that_torchvision_publishes_is_known_by_its_name(
    tmp_path: Path, embedded: Path
) -> None:
    weights = torchvision.models.SqueezeNet1_1_Weights.IMAGENET1K_V1
    state = torchvision.models.squeezenet1_1().state_dict()
    name, content = published(state_bytes(state), "squeezenet1_1")
    local = weights.value.__class__(f"https://a.b/{name}", weights.transforms, weights.meta)
    (tmp_path / name).write_bytes(content)
    (tmp_path / "mine.pth").write_bytes(content)
    with patch.object(weights, "_value_", local):
        info = load_classifier(tmp_path / name)[1]
        assert (info.architecture, info.class_names[0]) == ("squeezenet1_1", "tench")
        with pytest.raises(WeightsError, match="does not say for which network"):
            load_classifier(tmp_path / "mine.pth")
        (tmp_path / name).write_bytes(state_bytes({**state, "step": torch.tensor(1)}))
        with pytest.raises(WeightsError, match="does not say for which network"):
            load_classifier(tmp_path / name)


def test_a_name_that_no_file_can_have_is_refused(embedded: Path) -> None:
    for name in ("a" * 300, "a" * 300 + ".pth"):
        with pytest.raises(WeightsError, match=r"aaa\S*: cannot be read \(File name too long\)"):
            load_classifier(name)


@pytest.mark.parametrize("ask", [labels_pixels, preprocessing_of, find_network])
def test_a_description_is_read_without_the_tensors(
    ask: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants the tensors as well reads them once."""
    read: list[Path] = []

    def noting(path: Path) -> tuple[dict[str, Tensor], WeightsInfo | None]:
        read.append(path)
        return read_weights(path)

    monkeypatch.setattr(weight_sources, "read_weights", noting)
    ask("insects-resnet18")
    assert len(read) == (ask is find_network)
    assert find_description("insects-resnet18") == find_weights("insects-resnet18")[1]


def test_published_weights_are_described_without_a_download(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weight_sources, "download_state_dict", None)
    info = find_description("ResNet18_Weights.IMAGENET1K_V1")
    assert info is not None
    assert (info.architecture, len(info.class_names)) == ("resnet18", 1000)
