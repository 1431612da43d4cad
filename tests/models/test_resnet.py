"""One set of tests that every ResNet and ResNeXt passes, and each one's published numbers."""

import copy
import io
from collections.abc import Iterator
from functools import cache

import pytest
import torch
import torchvision
from torch import Tensor, nn

from course_utils import models
from course_utils.models import BasicBlock, Bottleneck, PlainBlock, ResNet
from course_utils.models.registry import BUILDERS
from course_utils.runtime import full_precision

DEVICES = [
    "cpu",
    pytest.param(
        "cuda",
        marks=[
            pytest.mark.gpu,
            pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
        ],
    ),
]

PUBLISHED = [name for name in BUILDERS if hasattr(torchvision.models, name)]
every_published = pytest.mark.parametrize("name", PUBLISHED)


@pytest.fixture(scope="module")
def slim_models() -> dict[str, ResNet]:
    """Each network with 3 classes, and as few channels as its groups allow."""
    torch.manual_seed(0)
    return {name: build(name, 3, stem_width=slim_width(name)) for name in BUILDERS}


def slim_width(name: str) -> int:
    """Channels after the stem: groups of 4 would have one channel left of 16."""
    return 32 if name.endswith("x4d") else 16


@pytest.fixture(params=list(BUILDERS))
def slim(request: pytest.FixtureRequest, slim_models: dict[str, ResNet]) -> Iterator[ResNet]:
    """One of them, in eval mode, without gradients."""
    model = slim_models[request.param].eval()
    yield model
    model.zero_grad(set_to_none=True)


def build(name: str, num_classes: int = 1000, **options: int) -> ResNet:
    model = BUILDERS[name](num_classes, **options)
    assert isinstance(model, ResNet)
    return model


@cache
def skeleton(name: str) -> tuple[ResNet, nn.Module]:
    """Ours and torchvision's, without memory for the weights."""
    with torch.device("meta"):
        return build(name), getattr(torchvision.models, name)()


