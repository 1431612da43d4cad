"""Answers to the exercises of the chapter ``resnet_from_blocks``: wrong ones, and right ones."""

import re
from typing import Any

import torch
from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers

KERNELS, NORMS = 64 * 128 + 128 * 256 + 256 * 512, 2 * (128 + 256 + 512)
PREFIX = 'name.removeprefix("module.")'


def _changes_the_file(weights: dict[str, Tensor]) -> Any:
    for name in list(weights):
        weights[name.removeprefix("module.")] = weights.pop(name)
    return _by_expression(weights)


WRONG: WrongAnswers = {
    "what the shortcuts cost": {
        "without batch norm": KERNELS,
        "one number a channel": KERNELS + NORMS // 2,
        "with statistics": KERNELS + 2 * NORMS,
        "with biases": KERNELS + NORMS + 896,
        "kernels of 3×3": 9 * KERNELS + NORMS,
        "four stages": KERNELS + NORMS + 64 * 64 + 128,
        "every block": 2 * (KERNELS + NORMS),
        "norms of the input": KERNELS + 2 * (64 + 128 + 256),
        "as many channels as come out": 128**2 + 256**2 + 512**2 + NORMS,
        "as many channels as come in": 64**2 + 128**2 + 256**2 + NORMS,
        "the shortcuts": 3,
        "one too many": KERNELS + NORMS + 1,
    },
    "a file without a name": {
        "the first seven letters cut": {PREFIX: "name[7:]"},
        "all before the first point cut": {PREFIX: 'name.split(".", 1)[-1]'},
        "letters stripped": {PREFIX: 'name.lstrip("module.")'},
        "the prefix left": {PREFIX: "name"},
        "the last block by its name": {
            'len({n.split(".")[1] for n in names if n.startswith(f"layer{k}.")})': "int(max("
            'n.split(".")[1] for n in names if n.startswith(f"layer{k}."))) + 1'
        },
        "one digit": {
            'n.split(".")[1] for n in names': "n[7] for n in names",
        },
        "entries instead of blocks": {
            'len({n.split(".")[1] for n in names if n.startswith(f"layer{k}.")})': "len([n for n in"
            ' names if n.startswith(f"layer{k}.")])'
        },
        "one block too few": {"(1, 2, 3, 4)\n    ]": "(1, 2, 3, 4)\n    ]\n    counts[0] -= 1"},
        "always two convolutions": {'3 if "layer1.0.conv3.weight" in names else 2': "2"},
        "conv3 anywhere": {
            'if "layer1.0.conv3.weight" in names': 'if any("conv3" in n for n in names)'
        },
        "the layers of the name": {
            "return 3 if": "return 2 + 3 * sum(counts) if",
        },
        "three stages": {"(1, 2, 3, 4)": "(1, 2, 3)"},
        "the file changed": _changes_the_file,
        "nothing": lambda weights: None,
    },
    "a network without a block": {
        "the whole network": [0.797] * 4,
        "one after the other": [0.766, 0.7, 0.631, 0.58],
        "a block twice in stage 1": [0.734, 0.751, 0.731, 0.789],
        "in percent": [76.6, 75.1, 73.1, 78.9],
        "the losses": [0.031, 0.046, 0.066, 0.008],
        "without the shortcut": [0.0, 0.051, 0.02, 0.763],
        "a guess": [0.125] * 4,
        "from stage 4 to 1": [0.789, 0.731, 0.751, 0.766],
        "a mean": 0.76,
        "by size": [0.789, 0.766, 0.751, 0.731],
        "in train mode": [0.76, 0.757, 0.709, 0.746],
    },
    "layers that do nothing": {
        "loaded and no more": {"for block in blocks": "for block in ()"},
        "the first batch norm": {'"bn3" if': '"bn1" if', 'else "bn2"': 'else "bn1"'},
        "the second of each": {'"bn3" if': '"bn2" if'},
        "the bias left": {'        tensors[f"{block}.{last}.bias"].zero_()\n': ""},
        "the weight left": {'        tensors[f"{block}.{last}.weight"].zero_()\n': ""},
        "every block": {
            '{".".join(name.split(".")[:2]) for name in missing}': '{".".join(name.split(".")[:2])'
            ' for name in tensors if name.startswith("layer")}'
        },
        "not loaded": {
            "load_state_dict(weights, strict=False)": "load_state_dict({}, strict=False)"
        },
        "nothing returned": {"    return network": "    return"},
        "the file returned": {"return network": "return tensors"},
        "kernels, too": {
            '        tensors[f"{block}.{last}.bias"].zero_()\n': (
                '        tensors[f"{block}.{last}.bias"].zero_()\n'
                '        tensors[f"{block}.conv1.weight"].zero_()\n'
            )
        },
        "the blocks taken out": {
            '        tensors[f"{block}.{last}.bias"].zero_()\n': (
                "        stage, place = block.split('.')\n"
                "        getattr(network, stage)[int(place)] = nn.Identity()\n"
            )
        },
        "one digit": {'".".join(name.split(".")[:2])': "name[:8]"},
    },
}


def _by_expression(weights: dict[str, Tensor]) -> Any:
    found = [re.match(r"(?:module\.)?layer([1-4])\.(\d+)\.(.*)", name) for name in weights]
    blocks = {(int(m[1]), int(m[2])) for m in found if m}
    inside = 3 if any(m and m[3].startswith("conv3") for m in found) else 2
    return inside, [sum(stage == k for stage, _ in blocks) for k in (1, 2, 3, 4)]


def _by_counting(weights: dict[str, Tensor]) -> Any:
    start = "module." if "module.conv1.weight" in weights else ""
    counts = []
    for k in range(1, 5):
        count = 0
        while f"{start}layer{k}.{count}.conv1.weight" in weights:
            count += 1
        counts.append(count)
    return [3 if f"{start}layer1.0.conv3.weight" in weights else 2, tuple(counts)]


def _by_modules(weights: dict[str, Tensor], network: nn.Module) -> nn.Module:
    """The last norm of each block that the file does not know."""
    network.load_state_dict(weights, strict=False)
    for name, module in network.named_modules():
        if f"{name}.conv1.weight" not in weights and hasattr(module, "bn2"):
            last: nn.Module = getattr(module, "bn3", module.bn2)
            for parameter in last.parameters():
                nn.init.zeros_(parameter)
    return network


def _strictly(weights: dict[str, Tensor], network: nn.Module) -> nn.Module:
    """All norms of the missing blocks give nothing; the rest of a whole file is loaded."""
    whole = dict(network.state_dict()) | weights
    for name, tensor in whole.items():
        if name not in weights and ".bn" in name and name.endswith(("weight", "bias")):
            whole[name] = torch.zeros_like(tensor)
    network.load_state_dict(whole)
    return network


RIGHT: RightAnswers = {
    "what the shortcuts cost": {
        "a sum": 8_448 + 33_280 + 132_096,
        "a tensor": torch.tensor(KERNELS + NORMS),
    },
    "a file without a name": {"by an expression": _by_expression, "by counting": _by_counting},
    "a network without a block": {
        "measured": [0.766, 0.751, 0.731, 0.789],
        "a tensor": torch.tensor([0.763, 0.754, 0.729, 0.791]),
    },
    "layers that do nothing": {"by modules": _by_modules, "strictly": _strictly},
}
