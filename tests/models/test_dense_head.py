"""A head that sees one position becomes one that sees a map."""

import pytest
import torch
from torch import nn

from course_utils.errors import ModelError
from course_utils.models.dense_head import as_convolution, dense_head

SQUARE = torch.rand(2, 4, 3, 3, generator=torch.Generator().manual_seed(0))
"""A map of 4 channels that is as large as the window: one position."""


def test_a_layer_with_a_weight_for_every_cell_keeps_each_at_its_cell() -> None:
    """A single weight of 1 picks out one channel of one cell, in both forms."""
    layer = nn.Linear(2 * 9, 1, bias=False)
    features = torch.arange(18.0).view(1, 2, 3, 3)
    for place in range(18):
        with torch.no_grad():
            layer.weight.zero_()[0, place] = 1
            convolution = as_convolution(layer, 2, kernel=3)
            assert convolution(features).item() == layer(features.flatten(1)).item() == place
    assert convolution.bias is None


def test_a_convolution_has_numbers_of_its_own_and_stays_frozen() -> None:
    layer = nn.Linear(4, 2)
    layer.bias.requires_grad_(False)
    convolution = as_convolution(layer, 4)
    assert (convolution.weight.requires_grad, convolution.bias.requires_grad) == (True, False)
    with torch.no_grad():
        layer.weight.zero_()
    assert convolution.weight.abs().min() > 0


def test_a_head_behind_a_mean_gets_a_pooling_that_moves() -> None:
    layers = nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(4, 5), nn.ReLU()), nn.Linear(5, 2))
    head = dense_head({"fc": layers}, channels=4, window=3, stride=2)
    assert [name for name, _ in head.named_children()] == ["pool", "fc_1_0", "fc_1_1", "fc_2"]
    torch.testing.assert_close(head(SQUARE).flatten(1), layers(SQUARE.mean(dim=(2, 3))))
    assert head(torch.rand(1, 4, 5, 8)).shape == (1, 2, 2, 3)


def test_a_head_with_a_weight_for_every_cell_moves_with_its_first_layer() -> None:
    layers = nn.Sequential(nn.Flatten(), nn.Linear(4 * 9, 5), nn.Dropout(), nn.Linear(5, 2)).eval()
    head = dense_head({"classifier": layers}, channels=4, window=3, stride=2).eval()
    kinds = [type(layer) for layer in head]
    assert kinds == [nn.Conv2d, nn.Dropout, nn.Conv2d]
    torch.testing.assert_close(head(SQUARE).flatten(1), layers(SQUARE))
    assert head(torch.rand(1, 4, 5, 8)).shape == (1, 2, 2, 3)


def test_a_head_with_a_pooling_of_its_own_gets_no_second_one() -> None:
    layers = nn.Sequential(nn.Conv2d(4, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))
    head = dense_head({"classifier": layers}, channels=4, window=3, stride=1)
    assert [type(layer) for layer in head] == [nn.Conv2d, nn.ReLU, nn.AvgPool2d]
    torch.testing.assert_close(head(SQUARE), layers(SQUARE))


@pytest.mark.parametrize("layer", [nn.LayerNorm(4), nn.Linear(7, 2), nn.Conv2d(4, 2, 3)])
def test_a_layer_that_looks_at_more_than_one_place_is_named(layer: nn.Module) -> None:
    with pytest.raises(ModelError, match=r"the layer fc.0, .*: behind a map of 4 channels and 3×3"):
        dense_head({"fc": nn.Sequential(layer)}, channels=4, window=3, stride=1)
