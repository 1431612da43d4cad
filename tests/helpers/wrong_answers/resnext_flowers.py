"""Answers to the exercises of the chapter ``resnext_flowers``: wrong ones, and right ones."""

import random
from fractions import Fraction
from itertools import combinations

import numpy as np
import torch
from scipy import stats
from torch import Tensor, nn

from notebook_exercises import RightAnswers, WrongAnswers


def _sampled(first: list[float], second: list[float]) -> float:
    """A thousand deals by chance, not all."""
    dice, everything, size = random.Random(0), [*first, *second], len(first)
    real, hits = abs(sum(first) / size - sum(second) / len(second)), 0
    for _ in range(1000):
        dice.shuffle(everything)
        one, two = everything[:size], everything[size:]
        hits += abs(sum(one) / size - sum(two) / len(two)) >= real - 1e-9
    return hits / 1000


def _load_what_fits(model: nn.Module, state: dict[str, Tensor]) -> None:
    own = model.state_dict()
    fitting = {n: t for n, t in state.items() if n in own and own[n].shape == t.shape}
    model.load_state_dict(fitting, strict=False)


def _refuse_too_late(model: nn.Module, state: dict[str, Tensor]) -> None:
    own = model.state_dict()
    _load_what_fits(model, {n: t for n, t in state.items() if not n.startswith("fc.")})
    names = own.keys() | state.keys()
    for name in sorted(n for n in names if not n.startswith("fc.")):
        if name not in own or name not in state or own[name].shape != state[name].shape:
            raise ValueError(name)


def _head_too_if_it_fits(model: nn.Module, state: dict[str, Tensor]) -> None:
    body = {n: t for n, t in state.items() if not n.startswith("fc.")}
    _strictly(model, body)
    if state["fc.bias"].shape == model.get_parameter("fc.bias").shape:
        model.load_state_dict(state)


def _strictly(model: nn.Module, state: dict[str, Tensor]) -> None:
    own = model.state_dict()
    body = {n: t for n, t in state.items() if n not in ("fc.weight", "fc.bias")}
    for name in {**own, **body}:
        if name in ("fc.weight", "fc.bias"):
            continue
        if name not in body or name not in own or own[name].shape != body[name].shape:
            raise ValueError(f"{name} does not fit")
    model.load_state_dict(body, strict=False)


WRONG: WrongAnswers = {
    "three above three": {
        "one direction": 0.05,
        "three tosses": 0.125,
        "three tosses, either": 0.25,
        "six tosses": 1 / 64,
        "six tosses, either": 1 / 32,
        "ordered": 1 / 720,
        "ordered, either": 1 / 360,
        "ordered threes": 1 / 120,
        "ordered threes, either": 1 / 60,
        "how many ways": 20,
        "how many of them": 2,
        "percent": 10,
    },
    "dealt anew": {
        "one direction": {
            "return abs(one / len(first) - (total - one) / len(second))": "return (total - one)"
            " / len(second) - one / len(first)"
        },
        "only more": {"- 1e-9": "+ 1e-9"},
        "heaps of half": {
            "combinations(everything, len(first))": "combinations(everything, len(everything) // 2)"
        },
        "sums, not means": {"one / len(first) - (total - one) / len(second)": "2 * one - total"},
        "heaps of equal size": {"(total - one) / len(second)": "(total - one) / len(first)"},
        "without the real one": {
            "sum(larger) / len(larger)": "(sum(larger) - 1) / (len(larger) - 1)"
        },
        "how many": {"sum(larger) / len(larger)": "sum(larger)"},
        "each value once": {"combinations(everything,": "combinations(set(everything),"},
        "ties by rounding": {" - 1e-9": ""},
        "drawn by chance": _sampled,
        "Welch": lambda first, second: float(
            stats.ttest_ind(second, first, equal_var=False).pvalue
        ),
        "ranks": lambda first, second: float(stats.mannwhitneyu(second, first).pvalue),
        "changes its lists": {
            "    total = sum(everything)": "    first.sort()\n    total = sum(everything)"
        },
    },
    "without color": {
        "a share": 0.6,
        "those that are": 28,
        "really roses": 40,
        "gray flowers on green ground": 90,
        "right ones": 44,
        "dandelions": 75,
        "of 20": 12,
        "with color": 41,
        "all": 200,
        "not a number": float("nan"),
    },
    "all but the head": {
        "load what fits": _load_what_fits,
        "refuse too late": _refuse_too_late,
        "the head, too, if it fits": _head_too_if_it_fits,
        "not strict": lambda model, state: model.load_state_dict(
            {n: t for n, t in state.items() if not n.startswith("fc.")}, strict=False
        ),
        "PyTorch's own error": lambda model, state: model.load_state_dict(state),
        "all that begins with fc": {
            '("fc.weight", "fc.bias")': "[n for n in names if n[:2] == 'fc']"
        },
        "shapes are not compared": {" or own[name].shape != state[name].shape": ""},
        "how many numbers": {
            "own[name].shape != state[name].shape": "own[name].numel() != state[name].numel()"
        },
        "what is missing is not": {"name not in state or ": "name in state and "},
        "names everything": {"not fit: {wrong}": "not fit: {sorted(names)}"},
        "names nothing": {'f"does not fit: {wrong}"': '"does not fit"'},
        "pops the head": {"    own = model": "    state.pop('fc.weight')\n    own = model"},
    },
}


def _by_numpy(first: list[float], second: list[float]) -> float:
    values, size = np.array([*first, *second], float), len(first)
    rows = np.array(list(combinations(range(len(values)), size)))
    one = values[rows].sum(axis=1)
    gaps = np.abs(one / size - (values.sum() - one) / len(second))
    return float(np.mean(gaps >= abs(np.mean(first) - np.mean(second)) - 1e-9))


def _by_fractions(first: list[float], second: list[float]) -> float:
    one, two = ([Fraction(str(value)) for value in values] for values in (first, second))
    everything, size = one + two, len(one)
    real = abs(sum(one) / size - sum(two) / len(two))
    hits, deals = 0, 0
    for chosen in combinations(range(len(everything)), size):
        heap = sum(everything[k] for k in chosen)
        hits += abs(heap / size - (sum(everything) - heap) / len(two)) >= real
        deals += 1
    return hits / deals


def _by_copy(model: nn.Module, state: dict[str, Tensor]) -> None:
    """The strict loader of PyTorch does the work, once the own head is put in."""
    own = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    head = {name: own[name] for name in ("fc.weight", "fc.bias")}
    merged = {**state, **head}
    wrong = sorted(merged.keys() ^ own.keys())
    wrong += [n for n in merged if n in own and merged[n].shape != own[n].shape]
    if wrong:
        raise ValueError(", ".join(wrong))
    model.load_state_dict(merged)


RIGHT: RightAnswers = {
    "three above three": {"a fraction": 2 / 20, "a tensor": torch.tensor(0.1)},
    "dealt anew": {"numpy": _by_numpy, "fractions": _by_fractions},
    "without color": {"another processor": 118, "a tensor": torch.tensor(121)},
    "all but the head": {"in one loop": _strictly, "by copy": _by_copy},
}
