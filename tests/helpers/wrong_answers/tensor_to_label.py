"""Answers to the exercises of the chapter ``tensor_to_label``: wrong ones, and right ones."""

import math

import torch
from torch import nn

from notebook_exercises import RightAnswers, WrongAnswers

WRONG: WrongAnswers = {
    "how far apart": {
        "the odds": 9.0,
        "probability for odds": math.log(10),
        "steps of ten": math.log10(9),
        "steps of two": math.log2(9),
        "ants larger": -2.2,
        "difference of the probabilities": 0.8,
        "logarithm of the probability": math.log(0.9),
        "the probability": 0.9,
        "one digit": 2.0,
    },
    "softmax": {
        "overflows": {"(logits - logits.max(dim=1, keepdim=True).values)": "logits"},
        "over the pictures": lambda logits: logits.softmax(dim=0),
        "less the minimum": {"max(dim=1, keepdim=True).values": "min(dim=1, keepdim=True).values"},
        "less the first": {"logits.max(dim=1, keepdim=True).values": "logits[:, :1]"},
        "less the last": {"logits.max(dim=1, keepdim=True).values": "logits[:, -1:]"},
        "in double precision": {
            "(logits - logits.max(dim=1, keepdim=True).values)": "logits.double()",
        },
        "less 500": {"logits.max(dim=1, keepdim=True).values": "500"},
        "less the mean": {"max(dim=1, keepdim=True).values": "mean(dim=1, keepdim=True)"},
        "less the maximum of the batch": {"max(dim=1, keepdim=True).values": "max()"},
        "divided by the sum": lambda logits: logits / logits.sum(dim=1, keepdim=True),
        "cut off": {"logits - logits.max(dim=1, keepdim=True).values": "logits.clamp(-80, 80)"},
        "shares of the batch": {"powers.sum(dim=1, keepdim=True)": "powers.sum()"},
        "logarithms": lambda logits: logits.log_softmax(dim=1),
        "changes what it gets": {
            "powers = (logits - logits": "logits -= logits.max(dim=1, keepdim=True).values\n"
            "    powers = (logits - logits",
        },
    },
    "when to be silent": {
        "the threshold": 0.91,
        "of the first thousand": 0.767,
        "right answers": 0.989,
        "chosen on the second thousand": 0.794,
        "those for a person": 0.24,
        "in percent": 76.0,
        "a number of pictures": 760,
        "chosen on all": 0.782,
        "for 97 of 100": 0.834,
    },
    "one logit is enough": {
        "class 1 alone": {" - layer.weight[:1]": "", " - layer.bias[:1]": ""},
        "the other way round": {
            "layer.weight[1:] - layer.weight[:1]": "layer.weight[:1] - layer.weight[1:]",
            "layer.bias[1:] - layer.bias[:1]": "layer.bias[:1] - layer.bias[1:]",
        },
        "a bias of its own": {
            "        single.bias.copy_(layer.bias[1:] - layer.bias[:1])\n": "",
        },
        "bias of class 1": {" - layer.bias[:1]": ""},
        "the mean of both": {
            "layer.weight[1:] - layer.weight[:1]": "layer.weight.mean(dim=0, keepdim=True)",
        },
        "half the difference": {"(layer.weight[1:] - layer.weight[:1])": "(layer.weight[1:] / 2)"},
        "changes what it gets": {
            "    return single": "        layer.weight -= layer.weight[:1].clone()\n"
            "    return single",
        },
        "a probability": lambda layer: nn.Sequential(layer, nn.Sigmoid()),
        "for 5 features only": lambda layer: _by_diff(layer) if layer.in_features == 5 else None,
        "two outputs": lambda layer: layer,
    },
}


def _by_logsumexp(logits: torch.Tensor) -> torch.Tensor:
    return (logits - logits.logsumexp(dim=1, keepdim=True)).exp()


def _built_in(logits: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.softmax(logits, dim=-1)


def _by_diff(layer: nn.Linear) -> nn.Module:
    single = nn.Linear(layer.in_features, 1)
    single.weight = nn.Parameter(layer.weight.detach().diff(dim=0))
    single.bias = nn.Parameter(layer.bias.detach().diff(dim=0))
    return single


def _by_state(layer: nn.Linear) -> nn.Module:
    single = nn.Linear(layer.in_features, 1)
    single.load_state_dict({n: v[1:2] - v[0:1] for n, v in layer.state_dict().items()})
    return single


RIGHT: RightAnswers = {
    "how far apart": {"rounded": 2.2, "not rounded": math.log(9), "a tensor": torch.tensor(2.197)},
    "softmax": {"by logsumexp": _by_logsumexp, "built in": _built_in},
    "when to be silent": {
        "rounded": 0.76,
        "higher threshold": 757 / 1000,
        "a tensor": torch.tensor(0.76),
    },
    "one logit is enough": {"by diff": _by_diff, "by its state": _by_state},
}
