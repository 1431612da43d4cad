"""U-Nets: every size, every map, and the same network by hand."""

import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from course_utils.errors import ModelError
from course_utils.models import UNet, resnet18, unet2s, unet8s
from course_utils.models.resnet import resnet10
from course_utils.models.transfer import head_parameters

BUILDERS = (unet8s, unet2s)


@pytest.fixture(scope="module")
def slim() -> list[UNet]:
    torch.manual_seed(0)
    return [build(resnet10(stem_width=4), 3).eval() for build in BUILDERS]


@given(st.integers(1, 100), st.integers(1, 100))
def test_the_output_is_as_large_as_the_input(slim: list[UNet], H: int, W: int) -> None:
    for network in slim:
        with torch.inference_mode():
            logits = network(torch.rand(1, 3, H, W))
        assert logits.shape == (1, 3, H, W)
        assert logits.isfinite().all()


def test_it_is_what_the_paper_draws(slim: list[UNet]) -> None:
    """Enlarge, set beside the finer map, convolve twice; the strides are those of the ResNet."""
    network, picture = slim[1], torch.rand(1, 3, 64, 96)
    body, joins = network.body, network.head.joins
    with torch.inference_mode():
        at_2 = body.relu(body.bn1(body.conv1(picture)))
        at_4 = body.layer1(body.maxpool(at_2))
        at_8 = body.layer2(at_4)
        at_16 = body.layer3(at_8)
        x = body.layer4(at_16)
        assert [m.shape[3] for m in (at_2, at_4, at_8, at_16, x)] == [48, 24, 12, 6, 3]
        for stride, finer in ((16, at_16), (8, at_8), (4, at_4), (2, at_2)):
            twice = F.interpolate(x, scale_factor=2, mode="bilinear")
            x = joins[f"at_{stride}"](torch.cat([twice, finer], dim=1))
            assert x.shape == finer.shape
        expected = F.interpolate(network.head.score(x), scale_factor=2, mode="bilinear")
        assert torch.allclose(network(picture), expected, atol=1e-6)


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    "backbone",
    [torchvision.models.resnet18, lambda: torchvision.models.resnext50_32x4d(), resnet10],
    ids=["torchvision's resnet18", "torchvision's resnext50", "resnet10"],
)
def test_every_resnet_is_a_backbone_and_its_gradient_reaches_all(
    build: object, backbone: object
) -> None:
    network = build(backbone(), 5)  # type: ignore[operator]
    network(torch.rand(2, 3, 40, 65)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_only_the_finest_head_takes_the_finest_maps() -> None:
    network = unet8s(resnet18(stem_width=4), 3).eval()
    with torch.inference_mode():
        assert sorted(network.body(torch.rand(1, 3, 64, 64))) == [8, 16, 32]
        assert sorted(unet2s(resnet18(stem_width=4), 3).body(torch.rand(1, 3, 64, 64))) == [
            2,
            4,
            8,
            16,
            32,
        ]


def test_the_head_is_all_that_is_new() -> None:
    network = unet2s(resnet10(stem_width=4), 3)
    new = {id(parameter) for parameter in head_parameters(network)}
    assert not new & {id(parameter) for parameter in network.body.parameters()}
    assert len(new) == len(list(network.head.parameters())) > 0


@pytest.mark.parametrize(
    ("backbone", "num_classes", "problem"),
    [
        (torchvision.models.squeezenet1_1, 3, "SqueezeNet: has no conv1; give a ResNet"),
        (resnet10, 0, "num_classes=0: must be at least 1"),
    ],
)
def test_what_makes_no_network_is_refused(backbone: object, num_classes: int, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        unet2s(backbone(), num_classes)  # type: ignore[operator]
