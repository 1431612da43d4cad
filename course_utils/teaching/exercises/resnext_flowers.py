"""Checks of the exercises on two networks of one size: seeds, colors, and weights that fit."""

from collections.abc import Callable, Sequence
from itertools import combinations
from numbers import Real

import torch
from torch import Tensor, nn

from course_utils.teaching.exercises.checks import (
    exercise,
    name_of,
    require_close,
    require_number,
)

Results = Sequence[float]
State = dict[str, Tensor]
_HEAD = ("fc.weight", "fc.bias")


@exercise("three above three")
def three_above_three(probability: float) -> None:
    """That all three of one lie above all three of the other, whichever it is: 2 of 20."""
    slips: dict[float, str] = {
        0.05: "that is one network above the other; it may be the other way round",
        1 / 8: "three pairs won are less than all above all",
        1 / 4: "three pairs won are less than all above all",
        1 / 64: "the six places are not tossed one by one: three of six go to each",
        1 / 32: "the six places are not tossed one by one: three of six go to each",
        1 / 720: "which of the three is the highest does not matter",
        1 / 360: "which of the three is the highest does not matter",
        1 / 120: "how many ways are there to give three of six places to one network?",
        1 / 60: "how many ways are there to give three of six places to one network?",
        20: "that is how many ways there are; in how many of them does it happen?",
        10: "the probability is asked for, from 0 to 1",
        2: "that is in how many ways it happens; of how many?",
    }
    require_number(probability, 0.1, absolute=0.001, slips=slips)


@exercise("dealt anew")
def dealt_anew(answer: Callable[[list[float], list[float]], float]) -> None:
    """Two lists of results → in which share of all deals the means differ as much, or more."""
    for first, second in (
        ([183, 184, 183], [186, 184, 187]),
        ([180, 190], [185, 185]),
        ([1, 2, 3], [7, 8, 9]),
        ([9, 8, 7], [3, 2, 1]),
        ([5, 5, 6], [6, 5, 5]),
        ([180, 186, 191, 185], [178, 179]),
        ([1, 2], [3, 5, 8, 13]),
        ([0.93, 0.93, 0.92], [0.92, 0.95, 0.9, 0.9]),
    ):
        given = list(first), list(second)
        call = f"{name_of(answer)}({first}, {second})"
        found = answer(*given)
        assert given == (first, second), f"{call} changes the lists that it gets"
        found = [float(found)] if isinstance(found, Real) else found
        given_back = torch.tensor(found).double() if isinstance(found, list) else found
        require_close(call, given_back, torch.tensor([_share(first, second)]).double())


def _share(first: Results, second: Results) -> float:
    everything, size = [*first, *second], len(first)
    total = sum(everything)

    def gap(one: float) -> float:
        return abs(one / size - (total - one) / len(second))

    gaps = [gap(sum(heap)) for heap in combinations(everything, size)]
    return sum(other > gap(sum(first)) - 1e-9 for other in gaps) / len(gaps)


@exercise("without color")
def without_color(roses: float) -> None:
    """Of 200 gray pictures, so many are called roses by the stored network: about 120."""
    require_number(roses, 120, absolute=10, slips=_NOT_ROSES)


_NOT_ROSES: dict[float, str] = {
    0.6: "how many of the 200 pictures? That is a share",
    40: "so many are roses, or are right; count all that are called so",
    90: "is the ground gray, too?",
    75: "are you counting the dandelions?",
}


@exercise("all but the head")
def all_but_the_head(answer: Callable[[nn.Module, State], object]) -> None:
    """Load a state into a network with another head; refuse what does not fit, changing nothing."""
    call = f"{name_of(answer)}(model, state)"
    for classes in (3, 5, 7):
        model, state = _network(5, seed=1), _network(classes, seed=2).state_dict()
        head, given = model.fc.weight.clone(), _copy(state)
        answer(model, state)
        assert _same(state, given), f"{call} changes the state that it gets"
        loaded = model.state_dict()
        missed = [n for n in state if not n.startswith("fc.") and not loaded[n].equal(state[n])]
        assert not missed, f"{call} does not load {missed[0]}"
        assert model.fc.weight.equal(head), f"{call} also loads the head, for {classes} classes"
    for what, change in _MISFITS:
        model, state = _network(5, seed=1), _network(7, seed=2).state_dict()
        change(state)
        before = _copy(model.state_dict())
        try:
            answer(model, state)
        except ValueError as error:
            name = next(
                name
                for name in ("fcn.weight", "body.1.weight", "body.0.weight", "body.0.bias")
                if name in what
            )
            assert name in str(error), f"your ValueError does not name {name}"
            fitting = [n for n in before if n not in (name, *_HEAD) and n in str(error)]
            assert not fitting, f"your ValueError names {fitting[0]}, which fits"
        except Exception as error:
            raise AssertionError(
                f"with {what}, {call} raises {type(error).__name__}, not your ValueError"
            ) from error
        else:
            raise AssertionError(f"{call} says nothing about {what}")
        assert _same(model.state_dict(), before), f"with {what}, {call} has changed your model"


def _without(name: str) -> Callable[[State], object]:
    return lambda state: state.pop(name)


def _with(name: str, *shape: int) -> Callable[[State], object]:
    return lambda state: state.update({name: torch.ones(shape)})


_MISFITS: tuple[tuple[str, Callable[[State], object]], ...] = (
    ("a state without body.1.weight", _without("body.1.weight")),
    ("a state without body.0.bias", _without("body.0.bias")),
    ("a body.1.weight of another shape", _with("body.1.weight", 9)),
    ("a body.0.bias of another shape that could be spread", _with("body.0.bias", 1)),
    (
        "a body.0.weight of another shape with as many numbers",
        _with("body.0.weight", 3, 4, 3, 3),
    ),
    ("an unknown fcn.weight", _with("fcn.weight", 5)),
)


class _Small(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
        self.fc = nn.Linear(4, classes)


def _network(classes: int, seed: int) -> _Small:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = _Small(classes)
        for tensor in network.state_dict().values():
            if tensor.is_floating_point():
                tensor.uniform_(0.1, 1)
            else:
                tensor.fill_(seed)
    return network


def _copy(state: State) -> State:
    return {name: tensor.clone() for name, tensor in state.items()}


def _same(one: State, other: State) -> bool:
    return one.keys() == other.keys() and all(one[name].equal(other[name]) for name in one)
