"""ResNeXt's published networks: what they cost, counted here, and their errors on ImageNet.

Sources, all top-1 errors in percent, of one crop of 224×224 from each of the 50,000 validation
pictures: Xie et al., "Aggregated Residual Transformations for Deep Neural Networks" (2017), tables
3 and 4; and for ``FIVE_RUNS`` the model zoo of pycls, by the authors of "Designing Network Design
Spaces" (2020): https://github.com/facebookresearch/pycls/blob/main/MODEL_ZOO.md.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import torch

from course_utils.analysis.cost import count_multiply_adds, count_parameters
from course_utils.models.blocks import Bottleneck
from course_utils.models.resnet import ResNet

LAYERS = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3), 200: (3, 24, 36, 3)}
"""Blocks in each stage, by the number of layers."""

ERRORS = {
    (1, 64): (23.9, 22.0),
    (2, 40): (23.0, 21.7),
    (4, 24): (22.6, 21.4),
    (8, 14): (22.3, 21.3),
    (32, 4): (22.2, 21.2),
}
"""Groups and channels of a group → errors with 50 layers and with 101 (table 3)."""

TWICE = {
    (200, 1, 64): 21.7,
    (101, 1, 100): 21.3,
    (101, 2, 64): 20.7,
    (101, 64, 4): 20.4,
}
"""Layers, groups, width → error, at twice the multiply–adds of ResNet-101 (table 4)."""


class FiveRuns(NamedTuple):
    """The mean error of five trainings, and the time of 64 pictures on one V100 in ms."""

    error: float
    milliseconds: int


FIVE_RUNS = {
    (50, 1, 64): FiveRuns(23.2, 53),
    (101, 1, 64): FiveRuns(21.4, 90),
    (152, 1, 64): FiveRuns(20.9, 130),
    (50, 32, 4): FiveRuns(21.9, 78),
    (101, 32, 4): FiveRuns(20.7, 137),
    (152, 32, 4): FiveRuns(20.4, 197),
}
"""Layers, groups, width → what pycls gives, of one recipe for all with 100 epochs."""


@dataclass(frozen=True)
class Counted:
    """Of a network: parameters, and the work for one picture of 224×224.

    Attributes:
        parameters: Numbers that training can change.
        multiply_adds: Products that are added to a sum.
    """

    parameters: int
    multiply_adds: int


@cache
def network_cost(layers: int, groups: int, width: int) -> Counted:
    """Count a network of bottlenecks, without numbers in it.

    Args:
        layers: 50, 101, 152 or 200.
        groups: Of every 3×3 convolution.
        width: Channels of a group in the first stage.
    """
    with torch.device("meta"):
        network = ResNet(Bottleneck, LAYERS[layers], groups=groups, width_per_group=width)
    work = count_multiply_adds(network.eval(), (1, 3, 224, 224))
    return Counted(count_parameters(network), work)


def ladder_data() -> dict[str, Any]:
    """What the figure ``ladder`` shows: costs that PyTorch has counted, and published errors."""
    groups = [2**k for k in range(8)]
    one, wider, more = (network_cost(50, g, d) for g, d in ((1, 8), (1, 16), (2, 8)))
    costs = {}
    for kind in ("parameters", "multiply_adds"):
        base, twice_wide, twice_many = (getattr(count, kind) for count in (one, wider, more))
        # the sum is a + b·g·d + c·g·d²
        c = (twice_wide - twice_many) // (16**2 - 2 * 8**2)
        b = (twice_many - base - c * 64) // 8
        costs[kind] = [base - b * 8 - c * 64, b, c]
    counted = []
    for g, d in ((1, 64), (2, 40), (8, 14), (32, 4), (1, 128), (16, 8), (128, 1)):
        cost = network_cost(50, g, d)
        counted.append([g, d, _block_weights(g, d), cost.parameters, cost.multiply_adds])
    return {
        "channels": 256,
        "groups": groups,
        "width": 128,
        "budget": _block_weights(1, 64),
        **costs,
        "rungs": [
            {"groups": g, "width": d, "errors": list(both)} for (g, d), both in ERRORS.items()
        ],
        "names": {"1×64d": "ResNet-50", "32×4d": "ResNeXt-50", "1×128d": "Wide ResNet-50-2"},
        "checks": counted,
    }


def _block_weights(groups: int, width: int) -> int:
    """Weights of the three convolutions of a block of the first stage."""
    with torch.device("meta"):
        block = Bottleneck(256, 64, groups=groups, width_per_group=width)
    return sum(layer.weight.numel() for layer in (block.conv1, block.conv2, block.conv3))
