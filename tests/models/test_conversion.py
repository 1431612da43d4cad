"""Converted networks: the same logits at the native size, a map at any larger one."""

from collections.abc import Callable

import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision.models import GoogLeNet
from torchvision.models.convnext import CNBlockConfig

from course_utils.analysis import count_parameters
from course_utils.errors import ModelError
from course_utils.models import (
    FullyConvolutional,
    resnet18,
    resnext50_32x4d,
    to_fully_convolutional,
)
from course_utils.models.registry import build_classifier
from course_utils.models.transfer import freeze_all_but_head, replace_head
from families import dear_ones_slow

WIDE = (3, 387, 1024)
"""The published picture."""

WINDOWS = {
    "alexnet": 6,
    "vgg11": 7,
    "googlenet": 7,
    "inception_v3": 8,
    "resnet18": 7,
    "densenet121": 7,
    "squeezenet1_1": 13,
    "mobilenet_v2": 7,
    "mobilenet_v3_small": 7,
    "shufflenet_v2_x0_5": 7,
    "mnasnet0_5": 7,
}
"""The ten families of the course (MobileNet twice), and the side of their maps in cells."""

Builder = Callable[[], nn.Module]
OURS_AND_THEIRS: dict[str, tuple[Builder, int | None]] = {
    "resnext": (lambda: resnext50_32x4d(10, stem_width=32), None),
    "slim": (lambda: resnet18(8, stem_width=16), 96),
    "torchvision": (torchvision.models.resnet18, None),
    "new head": (lambda: replace_head(torchvision.models.squeezenet1_1(), 5), None),
}


def pictures(side: int) -> Tensor:
    """Two pictures of noise that do not look alike."""
    noise = torch.rand(2, 3, side, side, generator=torch.Generator().manual_seed(0))
    return noise * torch.tensor([1.0, 4.0]).view(2, 1, 1, 1) - 0.5


def with_statistics(model: nn.Module, images: Tensor) -> nn.Module:
    """Let batch norm remember the pictures: with fresh statistics most features fade to nothing."""
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = 1.0
    if norms:
        with torch.no_grad():
            model.train()(images)
    return model.eval()


def assert_same_logits(model: nn.Module, converted: FullyConvolutional) -> None:
    images = pictures(converted.native_size)
    with torch.inference_mode():
        expected, found = model(images), converted(images)
    assert found.shape == (2, expected.shape[1], 1, 1)
    largest = expected.abs().max()
    assert (expected[0] - expected[1]).abs().max() > 1e-2 * largest, "the picture does not matter"
    assert (found.flatten(1) - expected).abs().max() < 1e-5 * largest


@pytest.mark.parametrize("name", dear_ones_slow(WINDOWS))
def test_every_family_gives_the_same_logits(name: str) -> None:
    side = 299 if name == "inception_v3" else 224
    model = with_statistics(build_classifier(name, 9), pictures(side))
    before = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    converted = to_fully_convolutional(model)
    assert (converted.native_size, converted.window) == (side, WINDOWS[name])
    assert not any(isinstance(layer, nn.Linear) for layer in converted.modules())
    assert not [key for key, _ in converted.named_modules() if key.startswith(("fc", "aux"))]
    assert_same_logits(model, converted)
    after = model.state_dict()
    assert all(torch.equal(before[key], after[key]) for key in before)
    addresses = {parameter.data_ptr() for parameter in model.parameters()}
    assert not addresses & {parameter.data_ptr() for parameter in converted.parameters()}


@pytest.mark.parametrize("kind", OURS_AND_THEIRS)
def test_this_packages_networks_and_new_heads(kind: str) -> None:
    build, native_size = OURS_AND_THEIRS[kind]
    model = with_statistics(build(), pictures(native_size or 224))
    assert_same_logits(model, to_fully_convolutional(model, native_size=native_size))


