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
from course_utils.errors import ModelError
from course_utils.models import BasicBlock, Bottleneck, ResNet
from course_utils.models.blocks import group_width
from course_utils.models.registry import BUILDERS
from course_utils.runtime import full_precision

# torchvision.models, table of all available classification weights: "Params", in full.
PUBLISHED_PARAMETERS = {
    "resnet18": 11_689_512,
    "resnet34": 21_797_672,
    "resnet50": 25_557_032,
    "resnet101": 44_549_160,
    "resnet152": 60_192_808,
    "resnext50_32x4d": 25_028_904,
    "resnext101_32x8d": 88_791_336,
    "resnext101_64x4d": 83_455_272,
}
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

every_builder = pytest.mark.parametrize("name", BUILDERS)


@pytest.fixture(scope="module")
def slim_models() -> dict[str, ResNet]:
    """Each network with 16 channels after the stem and 3 classes."""
    torch.manual_seed(0)
    return {name: build(name, 3, stem_width=16) for name in BUILDERS}


@pytest.fixture(params=list(BUILDERS))
def slim(request: pytest.FixtureRequest, slim_models: dict[str, ResNet]) -> Iterator[ResNet]:
    """One of them, in eval mode, without gradients."""
    model = slim_models[request.param].eval()
    yield model
    model.zero_grad(set_to_none=True)


def build(name: str, num_classes: int = 1000, **options: int) -> ResNet:
    model: ResNet = getattr(models, name)(num_classes, **options)
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


def test_the_published_builders_are_all_there() -> None:
    assert list(BUILDERS) == list(PUBLISHED_PARAMETERS)
    assert all(getattr(models, name) is BUILDERS[name] for name in BUILDERS)


@every_builder
def test_the_number_of_parameters_is_the_published_one(name: str) -> None:
    ours, _ = skeleton(name)
    assert sum(p.numel() for p in ours.parameters()) == PUBLISHED_PARAMETERS[name]


@every_builder
def test_the_name_counts_the_layers_with_weights(name: str) -> None:
    ours, _ = skeleton(name)
    layers = [
        module
        for path, module in ours.named_modules()
        if isinstance(module, nn.Conv2d | nn.Linear) and "downsample" not in path
    ]
    depth = name.removeprefix("resnext").removeprefix("resnet").split("_")[0]
    assert len(layers) == int(depth)


@every_builder
def test_the_weights_have_torchvisions_names_order_and_shapes(name: str) -> None:
    ours, theirs = (
        [(k, v.shape, v.dtype) for k, v in m.state_dict().items()] for m in skeleton(name)
    )
    assert ours == theirs


@pytest.mark.parametrize("device", DEVICES)
@every_builder
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
def test_stages_have_the_papers_shapes(slim: ResNet) -> None:
    x = slim.maxpool(slim.relu(slim.bn1(slim.conv1(torch.rand(1, 3, 64, 96)))))
    assert x.shape == (1, 16, 16, 24)
    expansion = slim.fc.in_features // 128
    for stage, layer in enumerate((slim.layer1, slim.layer2, slim.layer3, slim.layer4)):
        x = layer(x)
        assert x.shape == (1, 16 * expansion * 2**stage, 16 // 2**stage, 24 // 2**stage)


@torch.inference_mode()
def test_a_picture_does_not_depend_on_its_neighbours(slim: ResNet) -> None:
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
        loaded = build(request.node.callspec.params["slim"], 3, stem_width=16).eval()
    loaded.load_state_dict(torch.load(stream, weights_only=True), assign=True)
    images = torch.rand(1, 3, 32, 32)
    assert torch.equal(loaded(images), slim(images))


def test_the_start_is_hes() -> None:
    torch.manual_seed(0)
    convolution = models.resnet18().layer4[1].conv2
    expected = (2 / (512 * 9)) ** 0.5
    assert convolution.weight.std().item() == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
@torch.inference_mode()
def test_a_block_whose_last_scale_is_zero_is_its_shortcut(
    block: type[BasicBlock] | type[Bottleneck],
) -> None:
    made = block(8 * block.expansion, 8).eval()
    last = made.bn2 if isinstance(made, BasicBlock) else made.bn3
    nn.init.zeros_(last.weight)
    x = torch.rand(1, 8 * block.expansion, 5, 5)
    assert torch.equal(made(x), x)


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
def test_a_stride_halves_rounding_up(block: type[BasicBlock] | type[Bottleneck]) -> None:
    shape = block(4, 8, stride=2)(torch.rand(2, 4, 7, 10)).shape
    assert shape == (2, 8 * block.expansion, 4, 5)


def test_grouping_divides_the_weights_of_the_middle_layer() -> None:
    plain, grouped = Bottleneck(64, 64, width_per_group=128), Bottleneck(64, 64, 1, 32, 4)
    assert plain.conv2.weight.numel() == grouped.conv2.weight.numel() * 32
    assert grouped.conv2.groups == 32


def test_more_classes_change_only_the_head() -> None:
    with torch.device("meta"):
        few, many = models.resnet18(2).state_dict(), models.resnet18(5).state_dict()
    assert [k for k in few if few[k].shape != many[k].shape] == ["fc.weight", "fc.bias"]


@pytest.mark.parametrize(
    "arguments",
    [{"num_classes": 0}, {"stem_width": 0}, {"num_classes": -3}],
)
def test_arguments_that_make_no_network_are_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(ModelError, match="must be at least 1"):
        models.resnet18(**arguments)


@pytest.mark.parametrize("layers", [[2, 2, 2], [2, 2, 2, 0], []])
def test_four_stages_are_needed(layers: list[int]) -> None:
    with pytest.raises(ModelError, match="four stages"):
        ResNet(BasicBlock, layers)


@pytest.mark.parametrize("options", [{"groups": 2}, {"width_per_group": 4}])
def test_a_basic_block_takes_no_groups(options: dict[str, int]) -> None:
    with pytest.raises(ModelError, match="use Bottleneck"):
        BasicBlock(8, 8, **options)


def test_a_group_that_would_vanish_is_refused_with_the_remedy() -> None:
    with pytest.raises(ModelError, match="must be at least 8"):
        group_width(8, 4)
    assert group_width(8, 8) == 1


@pytest.mark.parametrize("shape", [(3, 8, 8), (1, 1, 8, 8), (1, 3, 8), (0,)])
def test_what_is_no_batch_of_pictures_is_refused(shape: tuple[int, ...]) -> None:
    model = models.resnet18(2, stem_width=4)
    with pytest.raises(ModelError, match="batch of RGB pictures"):
        model(torch.zeros(shape))