def random_state(model: nn.Module, seed: int = 0) -> dict[str, Tensor]:
    """Weights that keep signals of ordinary size, and random statistics for batch norm."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, tensor in model.state_dict().items():
        if not tensor.is_floating_point():
            state[name] = torch.tensor(7)
            continue
        values = torch.empty(tensor.shape).uniform_(-1, 1, generator=generator)
        if tensor.ndim > 1:
            values *= (3 / tensor[0].numel()) ** 0.5
        elif name.endswith(("running_var", "weight")):
            values = 0.75 + values / 4
        else:
            values /= 4
        state[name] = values
    return state


@every_published
def test_the_weights_have_torchvisions_names_order_and_shapes(name: str) -> None:
    ours, theirs = (
        [(k, v.shape, v.dtype) for k, v in m.state_dict().items()] for m in skeleton(name)
    )
    assert ours == theirs


@pytest.mark.parametrize("device", DEVICES)
@every_published
@torch.inference_mode()
def test_the_logits_are_torchvisions(name: str, device: str) -> None:
    full_precision()
    ours, theirs = skeleton(name)
    state = random_state(theirs)
    images = torch.rand(1, 3, 64, 96, generator=torch.Generator().manual_seed(1)).to(device)
    logits = []
    for model in (ours, theirs):
        loaded = copy.deepcopy(model)
        loaded.load_state_dict(state, strict=True, assign=True)
        logits.append(loaded.to(device).eval()(images))
    largest = logits[1].abs().max()
    assert torch.isfinite(largest)
    assert logits[1].std() > largest / 100, "the logits are all alike: the test would see nothing"
    assert (logits[0] - logits[1]).abs().max() <= 1e-5 * largest


@torch.inference_mode()
@pytest.mark.parametrize(("height", "width"), [(32, 32), (33, 47), (1, 1), (64, 40)])
def test_pictures_of_any_size_give_a_logit_for_each_class(
    slim: ResNet, height: int, width: int
) -> None:
    assert slim(torch.rand(2, 3, height, width)).shape == (2, 3)


@torch.inference_mode()
def test_a_picture_does_not_depend_on_its_neighbors(slim: ResNet) -> None:
    images = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(2))
    alone = torch.cat([slim(image.unsqueeze(0)) for image in images])
    assert (slim(images) - alone).abs().max() <= 1e-5 * alone.abs().max()


def test_every_parameter_receives_a_gradient(slim: ResNet) -> None:
    slim(torch.rand(2, 3, 32, 32)).square().sum().backward()  # type: ignore[no-untyped-call]
    without = [name for name, p in slim.named_parameters() if p.grad is None or not p.grad.any()]
    assert not without


@torch.inference_mode()
def test_saving_and_loading_keeps_the_logits(slim: ResNet, request: pytest.FixtureRequest) -> None:
    stream = io.BytesIO()
    torch.save(slim.state_dict(), stream)
    stream.seek(0)
    with torch.device("meta"):
        name = request.node.callspec.params["slim"]
        loaded = build(name, 3, stem_width=slim_width(name)).eval()
    loaded.load_state_dict(torch.load(stream, weights_only=True), assign=True)
    images = torch.rand(1, 3, 32, 32)
    assert torch.equal(loaded(images), slim(images))


def test_the_start_is_hes() -> None:
    torch.manual_seed(0)
    convolution = models.resnet18().layer4[1].conv2
    expected = (2 / (512 * 9)) ** 0.5
    assert convolution.weight.std().item() == pytest.approx(expected, rel=0.01)


def test_more_classes_change_only_the_head() -> None:
    with torch.device("meta"):
        few, many = models.resnet18(2).state_dict(), models.resnet18(5).state_dict()
    assert [k for k in few if few[k].shape != many[k].shape] == ["fc.weight", "fc.bias"]


def test_a_plain_network_has_the_shapes_of_the_residual_one() -> None:
    model = ResNet(PlainBlock, [2, 2, 2, 2], 3, stem_width=4)
    assert model(torch.rand(2, 3, 64, 64)).shape == (2, 3)
    with torch.device("meta"):
        plain, residual = ResNet(PlainBlock, [2, 2, 2, 2]), models.resnet18()
    names = [name for name in residual.state_dict() if "downsample" not in name]
    assert list(plain.state_dict()) == names


@pytest.mark.parametrize("block", [BasicBlock, PlainBlock, Bottleneck])
def test_batch_norm_can_be_left_out(block: type[BasicBlock] | type[Bottleneck]) -> None:
    model = ResNet(block, [1, 1, 1, 1], 3, stem_width=4, norm_layer=nn.Identity)
    assert not [name for name, _ in model.named_buffers()]
    assert all(name.endswith("weight") or name == "fc.bias" for name in model.state_dict())
    logits = model(torch.rand(1, 3, 32, 32))  # one value for each channel: no norm minds
    logits.sum().backward()
    assert all(p.grad is not None for p in model.parameters())


@pytest.mark.slow
@pytest.mark.parametrize(("block", "groups"), [(BasicBlock, 1), (Bottleneck, 8)])
def test_a_compiled_network_is_the_same(
    block: type[BasicBlock] | type[Bottleneck], groups: int
) -> None:
    torch._dynamo.reset()
    model = ResNet(block, [1, 1, 1, 1], 3, stem_width=8, groups=groups)
    for mode in (model.eval(), copy.deepcopy(model).train()):
        compiled = torch.compile(mode, backend="eager", fullgraph=True)
        images = torch.rand(2, 3, 32, 40)
        torch.testing.assert_close(compiled(images), mode(images))


@pytest.mark.slow
def test_an_exported_network_takes_other_sizes() -> None:
    model = ResNet(Bottleneck, [1, 1, 1, 1], 3, stem_width=8, groups=8).eval()
    free = dict.fromkeys((0, 2, 3), torch.export.Dim.AUTO)
    program = torch.export.export(model, (torch.rand(2, 3, 64, 64),), dynamic_shapes=(free,))
    images = torch.rand(3, 3, 96, 72)
    torch.testing.assert_close(program.module()(images), model(images))
