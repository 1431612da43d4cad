"""Batch norms folded into convolutions: which ones can be, and that nothing else changes."""

import pytest
import torch
from torch import Tensor, nn

from course_utils.inference import prepare_for_inference
from course_utils.inference.folding import fold_batch_norms
from course_utils.models.registry import build_classifier
from dense_networks import lively

FAMILIES = {
    "alexnet": (224, 0),
    "vgg11_bn": (224, 8),
    "googlenet": (224, 57),
    "inception_v3": (299, 94),
    "resnet18": (224, 20),
    "densenet121": (224, 59),
    "squeezenet1_1": (224, 0),
    "mobilenet_v2": (224, 52),
    "shufflenet_v2_x0_5": (224, 56),
    "mnasnet0_5": (224, 52),
}
"""The ten of *The classic networks*: side of a picture, and how many batch norms can be folded."""


def remembering(name: str) -> nn.Module:
    """The network with batch norms that have seen something."""
    torch.manual_seed(0)
    return lively(build_classifier(name))


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_answers_the_same(name: str) -> None:
    size, _ = FAMILIES[name]
    model = remembering(name)
    images = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        expected = model(images).softmax(dim=1)
        found = prepare_for_inference(model, size=size)(images).softmax(dim=1)
    assert torch.equal(found.argmax(dim=1), expected.argmax(dim=1))
    assert float((found - expected).abs().max()) < 1e-5
    assert float(expected.std(dim=0).max()) > 0


@pytest.mark.parametrize("name", FAMILIES)
def test_norms_behind_a_convolution_are_folded(name: str) -> None:
    size, expected = FAMILIES[name]
    model = remembering(name)
    norms = sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    assert fold_batch_norms(model, size) == expected
    left = sum(isinstance(module, nn.BatchNorm2d) for module in model.modules())
    assert left == norms - expected


class TwoReaders(nn.Module):
    """What its convolution gives is read by the norm and by something else."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        result: Tensor = self.norm(x) + x
        return result


class ByNumbers(nn.Module):
    """What it does depends on the numbers, so it cannot be followed without them."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.norm(self.conv(x))
        return x if x.sum().item() > 0 else -x


class CalledTwice(nn.Module):
    """One convolution, two norms."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.first, self.second = nn.BatchNorm2d(3), nn.BatchNorm2d(3)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.second(self.conv(self.first(self.conv(x))))
        return result


@pytest.mark.parametrize("kind", [TwoReaders, ByNumbers, CalledTwice])
def test_a_norm_that_cannot_be_folded_stays(kind: type[nn.Module]) -> None:
    torch.manual_seed(0)
    model, images = lively(kind()), torch.randn(2, 3, 8, 8)
    prepared = prepare_for_inference(model, size=8)
    assert any(isinstance(module, nn.BatchNorm2d) for module in prepared.modules())
    with torch.inference_mode():
        assert torch.allclose(prepared(images), model(images), atol=1e-6)
