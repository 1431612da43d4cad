"""An ONNX file answers as the network does, or is not made."""

from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from torchvision.models import VisionTransformer

from course_utils.errors import CourseError
from course_utils.inference.onnx_files import export, open_session
from course_utils.models import to_fully_convolutional
from course_utils.models.published_segmenters import OutputOnly, build_published
from course_utils.models.registry import build_classifier, build_segmenter, native_preprocessing
from dense_networks import difference, lively, slim_network
from families import dear_ones_slow, one_of_each_module_of_torchvision


@pytest.mark.parametrize("name", dear_ones_slow(one_of_each_module_of_torchvision()))
def test_every_family_answers_the_same(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    size = native_preprocessing(name).crop
    model = lively(build_classifier(name, 7))
    if name == "vit_b_16":
        nn.init.normal_(model.heads[0].weight, 0, 0.1)  # type: ignore[union-attr, operator, index]
    path = tmp_path / "network.onnx"
    export(model, path, size)
    onnx.checker.check_model(str(path), full_check=True)
    images = torch.randn(3, 3, size, size)
    with torch.inference_mode():
        expected = model(images)
    assert difference(open_session(path)(images), expected) < 1e-5


def any_size_networks() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    pixels = ("fcn32s-resnet10", "fcn8s-resnet10", "unet8s-resnet10", "unet2s-resnet10")
    published = build_published("lraspp_mobilenet_v3_large", 5, 520).network
    return {
        **{name: lively(build_segmenter(name, 5, 4)) for name in pixels},
        "lraspp": OutputOnly(lively(published)),
        "dense": to_fully_convolutional(slim_network(), native_size=64),
        "shufflenet": to_fully_convolutional(lively(build_classifier("shufflenet_v2_x0_5", 5))),
        "squeezenet": to_fully_convolutional(lively(build_classifier("squeezenet1_1", 5))),
    }


NETWORKS = any_size_networks()


@pytest.mark.parametrize("name", NETWORKS)
def test_any_size_is_answered_the_same(name: str, tmp_path: Path) -> None:
    size = 224 if name in ("shufflenet", "squeezenet") else 64
    model = NETWORKS[name].eval()
    answer = export(model, tmp_path / "network.onnx", size, any_size=True)
    for height, width in ((size, size), (size + 1, size + 30), (size + 97, size)):
        images = torch.randn(1, 3, height, width)
        with torch.inference_mode():
            expected = model(images)
        found = answer(images)
        assert found.shape == expected.shape
        assert difference(found, expected) < 1e-5


def test_the_short_cut_through_attention_is_not_taken_and_is_given_back(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = VisionTransformer(32, 16, 1, 2, 8, 16, num_classes=3).eval()
    nn.init.normal_(model.heads[0].weight)
    assert torch.backends.mha.get_fastpath_enabled()
    images = torch.randn(2, 3, 32, 32)
    found = export(model.requires_grad_(False), tmp_path / "network.onnx", 32)(images)
    assert difference(found, model(images)) < 1e-5
    assert torch.backends.mha.get_fastpath_enabled()


class Unknown(nn.Module):
    """Does what ONNX has no word for."""

    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = torch.special.bessel_j0(x).mean((2, 3))
        return answer


def test_what_cannot_be_exported_names_the_way_out(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CourseError, match=r"Unknown: cannot be exported.*bessel.*--engine torch"):
        export(Unknown(), tmp_path / "network.onnx", 32)


class Deciding(nn.Module):
    """Does this or that, by what it sees."""

    def forward(self, x: Tensor) -> Tensor:
        return x.mean((2, 3)) if x.mean() < 5 else x.amax((2, 3))


def test_a_file_that_answers_a_given_picture_differently_is_refused(tmp_path: Path) -> None:
    export(Deciding(), tmp_path / "network.onnx", 32)
    bright = 9 + torch.randn(2, 3, 32, 32)
    with pytest.raises(CourseError, match=r"Deciding.*32×32 pixels; use --engine torch"):
        export(Deciding(), tmp_path / "network.onnx", 32, bright)


class PerRow(nn.Module):
    """Writes the height down as a number."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sum(2, keepdim=True) / float(x.shape[2])


class PerPicture(nn.Module):
    """Likewise the number of pictures."""

    def forward(self, x: Tensor) -> Tensor:
        return x * float(x.shape[0])


class Odd(nn.Module):
    """Does something else where the width is odd."""

    def forward(self, x: Tensor) -> Tensor:
        return x if x.shape[3] % 2 == 0 else x.flip(3)


@pytest.mark.parametrize("model", [PerRow(), PerPicture(), Odd()])
def test_sizes_that_are_written_down_are_found_out(model: nn.Module, tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="answers differently"):
        export(model, tmp_path / "network.onnx", 32, any_size=True)


def test_a_network_that_takes_multiples_of_32_alone_is_exported(tmp_path: Path) -> None:
    class Halves(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            small = nn.functional.avg_pool2d(x, 32)
            return x + nn.functional.interpolate(small, scale_factor=32.0)

    answer = export(Halves(), tmp_path / "network.onnx", 64, any_size=True)
    images = torch.randn(1, 3, 96, 160)
    assert difference(answer(images), Halves()(images)) < 1e-5
    with pytest.raises(RuntimeError):
        answer(torch.randn(1, 3, 97, 160))


def test_onnxruntime_has_as_many_threads_as_pytorch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    session = onnxruntime.InferenceSession
    monkeypatch.setattr(
        onnxruntime,
        "InferenceSession",
        lambda path, options, **more: seen.append(options) or session(path, options, **more),
    )
    for threads in (1, 3):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        export(slim_network(), tmp_path / "network.onnx", 64)
    assert [o.intra_op_num_threads for o in seen] == [1, 3]
    assert [o.inter_op_num_threads for o in seen] == [1, 1]


class OfBrightness(nn.Module):
    """Decides by what it sees, which a file cannot."""

    def forward(self, x: Tensor) -> Tensor:
        means = x.mean(dim=(2, 3))
        return means - 2 if float(x.abs().max()) > 6 else means


class OneByOne(nn.Module):
    """Goes through its batch, and so has a size written down."""

    def forward(self, x: Tensor) -> Tensor:
        return torch.stack([one.mean(dim=(1, 2)) for one in x])


@pytest.mark.parametrize("network", [OfBrightness(), OneByOne()])
def test_a_file_that_answers_otherwise_to_other_pictures_is_refused(
    network: nn.Module, tmp_path: Path
) -> None:
    with pytest.raises(CourseError, match="use --engine torch"):
        export(network, tmp_path / "a.onnx", 8)


def test_all_pictures_of_the_first_batch_are_compared(tmp_path: Path) -> None:
    class Rare(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            means = x.mean(dim=(2, 3))
            return means + 1 if float(x.min()) > 50 else means

    like = torch.cat([torch.zeros(1, 3, 8, 8), torch.full((1, 3, 8, 8), 60.0)])
    export(Rare(), tmp_path / "a.onnx", 8)
    with pytest.raises(CourseError, match="answers differently"):
        export(Rare(), tmp_path / "b.onnx", 8, like[1:])
