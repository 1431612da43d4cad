"""Answers to the exercises of the chapter ``fcn``: wrong ones, and right ones."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from notebook_exercises import RightAnswers, WrongAnswers, solution

loss_of = solution("loss of pixels")
BACKWARD = "(loss / known).backward()"


def _mean_of_the_parts(net: nn.Module, images: Tensor, labels: Tensor, size: int) -> None:
    parts = list(zip(images.split(size), labels.split(size), strict=True))
    for x, y in parts:
        loss = F.cross_entropy(net(x), y, ignore_index=255) / len(parts)
        if loss.isfinite():
            torch.autograd.backward(loss)


def _one_graph(net: nn.Module, images: Tensor, labels: Tensor, size: int) -> None:
    logits = torch.cat([net(x) for x in images.split(size)])
    loss = F.cross_entropy(logits, labels, ignore_index=255, reduction="sum")
    torch.autograd.backward(loss / max(int((labels != 255).sum()), 1))


def _over_positions(net: nn.Module, images: Tensor, labels: Tensor, size: int) -> None:
    known = max(int((labels != 255).sum()), 1)
    for k in range(0, len(images), size):
        x, y = images[k : k + size], labels[k : k + size]
        each = F.cross_entropy(net(x), y, ignore_index=255, reduction="none")
        torch.autograd.backward(each.sum() / known)


WRONG: WrongAnswers = {
    "same accuracy": {
        "accuracy": 0.9,
        "the ant alone": 15 / 35,
        "background alone": 165 / 185,
        "before": 0.45,
        "recall": (165 / 180 + 15 / 20) / 2,
        "precision": (165 / 170 + 15 / 30) / 2,
        "shared counted twice": (165 / 350 + 15 / 50) / 2,
        "Dice": (330 / 350 + 30 / 50) / 2,
        "weighted by size": 0.9 * 165 / 185 + 0.1 * 15 / 35,
        "percent": 66.0,
    },
    "loss of pixels": {
        "divide by all pixels": {".mean()": ".sum() / labels.numel()"},
        "sum of the pixels": {".mean()": ".sum()"},
        "void as background": {
            "    counted = labels": (
                "    labels = labels.where(labels != 255, 0)\n    counted = labels"
            )
        },
        "with PyTorch's own": lambda logits, labels: (
            F.cross_entropy(logits, labels, ignore_index=255)
            if (labels != 255).any()
            else 0 * logits.sum()
        ),
        "with its relative": lambda logits, labels: (
            nn.NLLLoss(ignore_index=255)(logits.log_softmax(dim=1), labels)
            if (labels != 255).any()
            else 0 * logits.sum()
        ),
        "nan where all is void": {"not counted.any()": "False"},
        "softmax over the rows": {"log_softmax(dim=1)": "log_softmax(dim=2)"},
        "mean of the pictures": lambda logits, labels: (
            sum(map(loss_of, logits.split(1), labels.split(1))) / len(logits)
        ),
        "the sign lost": {"return -picked": "return picked"},
        "no gradient": {"[counted].mean()": "[counted].mean().item()"},
        "detached": {"logits.log_softmax": "logits.detach().log_softmax"},
        "log of the softmax": {"logits.log_softmax(dim=1)": "logits.softmax(dim=1).log()"},
        "the labels changed": {
            "classes = labels.where(counted, 0)": ("labels[~counted] = 0\n    classes = labels")
        },
    },
    "three ways to enlarge": {
        "accuracies": [0.951, 0.946, 0.898],
        "stretched to the size": [0.697, 0.542, 0.545],
        "always the learned layer": [0.697, 0.697, 0.697],
        "two exchanged": [0.672, 0.697, 0.545],
        "percent": [69.7, 67.2, 54.5],
        "one number": 0.697,
        "too few": [0.697, 0.672],
        "void as background": [0.632, 0.612, 0.5],
    },
    "a batch in parts": {
        "the mean of the parts": _mean_of_the_parts,
        "the sum": {BACKWARD: "loss.backward()"},
        "only the last part": {BACKWARD: f"net.zero_grad()\n        {BACKWARD}"},
        "all parts held until the end": _one_graph,
        "all at once": {"images.split(size), labels.split(size)": "[images], [labels]"},
        "the last part dropped": {
            "images.split(size)": "images[: len(images) // size * size].split(size)",
            "strict=True": "strict=False",
        },
        "void as background": {
            "F.cross_entropy(net(x), y, ignore_index=255, ": (
                "F.cross_entropy(net(x), y.where(y != 255, 0), "
            )
        },
        "divided by all pixels": {"(labels != 255).sum().clamp(min=1)": "labels.numel()"},
        "a step, too": {
            BACKWARD: f"{BACKWARD}\n    for w in net.parameters():\n        w.data -= 0.1 * w.grad"
        },
    },
}

RIGHT: RightAnswers = {
    "same accuracy": {"rounded": 0.66},
    "loss of pixels": {
        "pixels first": {
            "picked = logs.gather(1, classes[:, None])[:, 0]": (
                "picked = logs.permute(0, 2, 3, 1).gather(3, classes[..., None])[..., 0]"
            )
        },
        "by the logarithm of the sum": {
            "logits.log_softmax(dim=1)": "logits - logits.logsumexp(dim=1, keepdim=True)"
        },
    },
    "three ways to enlarge": {"rounded": [0.70, 0.67, 0.55]},
    "a batch in parts": {
        "no clamp: no pixel counts, and no gradient": {".clamp(min=1)": ""},
        "in a loop over positions": _over_positions,
    },
}
