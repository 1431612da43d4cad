"""The receptive field by arithmetic: published numbers, and laws that can be checked by hand."""

from collections.abc import Callable

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn.utils import weight_norm

from course_utils.analysis import Field, Span, field_by_gradient, receptive_field
from course_utils.analysis.fields import Map, maps_inside
from course_utils.errors import ModelError
from course_utils.models import (
    Bottleneck,
    ResNet,
    fcn8s,
    fcn16s,
    fcn32s,
    resnet18,
    resnet34,
    resnet50,
    resnet101,
    resnet152,
    resnext50_32x4d,
)
from dense_networks import ItsOutput

zoo = torchvision.models


def conv(kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> nn.Conv2d:
    return nn.Conv2d(1, 1, kernel, stride, padding, dilation)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([conv(3), conv(3)], Span(size=5, stride=1, first=0)),
        ([conv(3, padding=1), conv(3, padding=1)], Span(5, 1, -2)),
        ([conv(3, stride=2), conv(3)], Span(7, 2, 0)),
        ([conv(3), conv(3, stride=2)], Span(5, 2, 0)),
        ([conv(3, dilation=2)], Span(5, 1, 0)),
        ([conv(7, 2, 3), nn.MaxPool2d(3, 2, 1)], Span(11, 4, -5)),
        ([nn.MaxPool2d(2), nn.AvgPool2d(2)], Span(4, 4, 0)),
        ([conv(1, stride=2), nn.ReLU(inplace=True)], Span(1, 2, 0)),
    ],
)
def test_by_hand(layers: list[nn.Module], expected: Span) -> None:
    fields = receptive_field(nn.Sequential(*layers), (1, 32, 32))
    assert list(fields) == [*(str(number) for number in range(len(layers))), ""]
    assert fields[""].square == expected


def test_the_stages_of_resnet18() -> None:
    fields = receptive_field(resnet18(stem_width=4))
    stages = ["conv1", "maxpool", "layer1", "layer2", "layer3", "layer4"]
    assert [fields[name].square.size for name in stages] == [7, 11, 43, 99, 211, 435]
    assert [fields[name].square.stride for name in stages] == [2, 4, 4, 8, 16, 32]
    assert [fields[name].square.center() for name in stages] == [0] * 6
    assert str(fields["layer4"]) == "435×435 pixels, stride 32×32"


@pytest.mark.parametrize(
    ("build", "layer", "published"),
    [
        (resnet18, "layer4", 435),
        (resnet34, "layer4", 899),
        (resnet50, "layer4", 427),
        (resnet101, "layer4", 971),
        (resnet152, "layer4", 1451),
        (resnext50_32x4d, "layer4", 427),
        (zoo.resnet18, "layer4", 435),
        (zoo.wide_resnet50_2, "layer4", 427),
        (zoo.alexnet, "features", 195),
        (zoo.vgg16, "features", 212),
        (lambda: zoo.inception_v3(init_weights=False), "Mixed_7c", 1311),
    ],
)
def test_the_published_fields(build: Callable[[], nn.Module], layer: str, published: int) -> None:
    with torch.device("meta"):
        model = build()
    field = receptive_field(model)[layer]
    assert (field.square.size, field.square.stride) == (published, 32)


@pytest.mark.parametrize(
    ("build", "published"), [(resnet50, 483), (resnet101, 1027), (resnet152, 1507)]
)
def test_the_stride_in_the_first_convolution_of_a_bottleneck_sees_more(
    build: Callable[..., ResNet], published: int
) -> None:
    model = build(stem_width=2)
    for block in model.modules():
        if isinstance(block, Bottleneck):
            block.conv1.stride, block.conv2.stride = block.conv2.stride, (1, 1)
    assert receptive_field(model)["layer4"].square.size == published


class Branches(nn.Module):
    """Two paths that meet: by addition, by concatenation, or by multiplication."""

    def __init__(self, *branches: nn.Module, meet: Callable[..., Tensor] = torch.add) -> None:
        super().__init__()
        self.branches, self.meet = nn.ModuleList(branches), meet

    def forward(self, x: Tensor) -> Tensor:
        return self.meet(*(branch(x) for branch in self.branches))


