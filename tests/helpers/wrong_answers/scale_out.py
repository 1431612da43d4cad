"""Answers to the exercises of the chapter ``scale_out``: wrong ones, and right ones."""

from math import log2

import torch
from torch import Tensor

from notebook_exercises import RightAnswers, WrongAnswers

Rounds = list[list[Tensor]]


def _stacked(gradients: list[Tensor], counts: list[int]) -> Tensor:
    """Of all parts at once, those without labels left out."""
    kept = torch.tensor(counts) > 0
    weights = torch.tensor(counts, dtype=torch.float32)[kept]
    parts = torch.stack(gradients)[kept]
    return (parts * weights[:, None]).sum(dim=0) / max(sum(counts), 1)


def _zeros_for_nan(gradients: list[Tensor], counts: list[int]) -> Tensor:
    total = max(sum(counts), 1)
    pairs = zip(gradients, counts, strict=True)
    return torch.stack([g.nan_to_num() * (c / total) for g, c in pairs]).sum(dim=0)


def _weights_of_zero(gradients: list[Tensor], counts: list[int]) -> Tensor:
    total = max(sum(counts), 1)
    return torch.stack([g * (c / total) for g, c in zip(gradients, counts, strict=True)]).sum(0)


def _mean_of_those_with_labels(gradients: list[Tensor], counts: list[int]) -> Tensor:
    kept = [g for g, c in zip(gradients, counts, strict=True) if c]
    return torch.stack(kept).mean(dim=0) if kept else torch.zeros_like(gradients[0])


def _into_the_first(gradients: list[Tensor], counts: list[int]) -> Tensor:
    gradients[0] *= counts[0] / max(sum(counts), 1)
    total = gradients[0].nan_to_num_()
    for gradient, count in zip(gradients[1:], counts[1:], strict=True):
        if count:
            total += gradient * (count / sum(counts))
    return total


def _far_ones_first(gradients: list[Tensor]) -> Rounds:
    held, rounds = list(gradients), []
    for k in reversed(range(int(log2(len(held))))):
        held = [held[p] + held[p ^ (1 << k)] for p in range(len(held))]
        rounds.append(held)
    return rounds


def _in_one_direction(gradients: list[Tensor]) -> Rounds:
    """Each sends to the right and hears from the left: all distances double."""
    n, rounds = len(gradients), []
    held = torch.stack(gradients)
    for k in range(int(log2(n))):
        held = held + held.roll(1 << k, dims=0)
        rounds.append(list(held))
    return rounds


def _by_blocks(gradients: list[Tensor]) -> Rounds:
    """Halves of blocks meet, as in sorting by merging."""
    held, rounds, half = [g.clone() for g in gradients], [], 1
    while half < len(held):
        after = []
        for p in range(len(held)):
            partner = p + half if p % (2 * half) < half else p - half
            after.append(held[p] + held[partner])
        held = after
        rounds.append([one.clone() for one in held])
        half *= 2
    return rounds


def _one_after_the_other(gradients: list[Tensor]) -> Rounds:
    """Who comes later in a round hears what was added in it."""
    held, rounds, distance = list(gradients), [], 1
    while distance < len(held):
        for p in range(len(held)):
            held[p] = held[p] + held[p ^ distance]
        rounds.append(list(held))
        distance *= 2
    return rounds


def _in_place(gradients: list[Tensor]) -> Rounds:
    held, rounds, distance = gradients, [], 1
    while distance < len(held):
        sent = [one.clone() for one in held]
        for p in range(len(held)):
            held[p] += sent[p ^ distance]
        rounds.append([one.clone() for one in held])
        distance *= 2
    return rounds


def _whole_gradients_in_a_ring(gradients: list[Tensor]) -> Rounds:
    held, rounds, sent = list(gradients), [], list(gradients)
    for _ in range(len(held) - 1):
        sent = [sent[p - 1] for p in range(len(held))]
        held = [own + came for own, came in zip(held, sent, strict=True)]
        rounds.append(held)
    return rounds