def test_a_norm_over_the_channels_of_a_position_stays() -> None:
    """ConvNeXt's head is a norm, then a fully connected layer; the blocks are like its own."""
    blocks = [CNBlockConfig(24, 48, 1), CNBlockConfig(48, None, 1)]
    model = torchvision.models.ConvNeXt(blocks, num_classes=9).eval()
    model.classifier[0].weight.data.uniform_(0.5, 2)
    model.features[0][0].weight.data *= 20  # or its features hardly depend on the picture
    converted = to_fully_convolutional(model, native_size=64)
    assert not any(isinstance(layer, nn.Linear) for layer in converted.head)
    assert_same_logits(model, converted)


@pytest.mark.parametrize("name", WINDOWS)
def test_no_parameter_is_lost_or_left_over(name: str) -> None:
    with torch.device("meta"):
        model = build_classifier(name)
        converted = to_fully_convolutional(model)
    auxiliary = [model.get_submodule(n) for n, _ in model.named_children() if "aux" in n.lower()]
    kept = count_parameters(model) - sum(map(count_parameters, auxiliary))
    assert count_parameters(converted) == kept
    if name == "resnet18":
        assert kept == 11_689_512


@pytest.mark.parametrize("build", [resnet18, torchvision.models.resnet18])
@pytest.mark.parametrize(("pool_stride", "cells"), [(1, (7, 26)), (7, (1, 4))])
def test_the_published_maps(build: Builder, pool_stride: int, cells: tuple[int, int]) -> None:
    with torch.device("meta"):
        converted = to_fully_convolutional(build(), pool_stride).eval()
        assert converted(torch.empty(1, *WIDE)).shape == (1, 1000, *cells)


