"""The published layer table, and rules that can be checked on a few layers."""

import pytest
import torch
import torchvision
from torch import Tensor, nn

from course_utils.analysis import LayerRow, format_layer_table, layer_table
from course_utils.models import resnet18, to_fully_convolutional
from course_utils.models.transfer import freeze_all_but_head

WIDE = (3, 387, 1024)
"""The published picture."""


@pytest.fixture(scope="module")
def published() -> list[LayerRow]:
    with torch.device("meta"):
        network = torchvision.models.resnet18()
        return layer_table(to_fully_convolutional(network, pool_stride=7), WIDE)


def test_the_published_shapes_and_parameters(published: list[LayerRow]) -> None:
    assert len(published) == 68
    assert published[0] == LayerRow("Conv2d-1", (64, 194, 512), 9408, 9408)
    assert published[10] == LayerRow("BasicBlock-11", (64, 97, 256), 0, 0)
    assert published[65] == LayerRow("BasicBlock-66", (512, 13, 32), 0, 0)
    assert published[66] == LayerRow("AvgPool2d-67", (512, 1, 4), 0, 0)
    assert published[67] == LayerRow("Conv2d-68", (1000, 1, 4), 513_000, 513_000)
    assert sum(row.parameters for row in published) == 11_689_512


TOTALS = """\
================================================================
Total params: 11,689,512
Trainable params: 11,689,512
Non-trainable params: 0
----------------------------------------------------------------
Input size (MB): 4.54
Forward/backward pass size (MB): 501.42
Params size (MB): 44.59
Estimated Total Size (MB): 550.55
----------------------------------------------------------------"""

FIRST_LINES = """\
----------------------------------------------------------------
        Layer (type)               Output Shape         Param #
================================================================
            Conv2d-1         [-1, 64, 194, 512]           9,408
       BatchNorm2d-2         [-1, 64, 194, 512]             128
              ReLU-3         [-1, 64, 194, 512]               0
         MaxPool2d-4          [-1, 64, 97, 256]               0
"""


def test_the_published_table_as_torchsummary_prints_it(published: list[LayerRow]) -> None:
    table = format_layer_table(published, WIDE)
    assert table.startswith(FIRST_LINES)
    assert table.endswith(TOTALS)
    assert len(table.splitlines()) == 68 + 13


def test_our_resnet_has_the_rows_of_torchvisions() -> None:
    with torch.device("meta"):
        ours, theirs = (
            layer_table(build(), (3, 224, 224)) for build in (resnet18, torchvision.models.resnet18)
        )
    assert len(ours) == 68
    assert [row.name for row in ours[-2:]] == ["AdaptiveAvgPool2d-67", "Linear-68"]

    def without_numbers(rows: list[LayerRow]) -> list[tuple[str, tuple[int, ...], int]]:
        return sorted((r.name.split("-")[0], r.output_shape, r.parameters) for r in rows)

    assert without_numbers(ours) == without_numbers(theirs)  # shortcuts are computed earlier


def test_an_old_head_that_is_never_called_is_not_counted() -> None:
    with torch.device("meta"):
        model = to_fully_convolutional(resnet18(), pool_stride=7)
        model.fc = nn.Linear(512, 1000)
        rows = layer_table(model, WIDE)
    assert sum(row.parameters for row in rows) == 11_689_512
    assert sum(parameter.numel() for parameter in model.parameters()) == 12_202_512


class Twice(nn.Module):
    """Calls one layer two times."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(5, 5)

    def forward(self, x: Tensor) -> Tensor:
        output: Tensor = self.layer(self.layer(x))
        return output


def test_a_layer_called_twice_has_two_rows_and_one_set_of_parameters() -> None:
    assert layer_table(Twice(), (5,)) == [
        LayerRow("Linear-1", (5,), 30, 30),
        LayerRow("Linear-2", (5,), 0, 0),
    ]


def test_a_single_layer_is_its_own_table() -> None:
    assert layer_table(nn.Linear(5, 2), (5,)) == [LayerRow("Linear-1", (2,), 12, 12)]


def test_a_layer_without_parameters_in_half_precision() -> None:
    model = nn.Sequential(nn.Linear(5, 2), nn.ReLU()).to(torch.bfloat16)
    assert [row.name for row in layer_table(model, (5,))] == ["Linear-1", "ReLU-2"]
    assert layer_table(nn.ReLU(), (3, 4, 4)) == [LayerRow("ReLU-1", (3, 4, 4), 0, 0)]


class Several(nn.Module):
    """Gives more than one tensor, as some torchvision layers do."""

    def __init__(self, keys: bool) -> None:
        super().__init__()
        self.keys, self.layer = keys, nn.Linear(5, 2)

    def forward(self, x: Tensor) -> object:
        return {"out": self.layer(x), "in": x} if self.keys else (None, self.layer(x), x)


@pytest.mark.parametrize("keys", [True, False])
def test_of_several_outputs_the_first_tensor_is_listed(keys: bool) -> None:
    class Outer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Several(keys)

        def forward(self, x: Tensor) -> object:
            return self.inner(x)

    assert layer_table(Outer(), (5,))[1] == LayerRow("Several-2", (2,), 0, 0)


def test_frozen_parameters_are_counted_apart() -> None:
    model = resnet18(4, stem_width=4)
    freeze_all_but_head(model)
    table = format_layer_table(layer_table(model, (3, 32, 32)), (3, 32, 32))
    count = sum(parameter.numel() for parameter in model.parameters())
    assert f"Trainable params: 132\nNon-trainable params: {count - 132:,}\n" in table


@pytest.mark.parametrize("size", [32, -1])
def test_mode_hooks_and_statistics_stay_as_they_were(size: int) -> None:
    model = resnet18(4, stem_width=4).train()
    model.layer1.eval()
    modes = [module.training for module in model.modules()]
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    if size > 0:
        layer_table(model, (3, size, size))
    else:
        with pytest.raises(RuntimeError):
            layer_table(model, (3, size, size))
    assert [module.training for module in model.modules()] == modes
    assert not any(module._forward_hooks for module in model.modules())
    assert all(torch.equal(before[name], now) for name, now in model.state_dict().items())
