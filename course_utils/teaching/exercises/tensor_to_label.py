"""Checks of the exercises on what a classifier computes."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)
from course_utils.teaching.measurements import read_measurement


@exercise("how far apart")
def how_far_apart(difference: float) -> None:
    """By how much one logit of two must be larger, for a probability of 0.9."""
    slips = {
        9: "9 to 1 are the odds; how far apart must the logits be for them?",
        math.log(10): "1 in 10 is a probability; what are the odds?",
        math.log10(9): "each step multiplies the odds by e, not by 10",
        math.log2(9): "each step multiplies the odds by e, not by 2",
        -math.log(9): "so far apart, but bees must have the larger one",
        0.8: "that is the difference of the probabilities; the logits are asked for",
        0.9: "that is the probability; the logits are asked for",
        math.log(0.9): "that is the logarithm of a probability; what are the odds?",
    }
    require_number(difference, math.log(9), slips=slips)


@exercise("softmax")
def softmax(answer: Callable[[Tensor], Tensor]) -> None:
    """Logits ``(N, K)`` → probabilities, for small and for huge logits."""
    for rows in (
        [[2.0, 0.0]],
        [[0.0, 0.0, 0.0], [3.0, 2.0, 1.0]],
        [[100.0, 99.0], [-100.0, -99.0]],
        [[1000.0, 0.0, 0.0], [0.0, 1000.0, 0.0], [0.0, 0.0, 1000.0]],
        [[1000.0, 1000.0, 0.0], [0.0, 1000.0, 1000.0]],
    ):
        _try_softmax(answer, torch.tensor(rows), 1e-5)
    huge = torch.tensor([[3000.0, 2999.0], [0.0, 1.0], [-1e5, 1e5]], dtype=torch.float64)
    _try_softmax(answer, huge, 1e-6)


def _try_softmax(answer: Callable[[Tensor], Tensor], logits: Tensor, within: float) -> None:
    before, call = logits.clone(), f"{name_of(answer)}({logits.tolist()})"
    found = answer(logits)
    assert torch.equal(logits, before), f"{call} changes the logits that it gets"
    require_close(call, found, before.softmax(dim=1), absolute=within, relative=within)


@exercise("when to be silent")
def when_to_be_silent(share_answered: float) -> None:
    """The share of new pictures that are answered, if 98 of 100 answers shall be right."""
    sure, is_right = _fresh_answers()
    chosen_on, tried_on = slice(None, 1000), slice(1000, None)
    threshold = _lowest_threshold(sure[chosen_on], is_right[chosen_on])
    answered = sure[tried_on] >= threshold
    share = float(answered.float().mean())
    own = _lowest_threshold(sure[tried_on], is_right[tried_on])
    slips = {
        threshold: "that is the threshold; which share of the pictures does it answer?",
        float((sure[chosen_on] >= threshold).float().mean()): "that is the share of the first "
        "thousand, on which the threshold was chosen",
        float(is_right[tried_on][answered].float().mean()): "that is how many of these answers are "
        "right; how many of the pictures are answered?",
        float((sure[tried_on] >= own).float().mean()): "choose the threshold on the first thousand",
        1 - share: "that is the share of pictures that go to a person",
        100 * share: "give it as a share, from 0 to 1",
        1000 * share: "that is a number of pictures; give it as a share, from 0 to 1",
    }
    require_number(share_answered, share, absolute=0.005, slips=slips)


def _fresh_answers() -> tuple[Tensor, Tensor]:
    """How sure the network is of its answer to each new picture, and whether it is right."""
    rows = read_measurement("tensor_to_label", "fresh pictures").rows
    difference = torch.tensor([row["log_odds"] for row in rows])
    is_bee = torch.tensor([row["label"] == "bees" for row in rows])
    return difference.abs().sigmoid(), (difference > 0) == is_bee


def _lowest_threshold(sure: Tensor, is_right: Tensor) -> float:
    """The lowest threshold, in hundredths, above which 98 of 100 answers are right."""
    thresholds = [percent / 100 for percent in range(50, 100)]
    return next(t for t in thresholds if is_right[sure >= t].float().mean() >= 0.98)


@exercise("one logit is enough")
def one_logit_is_enough(answer: Callable[[nn.Linear], nn.Module]) -> None:
    """A last layer of two outputs → one of a single output with the same probability of class 1."""
    for features in (5, 128):
        _try_one_logit(answer, features)


def _try_one_logit(answer: Callable[[nn.Linear], nn.Module], features: int) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        layer, inputs = nn.Linear(features, 2), torch.randn(7, features)
    with torch.no_grad():
        probability = layer(inputs).softmax(dim=1)[:, 1:]
        slips = _slips_with_one_logit(layer, inputs)
    before = {name: value.clone() for name, value in layer.state_dict().items()}
    call = f"{name_of(answer)}(nn.Linear({features}, 2))"
    single = answer(layer)
    after = layer.state_dict()
    unchanged = all(torch.equal(value, after[name]) for name, value in before.items())
    assert unchanged, f"{call} changes the weights of the layer that it gets"
    assert single is not None, f"{call} gives None: does the function return something?"
    assert isinstance(single, nn.Linear), f"{call} gives {type(single).__name__}, not nn.Linear"
    sizes = single.in_features, single.out_features
    require_equal(f"inputs and outputs of {call}", sizes, (features, 1))
    found = single(inputs).detach()
    for mistake, wrong in slips.items():
        assert not torch.allclose(found, wrong, atol=1e-5), f"{call} {mistake}"
    require_close(f"sigmoid of {call}(features)", found.sigmoid(), probability)


def _slips_with_one_logit(layer: nn.Linear, features: Tensor) -> dict[str, Tensor]:
    """What known mistakes give instead of the one logit, and what to say of each."""
    first, second = layer(features).split(1, dim=1)
    weights = layer.weight[1:] - layer.weight[:1]
    return {
        "gives the probability of class 0": first - second,
        "looks at the logit of class 1 alone: what does class 0 say?": second,
        "forgets the bias": features @ weights.T,
        "takes the bias of class 1 alone": features @ weights.T + layer.bias[1:],
        "gives a probability; a logit is asked for": (second - first).sigmoid(),
    }