@pytest.mark.parametrize("name", dear_ones_slow(WINDOWS))
def test_the_stride_counts_cells_of_the_body_in_every_family(name: str) -> None:
    """Of AlexNet and VGG it is the stride of the head's first convolution."""
    with torch.device("meta"):
        model = build_classifier(name, 9)
        forms = {stride: to_fully_convolutional(model, stride).eval() for stride in (1, 3, 7)}
        features = forms[1].body(torch.empty(1, 3, forms[1].native_size, 640))
        for pool_stride, converted in forms.items():
            h, w = ((side - WINDOWS[name]) // pool_stride + 1 for side in features.shape[2:])
            assert converted.head(features).shape == (1, 9, h, w)
            assert h == 1 < w


SLIM = to_fully_convolutional(resnet18(4, stem_width=4).eval(), native_size=96)


@given(height=st.integers(96, 200), width=st.integers(96, 200))
def test_any_size_from_the_native_one_up(height: int, width: int) -> None:
    with torch.inference_mode():
        logits = SLIM(torch.zeros(1, 3, height, width))
    assert logits.shape == (1, 4, (height - 1) // 32 - 1, (width - 1) // 32 - 1)


@given(short=st.integers(1, 95), long=st.integers(1, 300), upright=st.booleans())
def test_any_smaller_size_is_refused(short: int, long: int, upright: bool) -> None:
    height, width = (long, short) if upright else (short, long)
    reason = f"{height} pixels high and {width} wide, and this network needs 96 each way"
    with pytest.raises(ModelError, match=reason):
        SLIM(torch.zeros(1, 3, height, width))


@pytest.mark.parametrize("shape", [(3, 96, 96), (1, 1, 96, 96), (1, 96, 96, 3), (5,)])
def test_what_is_no_batch_of_pictures_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"give pictures \(N, 3, H, W\)"):
        SLIM(torch.zeros(shape))


def test_mode_and_frozen_weights_are_kept() -> None:
    model = torchvision.models.mnasnet0_5(num_classes=3)
    freeze_all_but_head(model)
    for mode in (True, False):
        converted = to_fully_convolutional(model.train(mode))
        assert {module.training for module in converted.modules()} == {mode}
        learning = {n for n, p in converted.named_parameters() if p.requires_grad}
        assert learning == {"head.classifier_1.weight", "head.classifier_1.bias"}
    model.requires_grad_(False)
    assert not any(p.requires_grad for p in to_fully_convolutional(model).parameters())


def test_the_random_state_is_left_alone() -> None:
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    to_fully_convolutional(Unknown().eval(), native_size=32)
    torch.manual_seed(0)
    model = Unknown().eval()
    state = torch.get_rng_state()
    to_fully_convolutional(model, native_size=32)
    assert torch.equal(torch.get_rng_state(), state)
    torch.manual_seed(0)
    assert torch.equal(torch.rand(3), expected)


# Networks that nobody knows


class Unknown(nn.Module):
    """A small network of torchvision's form: a body, ``avgpool``, ``fc``."""

    def __init__(self, *head: nn.Module) -> None:
        super().__init__()
        self.features = nn.Conv2d(3, 4, 3, stride=2, padding=1)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Sequential(*(head or (nn.Flatten(), nn.Linear(4, 5), nn.ReLU())))

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.fc(self.avgpool(self.features(x)))
        return logits


class Twist(Unknown):
    """Does something that its layers do not show."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.flip(1)) * 1.001


class Pair(Unknown):
    """Gives more than logits."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        return super().forward(x), x


class NoNumber(Unknown):
    """Divides by zero."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x) * torch.nan


class Clipped(GoogLeNet):
    """A known network, changed: its type is another, so it is compared."""

    def forward(self, x: Tensor) -> Tensor:  # type: ignore[override]
        logits: Tensor = super().forward(x)
        return logits.clamp(min=0)


def test_an_unknown_network_of_that_form_is_converted() -> None:
    model = Unknown().eval()
    converted = to_fully_convolutional(model, native_size=32)
    images = torch.rand(2, 3, 32, 32)
    assert (model(images) - converted(images).flatten(1)).abs().max() < 1e-6
    assert converted(torch.rand(1, 3, 32, 64)).shape == (1, 5, 1, 17)


NORM = nn.BatchNorm1d(4)
SMALL = {"native_size": 32}
REFUSED: dict[str, tuple[Builder, dict[str, int], str]] = {
    "stride 0": (resnet18, {"pool_stride": 0}, "pool_stride=0: must be at least 1"),
    "stride -1": (resnet18, {"pool_stride": -1}, "pool_stride=-1: must be at least 1"),
    "no native size": (Unknown, {}, "Unknown: for which size .* give native_size, such as 224"),
    "native size 0": (resnet18, {"native_size": 0}, "native_size=0: .* such a picture"),
    "native size -5": (resnet18, {"native_size": -5}, "native_size=-5: .* such a picture"),
    "too small for the body": (
        torchvision.models.alexnet,
        SMALL,
        "native_size=32: .* such a picture",
    ),
    "another size": (
        torchvision.models.alexnet,
        {"native_size": 300},
        r"the layer classifier.1, Linear\(in_features=9216.* cannot be converted",
    ),
    "a norm": (
        lambda: Unknown(nn.Flatten(), NORM, nn.Linear(4, 5)),
        SMALL,
        r"the layer fc.1, BatchNorm1d\(4.* cannot be converted",
    ),
    "a softmax": (
        lambda: Unknown(nn.Flatten(), nn.Linear(4, 5), nn.Softmax(1)),
        SMALL,
        r"the layer fc.2, Softmax\(dim=1\), cannot be converted",
    ),
    "a transformer": (
        torchvision.models.vit_b_32,
        {"native_size": 224},
        "its last layer, heads, is not called fc or classifier",
    ),
    "a list of stages": (
        torchvision.models.maxvit_t,
        {"native_size": 224},
        "layers before the head, one after the other, cannot take such a picture",
    ),
    "no layers": (nn.Module, SMALL, "its last layer, none, is not called"),
    "only a head": (
        lambda: nn.Sequential(nn.Linear(3, 4)),
        SMALL,
        "its last layer, 0, is not called",
    ),
    "a twist": (Twist, SMALL, "Twist: the converted network gives other logits"),
    "a pair": (Pair, SMALL, "Pair: the converted network gives other logits"),
    "no number": (NoNumber, SMALL, "NoNumber: its logits are NaN or infinite: its training"),
    "a subclass": (
        lambda: Clipped(num_classes=9, aux_logits=False, init_weights=False),
        {"native_size": 224},
        "Clipped: the converted network gives other logits",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_converted_is_refused_with_a_reason(what: str) -> None:
    build, options, reason = REFUSED[what]
    with pytest.raises(ModelError, match=reason):
        to_fully_convolutional(build().eval(), **options)
