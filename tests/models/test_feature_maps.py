"""The map in front of a head: its channels, its side and its stride, without computing it."""

import pytest
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.feature_maps import feature_map


def test_channels_side_and_stride() -> None:
    body = nn.Sequential(nn.Conv2d(3, 5, 3, stride=2), nn.MaxPool2d(3, 3, ceil_mode=True))
    assert feature_map(body, 33) == (5, 6, 6)
    assert feature_map(nn.Sequential(nn.Conv2d(3, 4, 1)), 8) == (4, 8, 1)
    assert all(parameter.device.type == "cpu" for parameter in body.parameters())


class Fixed(nn.Module):
    """Gives a map of one size whatever it gets."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.adaptive_avg_pool2d(x, 7)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (Fixed(), "does not grow evenly"),
        (nn.Conv2d(3, 4, 1, stride=(1, 2)), "not a square map"),
        (nn.Flatten(), "not a square map"),
        (nn.Sequential(nn.Flatten(), nn.Linear(3, 3)), "cannot take such a picture"),
    ],
)
def test_what_gives_no_map_is_refused(body: nn.Module, sentence: str) -> None:
    with pytest.raises(ModelError, match=sentence):
        feature_map(nn.Sequential(body), 16)


def test_rows_and_columns_that_grow_differently_are_refused() -> None:
    class Crop(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x if x.shape[3] < 100 else x[..., ::2]

    with pytest.raises(ModelError, match="does not grow evenly"):
        feature_map(nn.Sequential(Crop()), 16)
