"""Answers to the exercises of the chapter ``resnext``: wrong ones, and right ones."""

import math

import torch
from torch import nn

from notebook_exercises import RightAnswers, WrongAnswers, solution

width_for = solution("the missing rung")


def _root(channels: int, groups: int, budget: int) -> float:
    half = channels * groups
    return (math.sqrt(half**2 + 9 * groups * budget) - half) / (9 * groups)


def _weights(channels: int, groups: int, width: int) -> int:
    return 2 * channels * groups * width + 9 * groups * width**2


def _by_counting_up(channels: int, groups: int, budget: int) -> int:
    width = 1
    while abs(_weights(channels, groups, width + 1) - budget) < abs(
        _weights(channels, groups, width) - budget
    ):
        width += 1
    return width


def _around_the_root(channels: int, groups: int, budget: int) -> int:
    below = max(1, int(_root(channels, groups, budget)))
    return min(
        (below, below + 1), key=lambda width: abs(_weights(channels, groups, width) - budget)
    )


def _merge_in_place(paths: list[nn.Sequential]) -> nn.Sequential:
    """Right, but it writes its result into the first path."""
    merged: nn.Sequential = solution("from paths to groups")(paths)
    with torch.no_grad():
        paths[0][0].weight.zero_()
    return merged


def _layer_by_layer(paths: list[nn.Sequential]) -> nn.Sequential:
    """Layers are changed, not filled."""
    groups, width = len(paths), len(paths[0][0].weight)
    channels = len(paths[0][6].weight)
    layers: list[nn.Module] = []
    for place, layer in enumerate(paths[0]):
        own = [path[place] for path in paths]
        if isinstance(layer, nn.BatchNorm2d):
            norm = nn.BatchNorm2d(groups * width)
            for name in ("weight", "bias", "running_mean", "running_var"):
                joined = torch.cat([getattr(one, name).detach() for one in own])
                getattr(norm, name).data = joined
            norm.num_batches_tracked = layer.num_batches_tracked
            layers.append(norm)
        elif isinstance(layer, nn.Conv2d):
            kernel = layer.kernel_size[0]
            sizes = {0: (channels, groups * width), 6: (groups * width, channels)}
            entering, leaving = sizes.get(place, (groups * width,) * 2)
            made = nn.Conv2d(
                entering,
                leaving,
                kernel,
                padding=kernel // 2,
                groups=groups if place == 3 else 1,
                bias=False,
            )
            made.weight.data = torch.cat([one.weight.detach() for one in own], int(place == 6))
            layers.append(made)
        else:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers).train(paths[0].training)


def _dense_with_zeros(paths: list[nn.Sequential]) -> nn.Sequential:
    """The right sums, but a middle without groups, and zeros between the paths."""
    merged: nn.Sequential = solution("from paths to groups")(paths)
    grouped = merged.get_parameter("3.weight")
    inner, width = grouped.shape[:2]
    spread = torch.zeros(inner, inner, 3, 3)
    for start in range(0, inner, width):
        own = slice(start, start + width)
        spread[own, own] = grouped[own].detach()
    merged[3] = nn.Conv2d(inner, inner, 3, padding=1, bias=False)
    merged.get_parameter("3.weight").data = spread
    return merged


def _with_zeros_as_bias(paths: list[nn.Sequential]) -> nn.Sequential:
    """The right sums, but the last layer has a bias, of zeros."""
    merged: nn.Sequential = solution("from paths to groups")(paths)
    merged[6].bias = nn.Parameter(torch.zeros(len(merged.get_parameter("6.weight"))))
    return merged


def _switches_the_paths(paths: list[nn.Sequential], training: bool) -> nn.Sequential:
    """Right, but it leaves the first path in another mode."""
    merged: nn.Sequential = solution("from paths to groups")(paths)
    paths[0].train(training)
    return merged


def _of_the_first_path(paths: list[nn.Sequential]) -> nn.Sequential:
    return paths[0]


