"""Answers to the exercises of the chapter ``model_zoo``: wrong ones, and right ones."""

import torch
from torch import nn

from course_utils.analysis import count_multiply_adds
from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "a larger kernel": {
        "without the depthwise part": 25.0,
        "without the 1×1": 128.0,
        "kernels of 3×3": 8.4,
        "the other way round": 0.05,
        "five weights": 4.8,
        "the cost itself": 19_584,
        "a full kernel and a 1×1": 0.96,
        "rounded to whole": 21,
    },
    "nobody beats them": {
        "the most accurate only": lambda networks: [
            name for name, _, top1 in networks if top1 == max(one[2] for one in networks)
        ],
        "beaten only if worse in both": {"<= one[1]": "< one[1]", ">= one[2]": "> one[2]"},
        "beaten only by a cheaper one": {"other[1] <= one[1]": "other[1] < one[1]"},
        "beaten only by a more accurate one": {"other[2] >= one[2]": "other[2] > one[2]"},
        "twins beat each other": {"other[1:] != one[1:]": "other is not one"},
        "cheapest first": {"one in networks": "one in sorted(networks, key=lambda one: one[1])"},
        "the tuples": {"[one[0] for one": "[one for one"},
        "the beaten ones": {"if not any(": "if any("},
        "large is cheap": {"other[1] <= one[1]": "other[1] >= one[1]"},
        "sorts what it gets": {
            "    return [one[0]": "    networks.sort(key=lambda one: one[1])\n    return [one[0]",
        },
        "best so far": lambda networks: _best_so_far(networks),
        "each name once": lambda networks: list(dict.fromkeys(_by_sorting(networks))),
    },
    "narrower or smaller": {
        "half the picture": 0.268,
        "the parameters": 0.261,
        "both": 0.072,
        "a quarter of the channels": 0.075,
        "by the rule": 0.25,
        "half": 0.5,
        "times fewer": 3.755,
        "in percent": 26.6,
        "what is saved": 0.734,
        "two digits": 0.27,
    },
    "a counter of your own": {
        "without groups": {
            "layer.weight[0].numel()": "inputs[0].shape[1] * layer.weight[0, 0].numel()"
        },
        "positions of the input": {"output.numel()": "inputs[0].numel()"},
        "weights only": {"output.numel() * layer.weight[0].numel()": "layer.weight.numel()"},
        "one picture": {"output.numel()": "output[0].numel()"},
        "FLOPs": {"return total": "return 2 * total"},
        "leaves its hooks": {"hook.remove()": "pass"},
        "the surface": {"model.modules()": "model.children()"},
        "convolutions only": {"nn.Conv2d | nn.Linear": "nn.Conv2d"},
        "with biases": {
            "layer.weight[0].numel()": "(layer.weight[0].numel() + (layer.bias is not None))",
        },
        "square kernels": {
            "layer.weight[0].numel()": "layer.weight[0].numel() // layer.weight[0, 0].numel() "
            "* layer.weight.shape[-1] ** 2 if layer.weight.dim() == 4 else layer.weight.shape[1]",
        },
        "each layer once": {
            "total += output.numel() * layer.weight[0].numel()": (
                "seen[layer] = output.numel() * layer.weight[0].numel()"
            ),
            "    total = 0\n": "    total, seen = 0, {}\n",
            "return total": "return sum(seen.values())",
        },
        "in train mode": {
            "            model(images)\n": "            model.train()\n            model(images)\n"
        },
        "clears everybody's hooks": {
            "            hook.remove()": "            [m._forward_hooks.clear() for m in counted]"
        },
        "leaves its hooks after an error": {
            "    finally:": "    except ZeroDivisionError:\n        pass\n    else:"
        },
    },
}


def _best_so_far(networks: list[tuple[str, float, float]]) -> list[str]:
    found: list[str] = []
    best = -1.0
    for name, _, accuracy in networks:
        if accuracy > best:
            found.append(name)
            best = accuracy
    return found


def _by_sorting(networks: list[tuple[str, float, float]]) -> list[str]:
    places = sorted(range(len(networks)), key=lambda k: (networks[k][1], -networks[k][2]))
    kept: list[int] = []
    for place in places:
        last = networks[kept[-1]][1:] if kept else (0, -1)
        if networks[place][2] > last[1] or networks[place][1:] == last:
            kept.append(place)
    return [networks[place][0] for place in sorted(kept)]


def _with_tensors(networks: list[tuple[str, float, float]]) -> list[str]:
    if not networks:
        return []
    cost, top1 = torch.tensor([one[1:] for one in networks]).double().T
    as_good = (cost[None] <= cost[:, None]) & (top1[None] >= top1[:, None])
    better = (cost[None] < cost[:, None]) | (top1[None] > top1[:, None])
    beaten = (as_good & better).any(dim=1).tolist()
    return [one[0] for one, lost in zip(networks, beaten, strict=True) if not lost]


def _by_sizes(model: nn.Module, images: torch.Tensor) -> int:
    counts: list[int] = []

    def convolution(layer: nn.Conv2d, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        high, wide = layer.kernel_size
        counts.append(output.numel() * layer.in_channels // layer.groups * high * wide)

    def connected(layer: nn.Linear, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        counts.append(inputs[0].numel() * layer.out_features)

    hooks = []
    for part in model.modules():
        if isinstance(part, nn.Conv2d):
            hooks.append(part.register_forward_hook(convolution))
        elif isinstance(part, nn.Linear):
            hooks.append(part.register_forward_hook(connected))
    try:
        with torch.no_grad():
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return sum(counts)


RIGHT: RightAnswers = {
    "a larger kernel": {
        "rounded": 20.9,
        "not rounded": 3200 / 153,
        "a tensor": torch.tensor(20.92),
    },
    "nobody beats them": {"by sorting": _by_sorting, "with tensors": _with_tensors},
    "narrower or smaller": {"rounded": 0.266, "a tensor": torch.tensor(0.2663)},
    "a counter of your own": {
        "by sizes": _by_sizes,
        "by PyTorch": lambda model, images: count_multiply_adds(model, tuple(images.shape)),
    },
}
