"""A state is gone on from only if this training can have had it; else its field is named."""

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from course_utils.errors import TrainingError
from course_utils.training import Epoch
from course_utils.training.resumption import require_resumable
from course_utils.training.state import TrainingState
from trainings_of_ten import epoch_of, fresh

Change = Callable[[dict[str, Any]], object]


def states() -> tuple[TrainingState, dict[str, Any]]:
    """A training that has not begun, and the state of one after two epochs."""
    one = fresh()
    for _ in range(2):
        epoch_of(one)
    return fresh(), copy.deepcopy(one.state_dict())


def put(value: object, *keys: object) -> Change:
    """What puts a value at a place in a state."""

    def change(state: Any) -> None:
        for key in keys[:-1]:
            state = state[key]
        state[keys[-1]] = value

    return change


def take(*keys: object) -> Change:
    """What takes a field out of a state."""

    def change(state: Any) -> None:
        for key in keys[:-1]:
            state = state[key]
        del state[keys[-1]]

    return change


def require(state: object) -> object:
    training = fresh()
    parameters = training.optimizer.param_groups[0]["params"]
    return require_resumable(state, training.state_dict(), parameters, len(training.batches))


def test_a_state_of_this_training_passes() -> None:
    _, state = states()
    require(state)
    require({**state, "best": {}})


ODD = torch.ones(5)
WRONG: list[tuple[Change, str]] = [
    (take("model"), "Object missing required field `model`"),
    (take("order"), "Object missing required field `order`"),
    (put(1, "more"), "more: is unknown"),
    (put(7, "model"), "model: Expected `object`, got `int`"),
    (take("model", "2.bias"), "model.2.bias: is missing"),
    (put(ODD, "model", "3.bias"), "model.3.bias: is unknown"),
    (put(ODD, "model", "2.bias"), "model.2.bias: is a tensor (5,) of float32, and a tensor (2,)"),
    (put(ODD[:2].double(), "model", "2.bias"), "a tensor (2,) of float64"),
    (put([], "optimizer"), "optimizer: Expected `object`, got `array`"),
    (take("optimizer", "state"), "optimizer: Object missing required field `state`"),
    (put({}, "optimizer", "state", 0), "optimizer.state.0.step: is missing"),
    (put(ODD, "optimizer", "state", 0, "exp_avg"), "optimizer.state.0.exp_avg: is a tensor (5,)"),
    (put({}, "optimizer", "state", 9), "optimizer.state.9: there is no such parameter"),
    (put([], "optimizer", "param_groups"), "optimizer.param_groups: has 0 entries, and 1"),
    (take("optimizer", "param_groups", 0, "eps"), "optimizer.param_groups.eps: is missing"),
    (put("0.1", "optimizer", "param_groups", 0, "lr"), "lr: is str, and float is wanted"),
    (put(math.nan, "optimizer", "param_groups", 0, "lr"), "optimizer.param_groups.lr: is nan"),
    (put(0.5, "optimizer", "param_groups", 0, "weight_decay"), "weight_decay: is 0.5, and 0.05"),
    (put(5, "schedule", "total_steps"), "schedule.total_steps: is 5, and 12 is wanted"),
    (put(2, "schedule", "last_epoch"), "schedule.last_epoch: is 2, and 6 is wanted"),
    (put(10**30, "schedule", "_step_count"), "schedule._step_count: is 1000"),
    (put("cos", "order"), "order: Expected `Tensor`, got `str`"),
    (put(ODD, "order"), "order: is a tensor (5,) of float32"),
    (put([], "best"), "best: Expected `object`, got `array`"),
    (take("best", "score"), "Object missing required field `score`"),
    (put(3, "best", "number"), "best: it is none of the epochs in the history"),
    (put({}, "best", "weights"), "best.weights.2.weight: is missing"),
    (take("history", 0), "history: its epochs are not numbered one after the other"),
    (take("history", 0, "accuracy"), "history[0]: Object missing required field `accuracy`"),
    (put(None, "history", 1, "accuracy"), "history[1].accuracy: Expected `float`, got `null`"),
    (put(1, "history", 1, "more"), "history.more: is unknown"),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[text for _, text in WRONG])
def test_a_state_of_another_training_is_refused(change: Change, sentence: str) -> None:
    _, state = states()
    change(state)
    with pytest.raises(TrainingError) as caught:
        require(state)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("state", [None, 3, [], "state", torch.ones(2, 3)])
def test_what_is_no_state_is_refused(state: object) -> None:
    with pytest.raises(TrainingError):
        require(state)


def test_an_epoch_is_numbered_from_one() -> None:
    assert Epoch(1, 0.0, 0.0, 0.0, 0.0).number == 1
