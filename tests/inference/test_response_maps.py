"""Maps of probabilities: at once and in tiles, and where their cells lie."""

import pytest
import torch

from course_utils.analysis import Span
from course_utils.errors import ModelError
from course_utils.inference import ResponseMap, response_map
from course_utils.models import to_fully_convolutional
from course_utils.models.registry import build_classifier
from dense_networks import difference, slim_network


def test_the_peak_is_the_middle_of_the_best_window() -> None:
    scores = torch.tensor([[0.1, 0.2, 0.7], [0.0, 0.3, 0.1]])
    answer = ResponseMap(torch.stack([1 - scores, scores]), Span(size=5, stride=4), 9, 13)
    score, x, y = answer.peak(1)
    assert (round(score, 3), x, y) == (0.7, 10, 2)
    assert answer.best_class() == 0
    assert answer.best_class([1]) == 1


def test_the_probabilities_of_every_cell_sum_to_one_and_are_those_of_the_network() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    image = torch.randn(3, 130, 200)
    answer = response_map(model, image)
    with torch.inference_mode():
        expected = model(image[None])[0].softmax(dim=0)
    assert torch.equal(answer.probabilities, expected)
    assert torch.allclose(answer.probabilities.sum(dim=0), torch.ones(3, 5))
    assert (answer.height, answer.width, answer.window) == (130, 200, Span(96, 32))
    answer.probabilities.mul_(1)  # a plain tensor, which may be written to


@pytest.mark.parametrize("tile", [64, 100])
def test_in_tiles_the_map_is_the_same(tile: int) -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    image = torch.randn(3, 300, 500)
    at_once = response_map(model, image).probabilities
    tiled = response_map(model, image, whole=1, tile=tile).probabilities
    assert difference(tiled, at_once) < 1e-6


def test_a_part_is_prepared_where_it_is_needed() -> None:
    model = to_fully_convolutional(slim_network(), native_size=96)
    image = torch.randint(0, 256, (3, 300, 500), dtype=torch.uint8)
    seen: list[torch.Size] = []

    def prepare(part: torch.Tensor) -> torch.Tensor:
        seen.append(part.shape)
        return part / 255

    tiled = response_map(model, image, prepare, whole=300 * 500 - 1, tile=64)
    assert len(seen) > 1
    at_once = response_map(model, image, prepare, whole=300 * 500)
    assert seen[-1] == (1, 3, 300, 500)
    assert difference(tiled.probabilities, at_once.probabilities) < 1e-6


@pytest.mark.parametrize("size", [96, 100, 190, 224])
def test_windows_follow_each_other_at_the_stride_of_the_body(size: int) -> None:
    model = to_fully_convolutional(slim_network(), native_size=size)
    assert response_map(model, torch.zeros(3, 256, 300)).window == Span(size, 32)


def test_a_position_stands_for_the_window_that_a_picture_of_its_own_would_show() -> None:
    """A bright square inside one window answers most at that window's position."""
    model = to_fully_convolutional(slim_network(), pool_stride=3, native_size=96)
    image = torch.zeros(3, 96, 96 * 5)
    answer = response_map(model, image)
    begin = round(answer.window.center(3) - (answer.window.size - 1) / 2)
    assert (begin, answer.window) == (3 * 96, Span(96, 96))
    torch.manual_seed(2)
    image[:, :, begin : begin + 96] = torch.randn(3, 96, 96)
    changed = (response_map(model, image).probabilities - answer.probabilities).abs().sum(0)
    assert int(changed.argmax()) == 3


def test_where_every_position_sees_all_the_windows_are_known_too() -> None:
    model = to_fully_convolutional(build_classifier("mobilenet_v3_small", 5).eval())
    assert response_map(model, torch.zeros(3, 224, 300)).window == Span(224, 32)
    with pytest.raises(ModelError, match="make the picture smaller"):
        response_map(model, torch.zeros(3, 224, 300), whole=1000)
