"""What a network refuses, and the sentence that says what would be right."""

import math

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from course_utils.errors import ModelError

STRIDE = 32
"""Pixels of the picture for each position of a ResNet's last stage, in height and in width."""


def require_positive(**values: int) -> None:
    """Refuse a number below 1 by its name.

    Raises:
        ModelError: If there is one.
    """
    for name, value in values.items():
        if value < 1:
            raise ModelError(f"{name}={value}: must be at least 1")


def require_divisor(groups: int, in_channels: int, out_channels: int) -> None:
    """Refuse a number of groups that does not divide the channels of a convolution.

    Raises:
        ModelError: If it does not; the numbers that do are listed.
    """
    require_positive(groups=groups)
    common = math.gcd(in_channels, out_channels)
    if common % groups:
        fitting = ", ".join(str(n) for n in range(1, common + 1) if common % n == 0)
        raise ModelError(
            f"{groups} groups do not divide {in_channels} channels in and {out_channels} out: "
            f"give one of {fitting}"
        )


def require_pictures(x: Tensor, model: nn.Module) -> None:
    """Refuse what is no batch of RGB pictures ``(N, 3, H, W)``, or too little to train on.

    Raises:
        ModelError: If the shape is another one, a side is 0, or the batch norms are in training
            and would have a single value for each channel.
    """
    if x.ndim != 4 or x.shape[1] != 3:
        raise ModelError(
            f"the input has the shape {tuple(x.shape)}; a ResNet takes a batch of RGB pictures "
            f"(N, 3, H, W): {_remedy(tuple(x.shape))}"
        )
    if x.shape[2] < 1 or x.shape[3] < 1:
        raise ModelError(f"the input has the shape {tuple(x.shape)}: each side needs 1 pixel")
    if model.training and _has_one_position(x) and _normalizes_by_batch(model):
        raise ModelError(
            f"the input has the shape {tuple(x.shape)}, which gives the last batch norms one "
            "value for each channel, and one value has no variance: train on two pictures or "
            f"more, or on a side above {STRIDE}; for a prediction call model.eval()"
        )


def _remedy(shape: tuple[int, ...]) -> str:
    if len(shape) == 4 and shape[3] == 3:
        return "for channels that come last write x.permute(0, 3, 1, 2)"
    if len(shape) == 4 and shape[1] == 1:
        return "for gray pictures write x.expand(-1, 3, -1, -1)"
    if len(shape) == 4 and shape[1] == 4:
        return "to leave the transparency out write x[:, :3]"
    if len(shape) == 4:
        return f"these have {shape[1]} channels, and 3 would be right"
    return "for one picture (3, H, W) write x.unsqueeze(0)"


def _has_one_position(x: Tensor) -> bool:
    """Whether one position is left after all strides, of one picture."""
    return x.shape[0] == 1 and max(x.shape[2], x.shape[3]) <= STRIDE


def _normalizes_by_batch(model: nn.Module) -> bool:
    return any(isinstance(module, _BatchNorm) and module.training for module in model.modules())
