"""Answers to the exercises of the chapter ``fine_tuning``: wrong ones, and right ones."""

import math
import random
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers

Batches = list[tuple[Tensor, Tensor]]


def _clears_after_the_step(
    model: nn.Module, batches: Batches, optimizer: torch.optim.Optimizer, epochs: int
) -> list[float]:
    model.train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
            module.eval()
    losses = []
    for _ in range(epochs):
        charges = []
        for images, labels in batches:
            charge = nn.functional.cross_entropy(model(images), labels, reduction="none")
            torch.autograd.backward(charge.mean())
            optimizer.step()
            optimizer.zero_grad()
            charges.append(charge.detach())
        losses.append(torch.cat(charges).mean().item())
    return losses


def _tensor_of_losses(
    model: nn.Module, batches: Batches, optimizer: torch.optim.Optimizer, epochs: int
) -> Tensor:
    return torch.tensor(_clears_after_the_step(model, batches, optimizer, epochs))


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
    "the loop": {
        "without zero_grad": {"            optimizer.zero_grad()\n": ""},
        "frozen norms move": {"                module.eval()": "                pass"},
        "all norms still": {" and not module.weight.requires_grad": ""},
        "not in train mode": {"        model.train()\n": ""},
        "no step": {"            optimizer.step()\n": ""},
        "step before backward": {
            "            loss.backward()\n            optimizer.step()\n": (
                "            optimizer.step()\n            loss.backward()\n"
            )
        },
        "a step for each epoch": {
            "            optimizer.step()\n": "",
            "        losses.append": "        optimizer.step()\n        losses.append",
        },
        "one epoch": {"range(epochs)": "range(1)"},
        "one epoch too many": {"range(epochs)": "range(epochs + 1)"},
        "mean of the batches": {
            "loss.item() * len(labels)": "loss.item()",
            "count += len(labels)": "count += 1",
        },
        "sums": {"loss.item() * len(labels)": "loss.item()", "total / count": "total"},
        "the last batch": {"losses.append(total / count)": "losses.append(loss.item())"},
        "never starts anew": {
            "        total, count = 0.0, 0\n": "",
            "    losses = []\n": "    losses, total, count = [], 0.0, 0\n",
        },
        "only the last epoch": {"return losses": "return losses[-1]"},
        "returns nothing": {"    return losses": "    print(losses)"},
    },
    "few pictures": {
        "one kind": 0.5,
        "all pictures": 0.817,
        "on what they learned from": 1.0,
        "two of each": 0.696,
        "five of each": 0.753,
        "twenty of each": 0.779,
        "the first of each": 0.777,
        "in percent": 76.7,
        "wrong ones": 0.233,
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
        "the order of a set": {"sorted(set(pictures))": "list(set(pictures))"},
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
    "the loop": {"cleared after": _clears_after_the_step, "a tensor": _tensor_of_losses},
    "few pictures": {"rounded": 0.77, "not rounded": 0.7667, "a tensor": torch.tensor(0.767)},
    "a split without a leak": {"by a permutation": _on_and_on, "by a sample": _sampled},
}
