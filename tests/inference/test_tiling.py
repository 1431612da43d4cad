"""Tiles with exact context give the map of the whole picture."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils.analysis import Span
from course_utils.errors import ModelError
from course_utils.inference.response_maps import response_map
from course_utils.inference.tiling import cell_field, logits_by_tiles, map_size, tiles_along
from course_utils.models import to_fully_convolutional
from course_utils.models.registry import build_classifier
from dense_networks import difference, lively, slim_network


def unchanged(pixels: torch.Tensor) -> torch.Tensor:
    return pixels


@pytest.mark.parametrize(
    ("name", "native", "height", "width"),
    [
        ("slim", 96, 387, 705),
        ("slim", 224, 301, 590),
        ("squeezenet1_0", 224, 430, 301),  # rounds the size of a pooling up
        ("alexnet", 224, 301, 430),  # no padding in its poolings
        ("shufflenet_v2_x0_5", 224, 230, 600),
    ],
)
@pytest.mark.parametrize("pool_stride", [1, 3])
def test_the_tiled_map_is_the_whole_one(
    name: str, native: int, height: int, width: int, pool_stride: int
) -> None:
    torch.manual_seed(0)
    classifier = slim_network() if name == "slim" else lively(build_classifier(name, 5))
    model = to_fully_convolutional(classifier, pool_stride, native).double()
    image = torch.randn(3, height, width, dtype=torch.float64)
    with torch.inference_mode():
        whole = model(image[None])[0]
    tiled = torch.full_like(whole, torch.nan)
    pieces = 0
    for rows, columns, logits in logits_by_tiles(model, image, unchanged, tile=128):
        assert tiled[:, rows, columns].isnan().all(), "no cell is computed twice"
        tiled[:, rows, columns] = logits
        pieces += 1
    assert pieces > 1
    assert difference(tiled, whole) < 1e-12


def test_in_single_precision_the_logits_agree_to_1e_6_of_the_largest() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    image = torch.randn(3, 300, 500)
    with torch.inference_mode():
        whole = model(image[None])[0]
    for rows, columns, logits in logits_by_tiles(model, image, unchanged, tile=64):
        assert (logits - whole[:, rows, columns]).abs().max() < 1e-6 * whole.abs().max()
    at_once = response_map(model, image).probabilities
    tiled = response_map(model, image, whole=1, tile=64).probabilities
    assert difference(tiled, at_once) < 1e-6


@settings(max_examples=60)
@given(
    length=st.integers(96, 3000),
    tile=st.integers(1, 900),
    size=st.integers(96, 600),
    offset=st.integers(0, 300),
)
def test_tiles_cover_every_cell_once_and_hold_what_it_sees(
    length: int, tile: int, size: int, offset: int
) -> None:
    field, native = Span(size, 32, -min(offset, size - 1)), 96
    cells = (length - native) // 32 + 1
    tiles = tiles_along(length, cells, field, native, tile)
    covered = [cell for part in tiles for cell in range(part.cells.start, part.cells.stop)]
    assert covered == list(range(cells))
    for part in tiles:
        assert part.pixels.start % 32 == 0
        assert part.pixels.stop - part.pixels.start >= native
        for place, cell in enumerate(range(part.cells.start, part.cells.stop)):
            first = field.first + cell * field.stride
            assert part.pixels.start <= max(0, first)
            assert part.pixels.stop >= min(length, first + field.size)
            assert part.first + place == cell - part.pixels.start // 32


def test_the_size_of_the_map_is_known_before_it_is_computed() -> None:
    model = to_fully_convolutional(slim_network())
    assert map_size(model, 387, 1024) == (7, 26)
    assert map_size(to_fully_convolutional(slim_network(), 7), 387, 1024) == (1, 4)


def test_a_network_that_sees_everything_is_not_tiled() -> None:
    model = to_fully_convolutional(build_classifier("mobilenet_v3_small", 5).eval())
    assert cell_field(model) is None
    with pytest.raises(ModelError, match="each cell of this network sees the whole picture"):
        list(logits_by_tiles(model, torch.zeros(3, 224, 300), unchanged))
    assert response_map(model, torch.zeros(3, 224, 300)).field == Span(224, 32)


def test_a_picture_that_is_too_small_is_refused() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    with pytest.raises(ModelError, match=r"95 pixels high and 300 wide.*needs 96 each way"):
        list(logits_by_tiles(model, torch.zeros(3, 95, 300), unchanged))
