"""The page with the layer table of a converted ResNet-18: its rows and numbers are computed."""

import math
import re
from pathlib import Path

import pytest
import torch
import torchvision

from course_utils.analysis import (
    LayerRow,
    bytes_kept_for_backward,
    count_parameters,
    format_layer_table,
    layer_table,
)
from course_utils.models import to_fully_convolutional

PAGE = Path(__file__).resolve().parents[2] / "book" / "appendix" / "layer_table.md"
TEXT = PAGE.read_text("utf-8")
WIDE = (3, 387, 1024)
MEGABYTE = 2**20


@pytest.fixture(scope="module")
def rows() -> list[LayerRow]:
    with torch.device("meta"):
        network = torchvision.models.resnet18()
        return layer_table(to_fully_convolutional(network, pool_stride=7), WIDE)


def test_the_page_prints_all_68_rows(rows: list[LayerRow]) -> None:
    printed = re.findall(r"^```text\n(.*?)\n```", TEXT, re.M | re.S)
    assert printed == [format_layer_table(rows, WIDE)]
    assert len(rows) == 68 and "Conv2d-68 " in printed[0]


def test_the_memory_is_counted_as_the_page_says(rows: list[LayerRow]) -> None:
    outputs = sum(math.prod(row.output_shape) for row in rows)
    numbers = [math.prod(WIDE), 2 * outputs, sum(row.parameters for row in rows)]
    for count in (*numbers, sum(numbers)):
        assert re.search(rf"\b{count:,} \| {4 * count / MEGABYTE:.2f} \|", TEXT)
    assert f"2 · {outputs:,} = " in TEXT
    assert f"{4 * outputs / MEGABYTE:.0f} MB that the estimate counts for outputs" in TEXT


def test_what_the_estimate_leaves_out_is_counted(rows: list[LayerRow]) -> None:
    size = 4 * sum(row.parameters for row in rows) / MEGABYTE
    assert f"gradients of the parameters, another {size:.2f} MB" in TEXT
    weight = torch.nn.Parameter(torch.ones(3))
    held = {"plain SGD": {}, "momentum": {"momentum": 0.9}}
    makers = {name: torch.optim.SGD([weight], lr=0.1, **how) for name, how in held.items()}
    for optimizer in (*makers.values(), adam := torch.optim.Adam([weight])):
        weight.grad = torch.ones(3)
        optimizer.step()
    assert [_numbers_held(optimizer) for optimizer in (*makers.values(), adam)] == [0, 3, 6]


def _numbers_held(optimizer: torch.optim.Optimizer) -> int:
    states = optimizer.state.values()
    held = [one for state in states for one in state.values() if isinstance(one, torch.Tensor)]
    return sum(one.numel() for one in held if one.ndim)


def test_the_old_layer_is_counted_as_the_page_says() -> None:
    with torch.device("meta"):
        network = torchvision.models.resnet18()
        network.last_conv = torch.nn.Conv2d(512, 1000, 1)
    assert f"`parameters()` are {count_parameters(network):,}, and 513,000" in TEXT


def test_what_pytorch_keeps_is_measured() -> None:
    network = torchvision.models.resnet18().train()
    kept = bytes_kept_for_backward(network, torch.rand(1, *WIDE)) / MEGABYTE
    assert f"in train mode, is {kept:.0f} MB, against" in TEXT