def concatenate(*maps: Tensor) -> Tensor:
    return torch.cat(maps, dim=1)


@pytest.mark.parametrize("meet", [torch.add, torch.mul, concatenate])
def test_where_branches_meet_the_field_is_their_union(meet: Callable[..., Tensor]) -> None:
    left = nn.Sequential(conv(2, padding=1), conv(2, padding=1), conv(3))  # 2 to the left of it
    right = nn.Sequential(conv(3), conv(1, padding=1))  # from 1 to the left to 1 to the right
    model = Branches(left, right, meet=meet)
    fields = receptive_field(model, (1, 16, 16))
    assert fields["branches.0"].square == Span(5, 1, -2)
    assert fields["branches.1"].square == Span(3, 1, -1)
    assert fields[""].square == Span(5, 1, -2)
    assert field_by_gradient(model, "", (1, 16, 16)) == fields[""]


ACTIVATIONS = ["ELU", "GELU", "Hardsigmoid", "Hardswish", "LeakyReLU", "Mish", "PReLU", "ReLU"]
ACTIVATIONS += ["ReLU6", "SELU", "SiLU", "Sigmoid", "Softplus", "Tanh"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_changes_no_field(name: str) -> None:
    kind = getattr(nn, name)
    layers = [kind(inplace=True)] if "inplace" in kind.__init__.__annotations__ else []
    model = nn.Sequential(conv(3), kind(), *layers)
    assert receptive_field(model, (1, 9, 9))[""].square == Span(3, 1, 0)


def test_branches_with_different_strides_do_not_meet() -> None:
    model = Branches(conv(2, stride=2), conv(1))  # 1×1 and 2×2 cells: PyTorch broadcasts
    with pytest.raises(ModelError, match="strides of 2 and 1 pixels meet"):
        receptive_field(model, (1, 2, 2))


def test_height_and_width_may_differ() -> None:
    model = nn.Sequential(nn.Conv2d(1, 1, (1, 7), padding=(0, 3)), nn.MaxPool2d((2, 1)))
    field = receptive_field(model, (1, 16, 16))[""]
    assert field == Field(Span(2, 2, 0), Span(7, 1, -3))
    assert field == field_by_gradient(model, "", (1, 16, 16))
    with pytest.raises(ModelError, match="2×7 pixels, stride 2×1: ask for its rows and columns"):
        field.square  # noqa: B018


def test_a_layer_that_is_called_again_counts_where_it_was_called_last() -> None:
    layer = conv(3, padding=1)
    model = nn.Sequential(layer, layer, conv(1))
    fields = receptive_field(model, (1, 9, 9))
    assert list(fields) == ["0", "2", ""]
    assert fields["0"].square.size == 5
    assert field_by_gradient(model, "0", (1, 9, 9)) == fields["0"]


def norm() -> nn.Module:
    return nn.Sequential(conv(3), nn.BatchNorm2d(1, track_running_stats=False))


@pytest.mark.parametrize(
    ("build", "layer", "reason"),
    [
        (lambda: resnet18(2, stem_width=2), "avgpool", "mean takes in the whole picture"),
        (lambda: resnet18(2, stem_width=2), "fc", "mean takes in the whole picture"),
        (zoo.alexnet, "avgpool", "_adaptive_avg_pool2d takes in the whole picture"),
        (lambda: nn.Sequential(nn.AdaptiveMaxPool2d(1)), "0", "adaptive_max_pool2d takes in"),
        (lambda: nn.Sequential(nn.GroupNorm(1, 3)), "0", "native_group_norm takes in"),
        (norm, "1", "native_batch_norm takes in the whole picture"),
        (zoo.mobilenet_v3_small, "features.2", "mean takes in the whole picture"),
        (zoo.regnet_y_400mf, "trunk_output", "mean takes in the whole picture"),
        (zoo.convnext_tiny, "features.1", "permute is not followed, and may take in"),
        (lambda: nn.ReflectionPad2d(1), "", "reflection_pad2d is not followed"),
    ],
)
def test_behind_a_global_operation_there_is_no_number(
    build: Callable[[], nn.Module], layer: str, reason: str
) -> None:
    channels = 1 if build is norm else 3
    field = receptive_field(build(), (channels, 64, 64))[layer]
    assert str(field).startswith(f"no number: {reason}")
    with pytest.raises(ModelError, match=f"{reason}.*ask an earlier layer"):
        field.square  # noqa: B018


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda: fcn32s(resnet18(stem_width=2), 3), Span(498, 1, -264)),
        (lambda: fcn16s(resnet18(stem_width=2), 3), Span(514, 1, -272)),
        (lambda: fcn8s(resnet18(stem_width=2), 3), Span(522, 1, -276)),
        (lambda: fcn8s(resnet50(stem_width=2), 3, depthwise=True), Span(514, 1, -272)),
    ],
)
@pytest.mark.parametrize("shape", [(3, 224, 224), (3, 161, 250), (3, 33, 1)])
def test_what_a_pixel_of_an_fcn_sees(
    build: Callable[[], nn.Module], expected: Span, shape: tuple[int, int, int]
) -> None:
    assert receptive_field(build(), shape)[""].square == expected


