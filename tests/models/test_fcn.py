"""Fully convolutional networks: the published shapes, every size, and how they begin."""

import pytest
import torch
import torchvision
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from course_utils.analysis import count_multiply_adds
from course_utils.errors import ModelError
from course_utils.models import FCN, fcn8s, fcn16s, fcn32s, resnet18
from course_utils.models.blocks import Bottleneck
from course_utils.models.resnet import ResNet, resnet10, resnext14_8x15d
from course_utils.models.transfer import freeze_all_but_head, head_parameters, parameter_groups

BUILDERS = (fcn32s, fcn16s, fcn8s)


@pytest.fixture(scope="module")
def slim() -> dict[str, FCN]:
    """The three networks on a slim ResNet, in eval mode, their skips no longer silent."""
    torch.manual_seed(0)
    networks = {}
    for build in BUILDERS:
        network = build(resnet10(stem_width=4), 3, depthwise=True).eval()
        for score in network.head.skips.values():
            nn.init.normal_(score.weight)
        networks[build.__name__] = network
    return networks


def test_the_published_shapes() -> None:
    """320×480 → 512×10×15 → 21×320×480: Zhang et al., "Dive into Deep Learning", FCN."""
    network = fcn32s(torchvision.models.resnet18(), 21).eval()
    pictures = torch.rand(1, 3, 320, 480)
    with torch.inference_mode():
        assert network.body(pictures)[32].shape == (1, 512, 10, 15)
        assert network(pictures).shape == (1, 21, 320, 480)


@given(st.integers(1, 100), st.integers(1, 100))
def test_the_output_is_as_large_as_the_input(slim: dict[str, FCN], H: int, W: int) -> None:
    for network in slim.values():
        with torch.inference_mode():
            logits = network(torch.rand(1, 3, H, W))
        assert logits.shape == (1, 3, H, W)
        assert logits.isfinite().all()


@pytest.mark.parametrize("name", ["fcn32s", "fcn16s", "fcn8s"])
def test_what_is_cut_off_changes_nothing_else(slim: dict[str, FCN], name: str) -> None:
    """A size that is no multiple of 32 gives the upper left part of what the body sees."""
    network = slim[name]
    picture = torch.rand(1, 3, 75, 50)
    with torch.inference_mode():
        full = network.head(network.body(picture))
        assert torch.equal(network(picture), full[..., :75, :50])


@pytest.mark.parametrize("build", BUILDERS)
@pytest.mark.parametrize(
    "backbone",
    [
        torchvision.models.resnet18,
        lambda: torchvision.models.resnext50_32x4d(),
        lambda: resnet18(7, stem_width=8),
        lambda: resnext14_8x15d(stem_width=16),
        lambda: ResNet(Bottleneck, [1, 1, 1, 1], stem_width=4),
    ],
    ids=["torchvision's resnet18", "torchvision's resnext50", "resnet18", "resnext14", "resnet14"],
)
def test_every_resnet_is_a_backbone_and_its_gradient_reaches_all(
    build: object, backbone: object
) -> None:
    network = build(backbone(), 5)  # type: ignore[operator]
    network(torch.rand(2, 3, 40, 65)).square().sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


def test_a_dense_and_a_depthwise_network_begin_alike() -> None:
    for build in BUILDERS:
        backbone = resnet10(stem_width=4).eval()
        dense, depthwise = (build(backbone, 6, depthwise=d).eval() for d in (False, True))
        depthwise.head.score = dense.head.score
        picture = torch.rand(1, 3, 64, 96)
        with torch.inference_mode():
            assert torch.allclose(dense(picture), depthwise(picture), atol=1e-5)
        shape = (1, 3, 320, 480)
        assert count_multiply_adds(depthwise, shape) < count_multiply_adds(dense, shape)
        assert sum(p.numel() for p in dense.head.enlarge.parameters()) == 6 * sum(
            p.numel() for p in depthwise.head.enlarge.parameters()
        )


