"""Where a picture may be cut: the grid of a network's cells, found without computing anything."""

import math

import pytest
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.analysis import Span
from course_utils.errors import ModelError
from course_utils.inference import prepare_for_inference
from course_utils.inference.axes import Axis, axes_of
from course_utils.models import fcn8s, fcn32s, resnet18, resnet50, to_fully_convolutional
from course_utils.models.registry import build_classifier
from dense_networks import slim_network


@pytest.mark.parametrize("build", [resnet18, resnet50])
def test_a_network_for_pixels_may_be_cut_at_multiples_of_32(build: object) -> None:
    model = fcn32s(build(stem_width=2), 3)
    rows, columns = axes_of(model, 321, 4000)
    assert (rows.length, rows.cells, rows.step) == (321, 321, 32)
    assert (columns.length, columns.cells, columns.step) == (4000, 4000, 32)
    assert rows.field == columns.field == axes_of(model, 33, 1)[0].field


def test_a_prepared_network_lies_on_the_same_grid() -> None:
    model = fcn8s(resnet18(stem_width=2), 3).eval()
    assert axes_of(prepare_for_inference(model), 90, 70) == axes_of(model, 90, 70)


def test_the_cells_of_a_map_are_cut_where_the_answer_steps() -> None:
    rows, columns = axes_of(to_fully_convolutional(slim_network(), 3, 96), 387, 1024)
    assert rows == Axis(387, 4, Span(435 + 2 * 32, 96, -217), 96)
    assert columns == Axis(1024, 10, rows.field, 96)


def test_the_step_is_a_multiple_of_all_strides() -> None:
    layers = nn.MaxPool2d(2), nn.Upsample(scale_factor=2), nn.Conv2d(3, 3, 3, 3)
    rows, _ = axes_of(nn.Sequential(*layers), 60, 60)
    assert (rows.step, rows.field.stride, rows.cells) == (math.lcm(2, 3), 3, 20)


def test_rows_and_columns_may_differ() -> None:
    rows, columns = axes_of(nn.Conv2d(3, 1, (1, 5), (1, 2), (0, 2)), 40, 50)
    assert rows == Axis(40, 40, Span(1, 1, 0), 1)
    assert columns == Axis(50, 25, Span(5, 2, -2), 2)


class ToSize(nn.Module):
    """Enlarges its map to a size of its own, whatever the picture's."""

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(F.max_pool2d(x, 4), (64, 64), mode="bilinear")


class Half(nn.Module):
    """Answers for the upper half alone."""

    def forward(self, x: Tensor) -> Tensor:
        return x[..., : x.shape[2] // 2, :]


class Columns(nn.Module):
    """Takes the number of the column into account."""

    def forward(self, x: Tensor) -> Tensor:
        return x + torch.arange(x.shape[3], device=x.device)


class ByNumbers(nn.Module):
    """What it does depends on the numbers."""

    def forward(self, x: Tensor) -> Tensor:
        return x if x.sum().item() > 0 else -x


class Attention(nn.Module):
    """Each cell takes notice of all others."""

    def forward(self, x: Tensor) -> Tensor:
        cells = x.flatten(2)  # (N, 3, H · W)
        shares = (cells.transpose(1, 2) @ cells).softmax(dim=2)
        return (cells @ shares).view_as(x)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (ToSize(), "its maps do not grow with the picture"),
        (Half(), "its maps do not grow with the picture"),
        (Columns(), "add takes a map that does not come from the picture"),
        (ByNumbers(), "what it does depends on the numbers"),
        (Attention(), "view is not followed, and may take in the whole picture"),
        (nn.ConvTranspose2d(3, 1, 2, 2), "lie a fraction of a pixel apart"),
        (
            torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights_backbone=None),
            "the answer is not followed",
        ),
    ],
)
def test_what_has_to_be_seen_whole_says_why_and_what_to_do(model: nn.Module, reason: str) -> None:
    with pytest.raises(ModelError) as caught:
        axes_of(model, 256, 256)
    text = str(caught.value)
    assert text.startswith("a picture of 256×256 pixels is computed in tiles, but this network has")
    assert f"({reason})" in text or f"{reason})" in text
    assert text.endswith("make the picture smaller, at most 4 megapixels, or take another network")


def test_squeeze_and_excitation_is_found() -> None:
    model = to_fully_convolutional(build_classifier("mobilenet_v3_small", 5).eval())
    with pytest.raises(ModelError, match="mean takes in the whole picture"):
        axes_of(model, 300, 300)