def test_torchvisions_networks_for_pixels() -> None:
    with torch.device("meta"):
        dilated = zoo.segmentation.fcn_resnet50(weights_backbone=None)
        pooled = zoo.segmentation.deeplabv3_resnet50(weights_backbone=None)
    cells = receptive_field(dilated)["classifier"].square
    assert cells == Span(427 + 2 * 8, 8, -213 - 8)
    whole, broken = (field_of_pixels(dilated, height) for height in (320, 321))
    assert whole.square == cells.enlarged(16, 8, 4)
    assert "from 41×60 to 321×480" in broken.reason
    assert field_of_pixels(pooled, 320).reason == "mean takes in the whole picture"


def field_of_pixels(network: nn.Module, height: int) -> Field:
    return maps_inside(ItsOutput(network), (3, height, 480))[-1].field


def test_the_maps_inside_have_sizes_and_the_answer_is_the_last() -> None:
    model = nn.Sequential(conv(3, 2, 1), nn.ReLU(), nn.MaxPool2d(2))
    sizes = [map_.size for map_ in maps_inside(model, (1, 21, 16))]
    assert sizes == [(21, 16), (11, 8), (11, 8), (5, 4), (5, 4), (5, 4)]


def test_an_answer_that_is_no_tensor_is_not_followed() -> None:
    with torch.device("meta"):
        network = zoo.segmentation.fcn_resnet50(weights_backbone=None)
    answer = maps_inside(network, (3, 32, 32))[-1]
    assert answer == Map(Field(None, None, "the answer is not followed"), (0, 0))


def test_a_mean_over_the_channels_is_not_global() -> None:
    class Gray(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mean(dim=1, keepdim=True)

    model = nn.Sequential(conv(3), Gray(), conv(3))
    assert receptive_field(model, (1, 9, 9))[""].square == Span(5, 1, 0)


def test_the_result_does_not_depend_on_the_picture_or_the_width() -> None:
    wide = resnet18(7, stem_width=4).train().half()
    assert receptive_field(wide, (3, 387, 1024)) == receptive_field(resnet18(2, stem_width=2))


@pytest.mark.filterwarnings("ignore:.*weight_norm.*:FutureWarning")
def test_a_network_whose_weights_are_computed_is_followed_as_any_other() -> None:
    model = nn.Sequential(weight_norm(nn.Conv2d(3, 4, 3, stride=2)), nn.Conv2d(4, 5, 3))
    model(torch.zeros(1, 3, 16, 16))  # now the weight remembers how it was computed
    assert receptive_field(model, (3, 16, 16))[""].square == Span(7, 2)
