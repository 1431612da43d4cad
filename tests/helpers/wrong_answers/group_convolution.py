"""Answers to the exercises of the chapter ``group_convolution``: wrong ones, and right ones."""

import numpy as np
import torch
from torch import Tensor

from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "half-filled registers": {
        "the work": 12,
        "a share of the work": 1 / 12,
        "a share": 1 / 6,
        "kernels as deep as before": 0.5,
        "one group": 72,
        "one register without groups": 1,
        "idle half": 2,
        "numbers of a register": 16,
        "another number": 5.996,
    },
    "one dense kernel": {
        "repeat instead of zeros": lambda weight, groups: weight.repeat(1, groups, 1, 1),
        "repeat and divide": lambda weight, groups: weight.repeat(1, groups, 1, 1) / groups,
        "channels in turn": {"column : column + inside": "group::groups"},
        "all in the first block": {"group * len(block), group * inside": "group * len(block), 0"},
        "rows in the first block": {"group * len(block), group * inside": "0, group * inside"},
        "kernels dealt in turn": lambda weight, groups: _dealt(weight, groups, "kernels"),
        "channels dealt in turn": lambda weight, groups: _dealt(weight, groups, "channels"),
        "leave it as it is": lambda weight, groups: weight,
        "without signs": {"return dense": "return dense.abs()"},
        "groups in reverse": {"weight.chunk(groups)": "weight.chunk(groups)[::-1]"},
        "changes what it gets": {"    return dense": "    weight *= 0\n    return dense"},
        "whole numbers": {"dtype=weight.dtype": "dtype=torch.int"},
        "the usual type": {", dtype=weight.dtype": ""},
    },
    "how many layers": {
        "a number": 2,
        "shuffles": [1, 1, 1, 2, 5],
        "reversed": [6, 3, 2, 2, 2],
        "no shuffle": [20, 20, 20, 20, 20],
        "one shuffle is enough": [2, 2, 2, 2, 2],
        "one too many": [2, 2, 2, 3, 7],
        "as many as groups": [2, 4, 8, 16, 32],
        "four numbers": [2, 2, 3, 6],
        "words": ["two"] * 5,
        "digits as text": ["2", "2", "2", "3", "6"],
        "not whole": [2, 2, 2, 3, 6.9],
        "endless": [float("inf")] * 5,
        "no numbers": [float("nan")] * 5,
    },
    "the nearest separable layer": {
        "without the sizes": {" * sizes[:, None, :m]": ""},
        "the smallest": {"right[:, :m]": "right[:, -m:]", "left[:, :, :m]": "left[:, :, -m:]"},
        "channels mixed up": {
            "right[:, :m].reshape(": "right[:, :m].transpose(0, 1).reshape(",
        },
        "the mean of the kernels": lambda weight, m: (
            weight.mean(0).repeat_interleave(m, 0)[:, None],
            torch.ones(len(weight), weight.shape[1] * m, 1, 1) / m,
        ),
        "one weight only": {"return depthwise, pointwise": "return depthwise"},
        "all channels at once": lambda weight, m: _at_once(weight, m),
        "always one kernel": lambda weight, m: _always_one(weight, m),
        "changes what it gets": {
            "    return depthwise, p": "    weight *= 0\n    return depthwise, p"
        },
    },
}


def _at_once(weight: Tensor, m: int) -> tuple[Tensor, Tensor]:
    """The same m kernels for every channel."""
    n, channels, k, _ = weight.shape
    u, s, v = torch.linalg.svd(weight.reshape(n * channels, k * k), full_matrices=False)
    mixing = (u[:, :m] * s[:m]).reshape(n, channels * m, 1, 1)
    return v[:m].repeat(channels, 1).reshape(channels * m, 1, k, k), mixing


def _always_one(weight: Tensor, m: int) -> tuple[Tensor, Tensor]:
    depthwise, pointwise = _by_channel(weight, m)
    keep = (torch.arange(len(depthwise)) % m == 0).double()
    return depthwise * keep.view(-1, 1, 1, 1), pointwise


def _by_channel(weight: Tensor, m: int = 1) -> tuple[Tensor, Tensor]:
    """One channel after the other, with the sizes on the side of the kernels."""
    kernels, mixings = [], []
    for channel in weight.unbind(1):
        u, s, vh = np.linalg.svd(channel.flatten(1).numpy(), full_matrices=False)
        kernels.append(torch.tensor((s[:m, None] * vh[:m]).reshape(m, 1, *channel.shape[1:])))
        mixings.append(torch.tensor(u[:, :m]))
    return torch.cat(kernels), torch.cat(mixings, dim=1)[..., None, None]


def _by_least_squares(weight: Tensor, m: int = 1) -> tuple[Tensor, Tensor]:
    """The kernels are eigenvectors; the 1×1 weights are projections onto them."""
    n, channels, k, _ = weight.shape
    tables = weight.transpose(0, 1).flatten(2)
    best = torch.linalg.eigh(tables.mT @ tables)[1][:, :, -m:]  # (C, k·k, m)
    mixing = (tables @ best).transpose(0, 1).reshape(n, channels * m, 1, 1)
    return best.mT.reshape(channels * m, 1, k, k), mixing


def _dealt(weight: Tensor, groups: int, what: str) -> Tensor:
    n, inside, height, width = weight.shape
    dense = torch.zeros(n, groups * inside, height, width, dtype=weight.dtype)
    for o in range(n):
        if what == "kernels":
            start = (o % groups) * inside
            dense[o, start : start + inside] = weight[o]
        else:
            dense[o, o // (n // groups) :: groups] = weight[o]
    return dense


def _by_mask(weight: Tensor, groups: int) -> Tensor:
    n, inside = weight.shape[:2]
    mask = torch.block_diag(*[torch.ones(n // groups, inside)] * groups)
    return weight.repeat(1, groups, 1, 1) * mask[..., None, None]


def _by_einsum(weight: Tensor, groups: int) -> Tensor:
    n, inside, height, width = weight.shape
    blocks = weight.reshape(groups, n // groups, inside, height, width)
    placed = torch.einsum("goikl,gh->gohikl", blocks, torch.eye(groups, dtype=weight.dtype))
    return placed.reshape(n, groups * inside, height, width)


RIGHT: RightAnswers = {
    "half-filled registers": {"a quotient": 6 * 96 / (12 * 8), "a tensor": torch.tensor(6)},
    "one dense kernel": {"by a mask": _by_mask, "by einsum": _by_einsum},
    "how many layers": {"a tensor": torch.tensor([2, 2, 2, 3, 6]), "a tuple": (2, 2, 2, 3, 6)},
    "the nearest separable layer": {
        "by channel": _by_channel,
        "by eigenvectors": _by_least_squares,
    },
}
