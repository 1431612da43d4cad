"""A 3×3 convolution with fewer multiplications gives the same answers."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from course_utils.errors import ModelError
from course_utils.models import winograd
from course_utils.models.winograd import WinogradConv2d, use_winograd


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(1, 9), st.integers(1, 9)),
    st.integers(1, 5),
    st.booleans(),
)
def test_it_is_the_convolution(shape: tuple[int, ...], channels: int, bias: bool) -> None:
    torch.manual_seed(0)
    layer = nn.Conv2d(shape[1], channels, 3, padding=1, bias=bias).double()
    images = torch.randn(shape, dtype=torch.float64)
    with torch.no_grad():
        assert torch.allclose(WinogradConv2d(layer)(images), layer(images), atol=1e-12)


def test_it_multiplies_sixteen_times_for_four_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    bmm = torch.bmm

    def counting(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        counted.append(one.numel() * other.shape[-1])
        return bmm(one, other)

    monkeypatch.setattr(torch, "bmm", counting)
    with torch.no_grad():
        WinogradConv2d(nn.Conv2d(3, 7, 3, padding=1))(torch.randn(1, 3, 8, 8))
    direct = 9 * 3 * 7 * 8 * 8
    assert counted == [direct * 16 // 36]


def test_a_large_map_is_convolved_as_usual(monkeypatch: pytest.MonkeyPatch) -> None:
    layer = nn.Conv2d(2, 2, 3, padding=1)
    rewritten, images = WinogradConv2d(layer), torch.randn(1, 2, 10, 10)
    monkeypatch.setattr(winograd, "MOST_TILES", 24)
    monkeypatch.setattr(torch, "bmm", None)
    with torch.no_grad():
        assert torch.equal(rewritten(images), layer(images))


@pytest.mark.parametrize(
    "options",
    [{"stride": 2}, {"padding": 0}, {"groups": 2}, {"dilation": 2}, {"padding_mode": "reflect"}],
)
def test_another_convolution_is_refused(options: dict[str, int]) -> None:
    layer = nn.Conv2d(4, 4, 3, **{"padding": 1, **options})
    with pytest.raises(ModelError, match="3×3, stride 1"):
        WinogradConv2d(layer)


def test_only_wide_layers_are_rewritten() -> None:
    narrow, wide = (nn.Conv2d(n, n, 3, padding=1) for n in (64, 256))
    network = nn.Sequential(narrow, nn.Sequential(wide), nn.Conv2d(256, 256, 3, 2, 1))
    assert use_winograd(network) == 1
    assert isinstance(network[1][0], WinogradConv2d)
    assert network[0] is narrow
