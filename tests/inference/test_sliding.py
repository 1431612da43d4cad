"""Windows one by one, in batches, and with their context, against the dense map."""

import pytest
import torch
from torch import nn

from course_utils.errors import ModelError
from course_utils.inference import sliding_windows, windows_with_context
from course_utils.inference.sliding import window_corners
from course_utils.models import to_fully_convolutional
from dense_networks import difference, slim_network

HEIGHT, WIDTH = 387, 1024


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return slim_network()


@pytest.fixture(scope="module")
def picture() -> torch.Tensor:
    return torch.randn(3, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))


def test_156_windows_lie_wholly_inside_and_the_map_has_182_cells(network: nn.Module) -> None:
    rows, columns = window_corners(HEIGHT, 224, 32), window_corners(WIDTH, 224, 32)
    assert (len(rows), len(columns), len(rows) * len(columns)) == (6, 26, 156)
    with torch.no_grad():
        cells = to_fully_convolutional(network)(torch.zeros(1, 3, HEIGHT, WIDTH)).shape[2:]
    assert tuple(cells) == (7, 26)


def test_batches_change_nothing_and_none_is_lost(network: nn.Module) -> None:
    picture = torch.randn(3, 300, 330)
    one_by_one = sliding_windows(network, picture, 224, 32)
    assert one_by_one.shape == (5, 3, 4)
    for batch_size in (5, 12, 64):
        batched = sliding_windows(network, picture, 224, 32, batch_size)
        assert difference(batched, one_by_one) < 1e-5
    with torch.no_grad():
        last = network(picture[None, :, 64:288, 96:320])[0]
    assert difference(one_by_one[:, 2, 3], last) < 1e-5


@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 1e-6), (torch.float64, 1e-10)])
def test_with_enough_context_every_cell_is_that_of_the_dense_map(
    network: nn.Module, picture: torch.Tensor, dtype: torch.dtype, limit: float
) -> None:
    model = to_fully_convolutional(network).to(dtype)
    picture = picture[:, :, : WIDTH if dtype == torch.float32 else 512].to(dtype)
    with torch.inference_mode():
        dense = model(picture[None])[0]
    exact = windows_with_context(model, picture, 224)
    assert exact.shape == dense.shape
    assert difference(exact, dense) < limit


def test_less_context_gives_another_map(network: nn.Module, picture: torch.Tensor) -> None:
    model = to_fully_convolutional(network).double()
    part = picture[:, :, :512].double()
    with torch.inference_mode():
        dense = model(part[None])[0]
    assert difference(windows_with_context(model, part, 192), dense) > 1e-8
    assert difference(windows_with_context(model, part, 0), dense) > 1e-2


def test_a_margin_between_two_cells_is_refused(network: nn.Module) -> None:
    model = to_fully_convolutional(network)
    with pytest.raises(ModelError, match="margin=218: give a multiple of 32"):
        windows_with_context(model, torch.zeros(3, 224, 224), 218)