WRONG: WrongAnswers = {
    "a slim network": {
        "one group": 24,
        "the width": 6,
        "a group of the first stage": 3,
        "a width of 3": 96,
        "a width of 4": 128,
        "a width of 5": 160,
        "a width of 7": 224,
        "as if it began with 64": 384,
        "the second stage": 48,
        "one too many": 193,
    },
    "the missing rung": {
        "the largest that fits": {"abs(": "float('inf') if weights > budget else abs("},
        "the smallest that is enough": {"abs(": "float('inf') if weights < budget else abs("},
        "divide the width": lambda channels, groups, budget: max(
            1, width_for(channels, 1, budget) // groups
        ),
        "as if it were dense": {"9 * groups * width**2": "9 * (groups * width) ** 2"},
        "one layer of 1×1": {"2 * channels": "channels"},
        "a 1×1 in the middle": {"9 * groups": "groups"},
        "the root, rounded": lambda channels, groups, budget: max(
            1, round(_root(channels, groups, budget))
        ),
        "the root, rounded down": lambda channels, groups, budget: max(
            1, int(_root(channels, groups, budget))
        ),
        "from 0 on": {"range(1, ": "range(0, "},
        "all groups together": lambda channels, groups, budget: (
            groups * width_for(channels, groups, budget)
        ),
        "not a whole number": _root,
    },
    "a norm that looks around": {
        "all channels": 1,
        "the channels of a path": 4,
        "four paths": 8,
        "two paths": 16,
        "half a path": 64,
        "each channel": 128,
    },
    "from paths to groups": {
        "columns as rows": {'dim = 1 if name == "6.weight" else 0': "dim = 0"},
        "repeat the first path": {
            "[path.state_dict() for path in paths]": "[paths[0].state_dict() for path in paths]"
        },
        "last weights in reverse": {
            "torch.cat(parts, dim)": (
                "torch.cat(parts, dim).flip(1) if dim else torch.cat(parts, dim)"
            )
        },
        "batch norm forgets": {"joined[name] =": 'if "running" not in name: joined[name] ='}
        | {"load_state_dict(joined)": "load_state_dict(joined, strict=False)"},
        "batch norm is left out": {
            "merged.load_state_dict(joined)": "merged.load_state_dict({k: v for k, v in "
            'joined.items() if k[0] in "036"}, strict=False)'
        },
        "the sign of the mean": {
            "merged.load_state_dict(joined)": 'joined["1.running_mean"] *= -1\n    '
            "merged.load_state_dict(joined)"
        },
        "fresh weights": {"    merged.load_state_dict(joined)\n": ""},
        "a dense middle": _dense_with_zeros,
        "another network": lambda paths: nn.Sequential(
            *(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4), nn.ReLU()) * 2, nn.Conv2d(4, 4, 1)
        ),
        "no padding": {"3, padding=1": "3"},
        "batch norm forgets the batches": {
            "merged.load_state_dict(joined)": "merged.load_state_dict({k: v for k, v in "
            'joined.items() if "batches" not in k}, strict=False)'
        },
        "always in eval mode": {"merged.train(paths[0].training)": "merged.eval()"},
        "always in train mode": {"merged.train(paths[0].training)": "merged"},
        "only the container is switched": {
            "return merged.train(paths[0].training)": "merged.training = paths[0].training\n"
            "    return merged"
        },
        "without ReLU": {
            "        nn.ReLU(),\n        nn.Conv2d(inner, channels": "        nn.Conv2d"
            "(inner, channels"
        },
        "the first path": _of_the_first_path,
        "changes what it gets": _merge_in_place,
        "a bias of zeros": _with_zeros_as_bias,
        "switches a path to eval": lambda paths: _switches_the_paths(paths, False),
        "switches a path to train": lambda paths: _switches_the_paths(paths, True),
    },
}

RIGHT: RightAnswers = {
    "a slim network": {"a product": 8 * 24, "a decimal": 192.0},
    "the missing rung": {"counting up": _by_counting_up, "around the root": _around_the_root},
    "a norm that looks around": {"a product": 128 // 4, "a tensor": torch.tensor(32)},
    "from paths to groups": {
        "layer by layer": _layer_by_layer,
        "train or eval": {
            "merged.train(paths[0].training)": "merged.train() if paths[0][1].training "
            "else merged.eval()"
        },
    },
}
