"""Checks of the exercises on what a classifier computes."""

import math
from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor, nn

from course_utils.data import dataset_path, find_images, load_image
from course_utils.data.transforms import IMAGENET_MEAN, IMAGENET_STD
from course_utils.inference import Classifier
from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_equal,
    require_number,
)


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


@exercise("in the dusk")
def in_the_dusk(half_as_bright: float) -> None:
    """The accuracy on the validation pictures when they are half as bright."""
    measured = _measured_dusk()
    slips = {
        measured["sure"]: "that is the mean probability; what is the accuracy?",
        measured["daylight"]: "that is the accuracy by daylight",
        measured["quarter"]: "that is the accuracy at a quarter of the light",
        measured["normalized twice"]: "measure wants the colors from 0 to 1, plain",
        100 * measured["right"]: "give it as a share, from 0 to 1",
        1 - measured["right"]: "that is the share of wrong answers",
        measured["too late"]: "the factor belongs to the colors from 0 to 1, before they are "
        "normalized",
    }
    within = 1.01 * measured["one picture"]
    require_number(half_as_bright, measured["right"], absolute=within, slips=slips)


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


@cache
def _measured_dusk() -> dict[str, float]:
    """What can be measured of the validation pictures, right or by a slip."""
    classifier = Classifier.from_checkpoint("insects-resnet18", device="cpu")
    paths = list(find_images([dataset_path("insects") / "val"]))
    names = list(classifier.class_names)
    truth = torch.tensor([names.index(path.parent.name) for path in paths])
    normalized = torch.stack([classifier.transform(load_image(path)) for path in paths])
    mean, std = (torch.tensor(v).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_STD))

    def measure(batch: Tensor) -> tuple[float, float]:
        best = classifier.probabilities(batch).max(dim=1)
        return float((best.indices == truth).float().mean()), float(best.values.mean())

    def at(factor: float) -> tuple[float, float]:
        return measure(((normalized * std + mean) * factor - mean) / std)

    right, sure = at(0.5)
    return {
        "right": right,
        "sure": sure,
        "daylight": at(1)[0],
        "quarter": at(0.25)[0],
        "too late": measure(normalized * 0.5)[0],
        "normalized twice": measure((normalized * 0.5 - mean) / std)[0],
        "one picture": 1 / len(paths),
    }
