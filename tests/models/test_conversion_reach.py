"""Networks with a layer that looks at a whole map, converted: how far an answer sees."""

import pytest
import torch
from torch import Tensor, nn
from torchvision.ops.misc import SqueezeExcitation

from course_utils.models import to_fully_convolutional
from dense_networks import difference


class Squeezing(nn.Module):
    """A body with a layer in its middle, an average and a fully connected layer."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), layer, nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1)
        )
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x: Tensor) -> Tensor:
        """``(N, 3, H, W)`` → logits ``(N, 5)``."""
        logits: Tensor = self.fc(self.avgpool(self.body(x)).flatten(1))
        return logits


@pytest.mark.parametrize(
    ("layer", "ends"),
    [
        (nn.BatchNorm2d(8), True),
        (SqueezeExcitation(8, 4), False),
        (nn.GroupNorm(2, 8), False),
    ],
)
def test_a_layer_that_looks_at_a_whole_map_goes_on_doing_so(layer: nn.Module, ends: bool) -> None:
    """The logits at the native size are right; in a larger picture what is far away counts."""
    torch.manual_seed(0)
    model = Squeezing(layer).eval()
    converted = to_fully_convolutional(model, native_size=32)
    small, large = torch.rand(2, 3, 32, 32), torch.rand(2, 3, 96, 96)
    dark = large.clone()
    dark[..., 64:] = 0
    with torch.inference_mode():
        assert difference(converted(small)[:, :, 0, 0], model(small)) < 1e-5
        before, after = (converted(images)[:, :, 0, 0] for images in (large, dark))
    assert torch.equal(before, after) == ends
