"""The rules of single operations, against the pixels that a gradient reaches."""

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.analysis import Field, Span, receptive_field

SIDE = 48


class Function(nn.Module):
    """A function as a network."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(x)


def ones(layer: nn.Module) -> nn.Module:
    for parameter in layer.parameters():
        nn.init.ones_(parameter)
    return layer


def seen_by_rows(model: nn.Module) -> list[tuple[int, int]]:
    """First and last row of the picture that each row of the answer sees; all weights count."""
    picture = torch.ones(1, 1, SIDE, SIDE, dtype=torch.float64, requires_grad=True)
    answer = model.double()(picture)
    seen = []
    for row in range(answer.shape[2]):
        (gradient,) = torch.autograd.grad(answer[0, 0, row].sum(), picture, retain_graph=True)
        rows = gradient[0, 0].sum(dim=1).nonzero().flatten().tolist()
        seen.append((rows[0], rows[-1]) if rows else (SIDE, -1))
    return seen


def require_exact(model: nn.Module) -> None:
    """The span holds what each row sees, and for one row each of its ends is reached."""
    span = receptive_field(model, (1, SIDE, SIDE))[""].square
    starts, ends = [], []
    for row, (first, last) in enumerate(seen_by_rows(model)):
        start = span.first + row * span.stride
        assert first >= start
        assert last < start + span.size
        if start >= 0 and start + span.size <= SIDE:
            starts.append(first - start)
            ends.append(start + span.size - 1 - last)
    assert min(starts) == min(ends) == 0


@given(
    stride=st.sampled_from([1, 2, 4]),
    factor=st.sampled_from([1, 2, 4]),
    extra=st.integers(0, 4),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
)
def test_a_transposed_convolution(
    stride: int, factor: int, extra: int, padding: int, dilation: int
) -> None:
    factor, padding = min(stride, factor), min(padding, factor // 2)
    layer = nn.ConvTranspose2d(1, 1, factor + extra, factor, padding, dilation=dilation)
    require_exact(nn.Sequential(ones(nn.Conv2d(1, 1, 5, stride, 2)), ones(layer)))


@pytest.mark.parametrize("factor", [1, 2, 3, 4, 8])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "nearest-exact"])
def test_an_interpolation_by_a_whole_factor(mode: str, factor: int) -> None:
    before = ones(nn.Conv2d(1, 1, 3, factor, 1))
    require_exact(
        nn.Sequential(before, Function(lambda x: F.interpolate(x, scale_factor=factor, mode=mode)))
    )
    to_size = Function(lambda x: F.interpolate(x, (SIDE, SIDE), mode=mode))
    by_factor = receptive_field(nn.Sequential(before, to_size), (1, SIDE, SIDE))[""]
    assert by_factor.square.stride == 1


@pytest.mark.parametrize(
    ("enlarge", "sizes"),
    [
        (lambda x: F.interpolate(x, (SIDE + 1, SIDE), mode="bilinear"), "24×24 to 49×48"),
        (lambda x: F.interpolate(x, scale_factor=1.5, mode="bilinear"), "24×24 to 36×36"),
        (lambda x: F.interpolate(x, scale_factor=2.01, mode="nearest"), "24×24 to 48×48"),
        (lambda x: F.interpolate(x, (12, 12), mode="nearest"), "24×24 to 12×12"),
        (nn.UpsamplingBilinear2d(scale_factor=2), "24×24 to 48×48"),  # aligns the corners
    ],
)
def test_any_other_interpolation_has_no_number(
    enlarge: Callable[[Tensor], Tensor], sizes: str
) -> None:
    model = nn.Sequential(nn.MaxPool2d(2), Function(enlarge))
    field = receptive_field(model, (1, SIDE, SIDE))[""]
    assert f"from {sizes} cells does not enlarge by a whole factor" in field.reason


def test_cells_a_fraction_of_a_pixel_apart_have_no_number() -> None:
    field = receptive_field(nn.ConvTranspose2d(3, 1, 2, 2), (3, 9, 9))[""]
    assert "enlarged 2 times, cells that are 1 pixels apart lie a fraction" in field.reason


def test_what_is_cut_off_on_the_right_and_below_changes_no_field() -> None:
    model = nn.Sequential(nn.MaxPool2d(2), Function(lambda x: x[..., :9, :11][..., :11]))
    assert receptive_field(model, (1, SIDE, SIDE))[""].square == Span(2, 2, 0)


@pytest.mark.parametrize("cut", [lambda x: x[..., 1:, :], lambda x: x[..., ::2]])
def test_other_slices_are_not_followed(cut: Callable[[Tensor], Tensor]) -> None:
    field = receptive_field(Function(cut), (1, SIDE, SIDE))[""]
    assert field.reason.startswith("slice is not followed")


def test_a_map_of_its_own_has_a_place_and_is_not_followed() -> None:
    def add_columns(x: Tensor) -> Tensor:
        return x + torch.arange(x.shape[3], device=x.device)

    reason = "add takes a map that does not come from the picture"
    assert receptive_field(Function(add_columns), (1, 9, 9))[""] == Field(None, None, reason)
    factors = Function(lambda x: x * torch.ones(1, 1, 1, 1, device=x.device))
    assert receptive_field(factors, (1, 9, 9))[""].square == Span()
