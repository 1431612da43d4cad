"""A network prepared for inference answers as the plain one, and sooner."""

from functools import partial
from pathlib import Path

import pytest
import torch
import torchvision
from torch import Tensor, nn

from course_utils import runtime
from course_utils.data.images import load_image
from course_utils.data.transforms import evaluation_transform
from course_utils.errors import CourseError
from course_utils.inference import PreparedNetwork, prepare_for_inference
from course_utils.models import fcn8s, resnet18, resnext50_32x4d, to_fully_convolutional
from dense_networks import lively, slim_network


def test_the_given_network_stays_as_it_is() -> None:
    model = slim_network().train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    prepared = prepare_for_inference(model, size=64)
    assert model.training and not prepared.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert model.state_dict().keys() == before.keys()
    assert all(torch.equal(before[n], t) for n, t in model.state_dict().items())


def test_a_resnext_and_a_dense_map_answer_the_same() -> None:
    torch.manual_seed(0)
    model = lively(resnext50_32x4d(7, stem_width=64))
    dense = to_fully_convolutional(model)
    image = torch.randn(1, 3, 256, 320)
    with torch.inference_mode():
        found, expected = prepare_for_inference(dense)(image), dense(image)
    assert float((found - expected).abs().max() / expected.abs().max()) < 1e-5


def test_the_network_is_prepared_again_when_its_weights_change() -> None:
    model = slim_network()
    network, images = PreparedNetwork(model, size=64), torch.randn(1, 3, 64, 64)
    first = network.current()
    assert network.current() is first
    with torch.no_grad():
        model.fc.bias += 1  # type: ignore[union-attr, operator]
    assert network.current() is not first
    assert torch.allclose(network(images), model(images), atol=1e-5)
    other = slim_network()
    torch.manual_seed(5)
    nn.init.normal_(other.fc.weight)  # type: ignore[union-attr, arg-type]
    model.load_state_dict(other.state_dict())
    assert torch.allclose(network(images), other(images), atol=1e-5)


def test_a_converted_network_is_converted_again_when_its_weights_change() -> None:
    model = slim_network()
    network = PreparedNetwork(
        model, size=96, converted=partial(to_fully_convolutional, native_size=96)
    )
    image = torch.randn(1, 3, 96, 130)
    assert network(image).shape == (1, 5, 1, 3)
    nn.init.constant_(model.fc.bias, 100)  # type: ignore[union-attr, arg-type]
    assert float(network(image).min()) > 50
    assert network.current() is network.current()
    model.train()
    assert network.current().training


def test_a_network_in_training_computes_itself() -> None:
    model = slim_network()
    network = PreparedNetwork(model, size=64)
    assert network.current() is not model
    model.train()
    assert network.current() is model


@pytest.fixture
def with_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a processor with bfloat16: the numbers are the same, the time is not."""
    monkeypatch.setattr(runtime, "computes_in_bfloat16", lambda device: True)


def test_bfloat16_is_refused_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "computes_in_bfloat16", lambda device: False)
    with pytest.raises(CourseError, match="use auto or fp32"):
        prepare_for_inference(slim_network(), "bf16", 64)
    with pytest.raises(CourseError, match="use auto or fp32"):
        PreparedNetwork(slim_network(), "bf16", 64)
    assert PreparedNetwork(slim_network(), "auto", 64).precision == "fp32"


def test_auto_takes_bfloat16_where_it_is(with_bfloat16: None) -> None:
    prepared = prepare_for_inference(slim_network(), "auto", 64)
    assert {p.dtype for p in prepared.parameters()} == {torch.bfloat16}


def test_transposed_convolutions_stay_in_float32_on_a_cpu(with_bfloat16: None) -> None:
    torch.manual_seed(0)
    model = lively(fcn8s(resnet18(stem_width=4), 3, depthwise=True))
    nn.init.normal_(model.head.skips["at_8"].weight)  # type: ignore[union-attr, index, arg-type]
    prepared = prepare_for_inference(model, "bf16", 64)
    kinds = {
        module.weight.dtype
        for module in prepared.modules()
        if isinstance(module, nn.ConvTranspose2d)
    }
    assert kinds == {torch.float32}
    images = torch.randn(1, 3, 64, 96)
    with torch.inference_mode():
        found, expected = prepared(images), model(images)
    assert float((found - expected).abs().max() / expected.abs().max()) < 0.05
    assert not torch.equal(found, expected)


@pytest.fixture(scope="module")
def photographs(realdata: Path) -> tuple[nn.Module, Tensor, Tensor]:
    """A network with real weights, 100 photographs as it takes them, and its logits."""
    model = torchvision.models.squeezenet1_0()
    weights = realdata / "squeezenet1_0" / "squeezenet1_0.pth"
    model.load_state_dict(torch.load(weights, weights_only=True))
    paths = sorted((realdata / "imagenet_samples").iterdir())
    images = torch.stack([evaluation_transform()(load_image(path)) for path in paths])
    return model.eval(), images, logits_of(model, images)


def logits_of(model: nn.Module, images: Tensor) -> Tensor:
    with torch.inference_mode():
        return torch.cat([model(part) for part in images.split(10)]).float()


@pytest.mark.realdata
def test_photographs_get_the_same_probabilities(
    photographs: tuple[nn.Module, Tensor, Tensor],
) -> None:
    model, images, expected = photographs
    found = logits_of(prepare_for_inference(model), images)
    assert len(images) == 100
    assert torch.equal(found.argmax(dim=1), expected.argmax(dim=1))
    assert float((found.softmax(dim=1) - expected.softmax(dim=1)).abs().max()) < 1e-5


@pytest.mark.realdata
@pytest.mark.skipif(
    not runtime.computes_in_bfloat16("cpu"),
    reason="this processor has no bfloat16 and would take minutes",
)
def test_in_bfloat16_photographs_get_the_same_class(
    photographs: tuple[nn.Module, Tensor, Tensor],
) -> None:
    model, images, expected = photographs
    found = logits_of(prepare_for_inference(model, "bf16"), images)
    assert float((found.argmax(dim=1) == expected.argmax(dim=1)).float().mean()) >= 0.99