def test_the_skips_are_silent_at_the_start() -> None:
    """Section 4.2 of the paper: the new layers begin with zeros, so nothing changes at first."""
    backbone = resnet10(stem_width=4).eval()
    coarse, finer, finest = (build(backbone, 4).eval() for build in BUILDERS)
    finer.head.score = finest.head.score = coarse.head.score
    maps = coarse.body(torch.rand(1, 3, 96, 96))
    score = coarse.head.score(maps[32])
    for network in (finer, finest):
        assert all(not skip.weight.any() for skip in network.head.skips.values())
        silent = {stride: torch.rand_like(maps[stride]) for stride in (8, 16)} | {32: maps[32]}
        with torch.inference_mode():
            assert torch.equal(network.head(maps), network.head(silent))
    in_steps = finer.head.enlarge(finer.head.doublings["to_16"](score))
    inner = (..., slice(32, -32), slice(32, -32))
    twice = F.interpolate(score, scale_factor=2, mode="bilinear")
    expected = F.interpolate(twice, scale_factor=16, mode="bilinear")
    assert torch.allclose(in_steps[inner], expected[inner], atol=1e-5)


def test_the_scores_begin_as_xavier_says() -> None:
    score = fcn32s(resnet18(stem_width=16), 21).head.score
    bound = (6 / (128 + 21)) ** 0.5
    assert not score.bias.any()
    assert 0.9 * bound < score.weight.abs().max() <= bound


def test_the_backbone_is_shared_and_its_old_head_is_gone() -> None:
    backbone = resnet18(7, stem_width=4)
    network = fcn8s(backbone, 3)
    assert network.body.conv1 is backbone.conv1
    names = set(network.body.state_dict())
    assert names == {name for name in backbone.state_dict() if not name.startswith("fc.")}


def test_the_head_is_all_that_is_new() -> None:
    network = fcn8s(resnet10(stem_width=4), 3)
    new = {id(parameter) for parameter in head_parameters(network)}
    old = {id(parameter) for parameter in network.body.parameters()}
    assert not new & old
    assert len(new | old) == len(list(network.parameters()))
    head, body = parameter_groups(network, 1e-2, 1e-3)
    assert (len(head["params"]), len(body["params"])) == (len(new), len(old))
    freeze_all_but_head(network)
    assert {id(p) for p in network.parameters() if p.requires_grad} == new


@pytest.mark.parametrize(
    ("backbone", "num_classes", "problem"),
    [
        (torchvision.models.squeezenet1_1, 3, "SqueezeNet: has no conv1; give a ResNet"),
        (resnet10, 0, "num_classes=0: must be at least 1"),
    ],
)
def test_what_makes_no_network_is_refused(backbone: object, num_classes: int, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        fcn32s(backbone(), num_classes)  # type: ignore[operator]


def test_what_is_no_batch_of_pictures_is_refused(slim: dict[str, FCN]) -> None:
    with pytest.raises(ModelError, match=r"x\.unsqueeze\(0\)"):
        slim["fcn8s"](torch.rand(3, 64, 64))
    with pytest.raises(ModelError, match="train on two pictures or more"):
        fcn8s(resnet10(stem_width=4), 3)(torch.rand(1, 3, 32, 32))


def test_on_a_cpu_maps_are_enlarged_in_float32_also_under_mixed_precision() -> None:
    model = fcn8s(resnet18(stem_width=4), 3, depthwise=True)
    kinds: list[torch.dtype] = []
    for layer in (model.head.enlarge, model.head.doublings["to_8"]):
        layer.register_forward_hook(lambda _, given, out: kinds.extend((given[0].dtype, out.dtype)))
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(torch.rand(2, 3, 64, 64))
    assert set(kinds) == {torch.float32}
    logits.sum().backward()  # type: ignore[no-untyped-call]
    assert model.body.conv1.weight.grad is not None
