"""The effective receptive field: densities that are known exactly, and laws that hold."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from course_utils.analysis import (
    EffectiveField,
    effective_field,
    effective_fields,
    receptive_field,
)
from course_utils.errors import ModelError
from course_utils.models import resnet18


def equal_convolutions(depth: int) -> nn.Module:
    """3×3 convolutions of one channel, all of whose weights are the same."""
    model = nn.Sequential(*(nn.Conv2d(1, 1, 3, padding=1, bias=False) for _ in range(depth)))
    for weight in model.parameters():
        nn.init.constant_(weight, 1)
    return model


def test_two_convolutions_by_hand() -> None:
    field = effective_field(equal_convolutions(2), "", torch.rand(2, 1, 9, 9))
    ways = torch.tensor([0, 0, 1, 2, 3, 2, 1, 0, 0]).double() / 9
    torch.testing.assert_close(field.density, ways[:, None] * ways)
    assert field.center == (4, 4)
    assert field.side(9 / 81) == 1
    assert field.side(49 / 81) == 3
    assert field.side(50 / 81) == field.side(1) == 5


@pytest.mark.parametrize("depth", [1, 4, 9, 16])
def test_the_spread_of_equal_convolutions_grows_as_the_root_of_the_depth(depth: int) -> None:
    field = effective_field(equal_convolutions(depth), "", torch.rand(1, 1, 41, 41))
    distance = torch.arange(41) - field.center[0]
    spread = float((field.density.sum(dim=1) * distance**2).sum()) ** 0.5
    assert spread == pytest.approx(math.sqrt(depth * 2 / 3), rel=1e-6)


def test_the_density_lies_inside_the_field_and_around_its_center() -> None:
    torch.manual_seed(0)
    model = resnet18(2, stem_width=4)
    span = receptive_field(model)["layer2"].square
    field = effective_field(model, "layer2", torch.rand(3, 3, 128, 160))
    assert field.density.shape == (128, 160)
    assert field.density.min() >= 0
    assert float(field.density.sum()) == pytest.approx(1)
    assert field.center == (span.center(7), span.center(9)) == (56, 72)
    top, left = (span.first + cell * span.stride for cell in (7, 9))
    inside = field.density[top : top + span.size, left : left + span.size]
    assert float(inside.sum()) == pytest.approx(1)
    assert field.side(1) <= span.size


def test_several_cells_lie_a_jump_apart_and_the_middle_one_is_the_default() -> None:
    picture, cells = torch.rand(1, 1, 9, 11), [(4, 4), (4, 5), (3, 5)]
    one, two, three = effective_fields(equal_convolutions(2), "", picture, cells)
    assert [field.center for field in (one, two, three)] == cells
    for field, cell in zip((one, two, three), cells, strict=True):
        assert field.centroid == pytest.approx(cell)
    torch.testing.assert_close(one.density[:, :-1], two.density[:, 1:])
    default = effective_field(equal_convolutions(2), "", picture)
    torch.testing.assert_close(default.density, two.density)


def test_the_picture_s_border_pushes_the_centroid_inwards() -> None:
    (corner,) = effective_fields(equal_convolutions(2), "", torch.rand(1, 1, 9, 9), [(0, 4)])
    assert corner.center == (0, 4)
    # By hand: 3, 2 and 1 ways are left of 1, 2, 3, 2, 1. But one way of the two rows left of the
    # border is no way at all there: the first layer has no cell −1. So it is 2, 2 and 1.
    assert corner.centroid == pytest.approx(((0 * 2 + 1 * 2 + 2 * 1) / 5, 4))


def test_it_is_the_mean_over_the_pictures() -> None:
    torch.manual_seed(0)
    model, images = resnet18(2, stem_width=4), torch.rand(2, 3, 64, 64)
    both = effective_field(model, "layer1", images).density
    assert not torch.equal(both, effective_field(model, "layer1", images.flip(0)[:1]).density)
    twice = effective_field(model, "layer1", torch.cat([images, images])).density
    torch.testing.assert_close(both, twice)


@given(st.integers(1, 12), st.integers(1, 12), st.floats(0.01, 1))
def test_the_square_holds_its_share_and_a_smaller_one_does_not(
    height: int, width: int, share: float
) -> None:
    generator = torch.Generator().manual_seed(height * 100 + width)
    values = torch.rand(height, width, generator=generator, dtype=torch.float64)
    center = ((height - 1) / 2, (width - 1) / 3)
    field = EffectiveField(values / values.sum(), center)

    def held(side: float) -> float:
        rows = (torch.arange(height) - center[0]).abs() <= (side - 1) / 2 + 1e-9
        columns = (torch.arange(width) - center[1]).abs() <= (side - 1) / 2 + 1e-9
        return float((field.density * rows[:, None] * columns).sum())

    side = field.side(share)
    assert held(side) >= share - 1e-9
    assert held(side - 1e-3) < share


def test_pictures_and_network_stay_as_they_were() -> None:
    torch.manual_seed(0)
    model, images = resnet18(2, stem_width=4).train(), torch.rand(2, 3, 64, 64)
    before = images.clone()
    with torch.no_grad():  # a caller's own setting does not matter
        effective_field(model, "layer1", images)
    assert model.training
    assert all(parameter.grad is None for parameter in model.parameters())
    assert torch.equal(images, before) and not images.requires_grad
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize(
    ("layer", "problem"), [("none", "does not exist"), ("avgpool", "mean takes in the whole")]
)
def test_a_layer_without_a_field_is_refused(layer: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        effective_field(resnet18(2, stem_width=4), layer, torch.rand(1, 3, 64, 64))


def test_a_dead_cell_is_refused() -> None:
    class Dead(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.relu(x - 9)

    with pytest.raises(ModelError, match="no gradient reaches the picture"):
        effective_field(Dead(), "", torch.rand(1, 1, 5, 5))
