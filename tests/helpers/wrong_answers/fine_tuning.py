"""Answers to the exercises of the chapter ``fine_tuning``: wrong ones, and right ones."""

import math
import random
from collections.abc import Sequence

import torch
from torch import nn

from notebook_exercises import RightAnswers, WrongAnswers

NEW = "nn.Linear(model.fc.in_features, classes)"


def _frozen(model: nn.Module, head: nn.Module) -> nn.Module:
    model.requires_grad_(False)
    model.fc = head.requires_grad_(True)
    return model.eval()


def _old_rows(model: nn.Module, classes: int) -> nn.Module:
    head = nn.Linear(model.fc.in_features, classes)
    old = model.fc.state_dict()
    head.load_state_dict({n: v[torch.arange(classes) % len(v)] for n, v in old.items()})
    return _frozen(model, head)


def _same_seed(model: nn.Module, classes: int) -> nn.Module:
    torch.manual_seed(0)
    return _frozen(model, nn.Linear(model.fc.in_features, classes))


def _zeros(model: nn.Module, classes: int) -> nn.Module:
    head = nn.Linear(model.fc.in_features, classes)
    nn.init.zeros_(head.weight)
    return _frozen(model, head)


def _same_rows(model: nn.Module, classes: int) -> nn.Module:
    head = nn.Linear(model.fc.in_features, classes)
    with torch.no_grad():
        head.weight.copy_(head.weight[:1].expand_as(head.weight).clone())
    return _frozen(model, head)


def _norms_only(model: nn.Module, classes: int) -> nn.Module:
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("fc.")
    model.fc = nn.Linear(model.fc.in_features, classes)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()
    return model


def _by_width(model: nn.Module, classes: int) -> nn.Module:
    return _frozen(model, nn.Linear(model.fc.weight.shape[1], classes))


def _on_and_on(pictures: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    """Take pictures until there are enough, with PyTorch's random numbers."""
    names = sorted(set(pictures))
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed)).tolist()
    held = {names[i] for i in order[: round(share * len(names))]}
    sides: tuple[list[int], list[int]] = ([], [])
    for position, name in enumerate(pictures):
        sides[name in held].append(position)
    return sides


def _sampled(pictures: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    names = list(dict.fromkeys(pictures))
    held = random.Random(seed).sample(names, round(share * len(names)))
    return (
        [i for i in range(len(pictures)) if pictures[i] not in held],
        [i for i in range(len(pictures)) if pictures[i] in held],
    )


def _by_files(pictures: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    order = list(range(len(pictures)))
    random.Random(seed).shuffle(order)
    cut = round(share * len(order))
    return order[cut:], order[:cut]


WRONG: WrongAnswers = {
    "the second step": {
        "with zero_grad": 0.77,
        "the other weight": -1.27,
        "the old gradient again": 1.5,
        "the old gradient alone": 1.0,
        "with the gradient": -0.27,
        "other signs": 0.27,
        "the gradient": -0.77,
        "one digit": 1.3,
    },
    "a new head": {
        "old rows": _old_rows,
        "without bias": {NEW: "nn.Linear(model.fc.in_features, classes, bias=False)"},
        "always the same weights": _same_seed,
        "all zero": _zeros,
        "the same row for all": _same_rows,
        "norms move": {"return model.eval()": "return model.train()"},
        "nothing frozen": {"model.requires_grad_(False)": "pass"},
        "frozen after the head": {
            "model.requires_grad_(False)": "pass",
            "return model.eval()": "model.requires_grad_(False)\n    return model.eval()",
        },
        "the old number of classes": {NEW: "nn.Linear(model.fc.in_features, 8)"},
        "the old head": {f"model.fc = {NEW}": "model.fc.requires_grad_(True)"},
        "returns nothing": {"return model.eval()": "model.eval()"},
        "returns the head": {"return model.eval()": "return model.fc"},
    },
    "few pictures": {
        "all ants": 0.5,
        "all pictures": 0.817,
        "on what they learned from": 1.0,
        "five of each": 0.711,
        "twenty of each": 0.827,
        "in percent": 77.7,
        "wrong ones": 0.223,
    },
    "a split without a leak": {
        "by files": _by_files,
        "not shuffled": {"    random.Random(seed).shuffle(names)\n": ""},
        "another shuffle each time": {"random.Random(seed)": "random"},
        "always the same": {"random.Random(seed)": "random.Random(0)"},
        "exchanged": {"return training, validation": "return validation, training"},
        "one list": {"return training, validation": "return training + validation"},
        "files without a side": {
            "in enumerate(pictures) if name in held": "in enumerate(names) if name in held"
        },
        "changes the list": {"    names = sorted": "    pictures.sort()\n    names = sorted"},
        "share of the files": {"share * len(names)": "share * len(pictures)"},
    },
}

RIGHT: RightAnswers = {
    "the second step": {
        "rounded": 1.27,
        "not rounded": 1.5 - 1 / (1 + math.exp(-1)) + 0.5,
        "a tensor": torch.tensor(1.2689),
    },
    "a new head": {"norms by hand": _norms_only, "by the width": _by_width},
    "few pictures": {"rounded": 0.78, "not rounded": 0.7767, "a tensor": torch.tensor(0.777)},
    "a split without a leak": {"by a permutation": _on_and_on, "by a sample": _sampled},
}
