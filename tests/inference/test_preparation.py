"""A network prepared for inference answers as the plain one, and sooner."""

import warnings
from pathlib import Path

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import parametrizations, spectral_norm, weight_norm

from course_utils import runtime
from course_utils.data.images import load_image
from course_utils.data.transforms import evaluation_transform
from course_utils.errors import CourseError
from course_utils.inference import PreparedNetwork, prepare_for_inference
from course_utils.models import fcn8s, resnet18, resnext50_32x4d, to_fully_convolutional
from course_utils.models.registry import build_classifier
from dense_networks import difference, lively, slim_network
from families import dear_ones_slow, one_of_each_module_of_torchvision


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


def test_a_network_in_training_mode_predicts_as_in_eval_mode() -> None:
    model = slim_network()
    network, images = PreparedNetwork(model, size=64), torch.randn(4, 3, 64, 64)
    expected = model(images).detach()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    model.train()
    assert difference(network(images), expected) < 1e-5
    assert model.training and all(layer.training for layer in model.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


class Standardized(nn.Conv2d):
    """Uses its weight in another way than a convolution does."""

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
        return functional.conv2d(x, weight / weight.std(), self.bias)


class ReadsItsWeights(nn.Module):
    """Takes the convolution's weight for something else, too."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.norm(self.conv(x)).mean((2, 3)) * self.conv.weight.abs().sum()
        return result


class TwoAnswers(nn.Module):
    """Answers with a dictionary, as torchvision's networks for pixels do."""

    def __init__(self) -> None:
        super().__init__()
        self.network = slim_network()

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {"out": self.network(x), "aux": x.mean()}


def behind(convolution: nn.Module) -> nn.Module:
    """A small network that begins with this layer."""
    return lively(nn.Sequential(convolution, nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten()))


UNUSUAL = {
    "a subclass": lambda: behind(Standardized(3, 4, 3)),
    "weight_norm": lambda: behind(weight_norm(nn.Conv2d(3, 4, 3))),
    "spectral_norm": lambda: behind(spectral_norm(nn.Conv2d(3, 4, 3))),
    "parametrized": lambda: behind(parametrizations.weight_norm(nn.Conv2d(3, 4, 3))),
    "orthogonal": lambda: behind(parametrizations.orthogonal(nn.Conv2d(3, 4, 3))),
}


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
@pytest.mark.parametrize("name", UNUSUAL)
@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_unusual_layers_answer_as_they_do(
    name: str, precision: str, with_bfloat16: None, recwarn: pytest.WarningsRecorder
) -> None:
    torch.manual_seed(0)
    model, images = UNUSUAL[name](), torch.randn(2, 3, 8, 8)
    expected = model(images)  # with gradients: what is computed from the weights remembers how
    found = PreparedNetwork(model, precision, size=8)(images).float()
    assert difference(found, expected) < (1e-5 if precision == "fp32" else 0.02)
    assert not [one for one in recwarn if "answers differently" in str(one.message)]


def test_what_answers_differently_is_given_up_with_a_warning(with_bfloat16: None) -> None:
    torch.manual_seed(0)
    model, images = lively(ReadsItsWeights()), torch.randn(2, 3, 8, 8)
    with pytest.warns(UserWarning, match="ReadsItsWeights answers differently with batch norms"):
        network = prepare_for_inference(model, size=8)
    assert difference(network(images), model(images)) < 1e-6


class Cancels(nn.Module):
    """Gives the small difference of two large numbers."""

    def forward(self, x: Tensor) -> Tensor:
        large = 1000 + functional.conv2d(x, x.new_full((1, 3, 1, 1), 0.1))
        return (large - 1000).flatten(1)


def test_bfloat16_is_given_up_where_it_is_too_coarse(with_bfloat16: None) -> None:
    model, images = Cancels(), torch.randn(2, 3, 8, 8)
    with pytest.warns(UserWarning, match="Cancels answers differently in bfloat16"):
        network = prepare_for_inference(model, "bf16", size=8)
    assert torch.equal(network(images), model(images))


class ReadsThemInTheLight(ReadsItsWeights):
    """Does so for bright pictures only: with noise nothing is wrong."""

    def forward(self, x: Tensor) -> Tensor:
        plain: Tensor = self.norm(self.conv(x)).mean((2, 3))
        return torch.where(x.mean() > 5, plain * self.conv.weight.abs().sum(), plain)


def test_it_is_compared_on_the_first_batch() -> None:
    model, images = lively(ReadsThemInTheLight()), torch.full((2, 3, 8, 8), 9.0)
    assert difference(prepare_for_inference(model, size=8)(images), model(images)) > 1e-2
    network = PreparedNetwork(model, size=8)
    network.current()  # with noise all is well
    with pytest.warns(UserWarning, match="answers differently"):
        found = network(images)
    assert network.current() is network.current(images)
    assert difference(found, model(images)) < 1e-6


def test_an_answer_of_several_tensors_is_compared_too() -> None:
    model, images = TwoAnswers().eval(), torch.randn(2, 3, 64, 64)
    found = prepare_for_inference(model, size=64)(images)
    assert difference(found["out"], model(images)["out"]) < 1e-5


def test_a_picture_that_the_network_does_not_take_is_its_own_error() -> None:
    network = PreparedNetwork(nn.Sequential(nn.Flatten(), nn.Linear(12, 2)), size=8)
    with pytest.raises(RuntimeError, match="shapes cannot be multiplied"):
        network(torch.randn(1, 3, 8, 8))
    assert network(torch.randn(1, 3, 2, 2)).shape == (1, 2)


@pytest.mark.parametrize(
    "name", dear_ones_slow([*one_of_each_module_of_torchvision(), "resnext50_32x4d"])
)
def test_every_family_answers_the_same(name: str, with_bfloat16: None) -> None:
    """One of each module of torchvision and of this package, in float32 and in bfloat16."""
    torch.manual_seed(0)
    model = lively(build_classifier(name, 10))
    for layer in model.modules():  # some begin with zeros
        if isinstance(layer, nn.Linear) and not layer.weight.any():
            nn.init.normal_(layer.weight, std=0.05)
    size = 299 if name == "inception_v3" else 224
    images = torch.randn(1, 3, size, size)
    with torch.inference_mode(), warnings.catch_warnings():
        warnings.filterwarnings("error", message=".*answers differently")
        expected = model(images)
        single = prepare_for_inference(model, size=size)(images)
        half = prepare_for_inference(model, "bf16", size)(images).float()
    assert difference(single, expected) < 1e-4
    assert 1e-5 < difference(half, expected) < 0.05


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
