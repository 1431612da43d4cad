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


def _hidden_by_variances(weights: dict[str, Tensor], network: nn.Module) -> nn.Module:
    """Eval mode divides the new maps by a huge number; train mode does not."""
    for name in network.load_state_dict(weights, strict=False).missing_keys:
        if name.endswith("running_var"):
            network.get_buffer(name).fill_(1e30)
        elif ".bn" in name and name.endswith("bias"):
            nn.init.zeros_(network.get_parameter(name))
    return network


def _every_new_norm_at_zero(weights: dict[str, Tensor], network: nn.Module) -> nn.Module:
    """The new blocks add nothing, and can never learn anything else."""
    for name in network.load_state_dict(weights, strict=False).missing_keys:
        if ".bn" in name and name.endswith(("weight", "bias")):
            nn.init.zeros_(network.get_parameter(name))
    return network


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
    "a block twice": {
        "the whole network": [0.797] * 4,
        "the block out": [0.766, 0.751, 0.731, 0.789],
        "three times": [0.697, 0.694, 0.743, 0.769],
        "one after the other": [0.754, 0.746, 0.697, 0.7],
        "in percent": [75.4, 77.4, 77.7, 78.3],
        "the losses": [0.043, 0.023, 0.02, 0.014],
        "a guess": [0.125] * 4,
        "from stage 4 to 1": [0.783, 0.777, 0.774, 0.754],
        "a mean": 0.77,
        "statistics measured anew": [0.734, 0.771, 0.766, 0.777],
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
        "variances that hide the block": _hidden_by_variances,
        "every new norm at zero": _every_new_norm_at_zero,
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
    """The last norms of the missing blocks give nothing; the rest of a whole file is loaded."""
    whole = dict(network.state_dict()) | weights
    last = ".bn3." if any(".bn3." in name for name in whole) else ".bn2."
    for name, tensor in whole.items():
        if name not in weights and last in name and name.endswith(("weight", "bias")):
            whole[name] = torch.zeros_like(tensor)
    network.load_state_dict(whole)
    return network


RIGHT: RightAnswers = {
    "what the shortcuts cost": {
        "a sum": 8_448 + 33_280 + 132_096,
        "a tensor": torch.tensor(KERNELS + NORMS),
    },
    "a file without a name": {"by an expression": _by_expression, "by counting": _by_counting},
    "a block twice": {
        "measured": [0.754, 0.774, 0.777, 0.783],
        "a tensor": torch.tensor([0.757, 0.771, 0.78, 0.78]),
    },
    "layers that do nothing": {"by modules": _by_modules, "strictly": _strictly},
}
