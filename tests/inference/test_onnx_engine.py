"""What predicts through onnxruntime says what PyTorch says."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from course_utils.data import Preprocessing
from course_utils.errors import CourseError, ImageError, ModelError
from course_utils.inference import (
    Classifier,
    Localizer,
    PreparedNetwork,
    Segmenter,
    onnx_engine,
    prepare_for_inference,
)
from course_utils.inference.onnx_engine import answer_by_onnxruntime, exportable
from course_utils.inference.tiling import dense_answer
from course_utils.models import fcn8s, resnet18, to_fully_convolutional, unet8s
from course_utils.models.published_segmenters import build_published
from dense_networks import difference, lively, slim_network
from picture_files import noise, save
from weight_files import INSECTS, SMALL, small_network, write_segmenter

BY_ONNX = "onnxruntime"


def test_labels_are_the_same_and_probabilities_within_1e_4(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{number}.png", noise(number)) for number in range(11)]
    torch_, onnx = (
        list(Classifier(small_network(), INSECTS.class_names, SMALL, engine=e).predict(paths))
        for e in ("torch", BY_ONNX)
    )
    assert [found.label for found in onnx] == [found.label for found in torch_]
    assert {found.label for found in onnx} == {"ants", "bees"}
    assert max(abs(a.probability - b.probability) for a, b in zip(onnx, torch_, strict=True)) < 1e-4


def test_onnxruntime_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The network itself is not asked any more."""
    network = PreparedNetwork(slim_network(), size=64, engine=BY_ONNX)
    images = torch.randn(2, 3, 64, 64)
    expected = network(images)
    monkeypatch.setattr(nn.Conv2d, "forward", None)
    assert torch.equal(network(images), expected)


def test_places_and_masks_are_the_same(tmp_path: Path) -> None:
    paths = [save(tmp_path / f"{n}.png", noise(n, (90 + 7 * n, 61))) for n in range(3)]
    model = slim_network(2)
    one, two = (Localizer(model, ("a", "b"), SMALL, engine=e) for e in ("torch", BY_ONNX))
    for a, b in zip(one.predict(paths), two.predict(paths), strict=True):
        assert difference(b.response.probabilities, a.response.probabilities) < 1e-4
        assert [d.box for d in a.detections] == [d.box for d in b.detections]
    write_segmenter(tmp_path / "pixels.safetensors")
    one, two = (
        Segmenter.from_checkpoint(tmp_path / "pixels.safetensors", engine=e)
        for e in ("torch", BY_ONNX)
    )
    for a, b in zip(one.predict(paths), two.predict(paths), strict=True):
        assert (a.classes == b.classes).mean() > 0.999
        assert len(a.areas) > 1


def test_torchvisions_network_for_pixels_looks_at_its_own_size(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = build_published("lraspp_mobilenet_v3_large", 4, 96)
    lively(model)
    paths = [save(tmp_path / f"{n}.png", noise(n, (70, 130 + n))) for n in range(2)]
    one, two = (Segmenter(model, tuple("abcd"), engine=e) for e in ("torch", BY_ONNX))
    for a, b in zip(one.predict(paths), two.predict(paths), strict=True):
        assert (a.classes == b.classes).mean() > 0.999
    images = torch.randn(1, 3, 80, 90)
    assert difference(two.network(images), one.network(images)) < 1e-5


def dense() -> nn.Module:
    return to_fully_convolutional(slim_network(), native_size=64)


@pytest.mark.parametrize(
    "build",
    [
        dense,
        lambda: lively(fcn8s(resnet18(stem_width=4), 3, depthwise=True)),
        lambda: lively(unet8s(resnet18(stem_width=4), 3)),
    ],
)
def test_tiles_are_those_of_the_whole_picture(build: Callable[[], nn.Module]) -> None:
    torch.manual_seed(0)
    plain = prepare_for_inference(build(), size=64)
    through = answer_by_onnxruntime(prepare_for_inference(plain, size=64), 64, any_size=True)
    image = torch.randn(3, 400, 700)

    def answer(model: nn.Module, whole: int) -> Tensor:
        return dense_answer(model, image, lambda x: x, lambda x: x, whole, 256)

    whole = answer(plain, 10**6)
    assert difference(answer(through, 10**6), whole) < 1e-5
    assert difference(answer(through, 1000), whole) < 1e-5


def test_the_session_follows_the_weights_of_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    export = onnx_engine.export
    monkeypatch.setattr(
        onnx_engine, "export", lambda *a, **more: made.append(a) or export(*a, **more)
    )
    model = slim_network()
    network, images = PreparedNetwork(model, size=64, engine=BY_ONNX), torch.randn(1, 3, 64, 64)
    for factor in (1.0, 1.0, -2.0):
        with torch.no_grad():
            model.fc.weight.data.mul_(factor)
            assert difference(network(images), model(images)) < 1e-5
    assert len(made) == 2


def test_a_network_in_training_mode_predicts_as_in_eval_mode_and_stays_in_it() -> None:
    model, images = slim_network(), torch.randn(2, 3, 64, 64)
    expected = model(images).detach()
    model.train()
    assert difference(PreparedNetwork(model, size=64, engine=BY_ONNX)(images), expected) < 1e-5
    assert model.training and all(parameter.requires_grad for parameter in model.parameters())


def test_a_picture_below_the_native_size_is_refused() -> None:
    model = answer_by_onnxruntime(prepare_for_inference(dense(), size=64), 64, any_size=True)
    with pytest.raises(ModelError, match="this network needs 64 each way"):
        model(torch.randn(1, 3, 63, 200))


def test_only_torchvisions_networks_for_pixels_are_taken_apart() -> None:
    model = build_published("lraspp_mobilenet_v3_large", 4, 96)
    assert exportable(model).network is model.network
    assert not exportable(model.eval()).training
    other = dense()
    assert exportable(other) is other


class Unknown(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        answer: Tensor = torch.special.bessel_j0(x)
        return answer


def test_what_cannot_be_exported_ends_the_run(tmp_path: Path) -> None:
    """It is no fault of a picture, which could be left out."""
    paths = [save(tmp_path / f"{n}.png", noise(n)) for n in range(2)]
    left_out: list[ImageError] = []
    segmenter = Segmenter(Unknown(), ("a", "b", "c"), Preprocessing(40, 32), engine=BY_ONNX)
    with pytest.raises(CourseError, match="--engine torch"):
        list(segmenter.predict(paths, on_error=left_out.append))
    assert not left_out
