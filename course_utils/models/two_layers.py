"""Why groups need three layers: paths of two layers are one wide block of ordinary layers.

Source: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2017), section
3.3 and figure 4.
"""

import torch
from torch import Tensor, nn

from course_utils.errors import ModelError
from course_utils.models.blocks import conv3x3
from course_utils.models.checking import require_positive


class TwoLayerPaths(nn.Module):
    """Paths of two 3×3 layers, C → d → C, which are summed, and a shortcut around them.

    Args:
        channels: C, of the input and of the output.
        groups: Number of paths.
        width: d, channels in the middle of each path.

    Shape:
        ``(N, C, H, W)`` → the same.

    Raises:
        ModelError: If an argument is below 1.
    """

    def __init__(self, channels: int, groups: int, width: int) -> None:
        super().__init__()
        require_positive(channels=channels, groups=groups, width=width)
        self.paths = nn.ModuleList(
            nn.Sequential(
                conv3x3(channels, width),
                nn.BatchNorm2d(width),
                nn.ReLU(inplace=True),
                conv3x3(width, channels),
            )
            for _ in range(groups)
        )
        self.bn2 = nn.BatchNorm2d(channels)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(bn(path_1(x) + … + path_g(x)) + x)``."""
        out = self.bn2(sum(path(x) for path in self.paths))  # (N, C, H, W)
        result: Tensor = self.relu(out + x)
        return result


class DenseBlock(nn.Module):
    """Two ordinary 3×3 layers, C → width → C, and a shortcut around them.

    Shape:
        ``(N, C, H, W)`` → the same.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.conv1 = conv3x3(channels, width)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = conv3x3(width, channels)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        """Compute ``relu(F(x) + x)``."""
        out = self.relu(self.bn1(self.conv1(x)))  # (N, width, H, W)
        out = self.bn2(self.conv2(out))  # (N, C, H, W)
        result: Tensor = self.relu(out + x)
        return result


def as_dense_block(block: TwoLayerPaths) -> DenseBlock:
    """The same function in two ordinary layers of width g·d: no group is left.

    The paths' first layers lie beside each other as rows of one weight, their second layers as
    its columns: to multiply by these columns is to sum the paths.

    Args:
        block: Stays as it is.

    Returns:
        A block in the same mode, with a copy of all weights and running statistics.

    Raises:
        ModelError: If it is not made of two-layer paths.
    """
    if not isinstance(block, TwoLayerPaths):
        raise ModelError(f"{type(block).__name__} has no such form: give a TwoLayerPaths")
    first, norms, _, second = zip(*block.paths, strict=True)
    weight = torch.cat([layer.weight for layer in second], dim=1)  # (C, g·d, 3, 3)
    dense = DenseBlock(weight.shape[0], weight.shape[1]).to(weight)
    dense.load_state_dict(
        {
            "conv1.weight": torch.cat([layer.weight for layer in first]),  # (g·d, C, 3, 3)
            "conv2.weight": weight,
            **_joined([norm.state_dict() for norm in norms], "bn1."),
            **{f"bn2.{name}": tensor for name, tensor in block.bn2.state_dict().items()},
        }
    )
    return dense.train(block.training)


def _joined(states: list[dict[str, Tensor]], prefix: str) -> dict[str, Tensor]:
    """The state of one batch norm for the channels of all; each counted the same batches."""
    return {
        prefix + name: torch.cat([state[name] for state in states]) if tensor.ndim else tensor
        for name, tensor in states[0].items()
    }
