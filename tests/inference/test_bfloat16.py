"""Which parts of a network compute in bfloat16. Whether the answers agree: test_preparation."""

import torch
from torch import Tensor, nn

from course_utils.inference.bfloat16 import compute_in_bfloat16


class Inside(nn.Module):
    """Notes the types that its layers give, and uses one layer's weight by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.linear = nn.Conv2d(3, 4, 1), nn.Linear(4, 4)
        self.norm, self.up = nn.LayerNorm(4), nn.ConvTranspose2d(4, 4, 2, 2)
        self.kinds: dict[str, torch.dtype] = {}

    def forward(self, x: Tensor) -> Tensor:
        features = self.up(self.conv(x))
        rows = features.flatten(2).transpose(1, 2)  # (N, cells, 4)
        own = nn.functional.linear(rows, self.linear.weight)
        result: Tensor = self.norm(self.linear(rows))
        self.kinds = {"up": features.dtype, "own": own.dtype}
        return result + own


def test_weights_that_are_used_by_others_are_served_too() -> None:
    torch.manual_seed(0)
    model, images = Inside().eval().requires_grad_(False), torch.randn(2, 3, 4, 4)
    expected = model(images)
    compute_in_bfloat16(model)
    found = model(images)
    assert model.conv.weight.dtype == model.linear.weight.dtype == torch.bfloat16
    assert model.norm.weight.dtype == model.up.weight.dtype == torch.float32
    assert model.kinds == {"up": torch.float32, "own": torch.bfloat16}
    gap = (found.float() - expected).abs().max() / expected.abs().max()
    assert 0 < float(gap) < 0.05