def _all_to_all(gradients: list[Tensor]) -> Rounds:
    total = torch.stack(gradients).sum(dim=0)
    return [[total] * len(gradients)] * int(log2(len(gradients)))


def _always_the_neighbor(gradients: list[Tensor]) -> Rounds:
    held, rounds = list(gradients), []
    for _ in range(int(log2(len(held)))):
        held = [held[p] + held[p ^ 1] for p in range(len(held))]
        rounds.append(held)
    return rounds


WRONG: WrongAnswers = {
    "the shortest step": {
        "once around": 11.46,
        "once around, rounded": 11,
        "sends one gradient less": 12,
        "forget what is sent": 12.75,
        "forget what is sent, rounded": 13,
        "half of the messages": 14.14,
        "half of the messages, rounded": 14,
        "forget to halve": 18,
        "forget the root": 100,
        "once around, messages too": 16.2,
        "once around, messages too, rounded": 16,
        "forget to halve, not rounded": 18.03,
        "the cheaper one": 5,
        "the time": 326,
        "the time with one device more": 326.4,
        "nothing more": 9,
        "as many as there are": 128,
        "a word": "ten",
    },
    "gradient of unequal parts": {
        "plain mean": {"count / sum(counts)": "1 / len(counts)"},
        "sum of all": {"(count / sum(counts))": "1"},
        "weight without dividing": {"count / sum(counts)": "count"},
        "divide by the processes": {"count / sum(counts)": "count / len(counts)"},
        "a weight of 0 for nan": {"if count:": "if sum(counts):"},
        "nan times 0": _weights_of_zero,
        "mean of the parts with labels": _mean_of_those_with_labels,
        "write into what it gets": _into_the_first,
        "return a list": lambda gradients, counts: gradients,
        "largest part": lambda gradients, counts: gradients[counts.index(max(counts))],
    },
    "a norm without the batch": {
        "in the other order": [7e-16, 0.2221],
        "batch norm twice": [0.2221, 0.2221],
        "group norm twice": [7e-16, 7e-16],
        "in single precision": [0.2221, 3e-6],
        "other weights": [0.2221, 0.31],
        "only the first step": [0.0029, 0.0],
        "only the last step": [0.1236, 1e-15],
        "the mean distance": [0.0402, 1e-15],
        "the losses at the end": [1.0969, 1.1],
        "one number": [0.2221],
        "a number": 0.2221,
        "nothing in the list": [None, None],
        "a list in the list": [[0.2221], 0.0],
        "all distances": [torch.zeros(60), torch.zeros(60)],
        "signs": [-0.2221, 0.0],
    },
    "the butterfly": {
        "one after the other": _one_after_the_other,
        "into what it gets": _in_place,
        "whole gradients in a ring": _whole_gradients_in_a_ring,
        "from nowhere": _all_to_all,
        "always the neighbor": _always_the_neighbor,
        "only the last round": {"return rounds": "return [held]"},
        "the sum alone": {"return rounds": "return held"},
        "the mean": {
            "held[p] + held[p ^ distance]": "(held[p] + held[p ^ distance]) / 2",
        },
        "with the start": {
            "held, rounds, distance = list(gradients), [], 1": (
                "held, distance = list(gradients), 1; rounds = [held]"
            )
        },
        "a round too few": {"distance < len(held)": "2 * distance < len(held)"},
    },
}

RIGHT: RightAnswers = {
    "the shortest step": {"a decimal number": 10.0},
    "gradient of unequal parts": {"stacked": _stacked, "zeros for nan": _zeros_for_nan},
    "a norm without the batch": {
        "a tuple": (0.2221, 0.0),
        "rounded": [0.22, 1e-15],
        "tensors": [torch.tensor(0.2221), torch.tensor(7e-16)],
    },
    "the butterfly": {
        "far ones first": _far_ones_first,
        "in one direction": _in_one_direction,
        "by blocks": _by_blocks,
    },
}
