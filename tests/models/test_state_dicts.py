"""Tensors are found at any depth, and nothing else is taken for them."""

import io
import time
from collections import OrderedDict

import pytest
import torch

from course_utils.errors import WeightsError
from course_utils.models.state_dicts import plain_names, tensors_in

STATE = {"conv.weight": torch.ones(2), "conv.steps": torch.tensor(3)}
OPTIMIZER = {"state": {0: {"exp_avg": torch.ones(2)}}, "param_groups": [{"lr": 0.1}]}


def test_one_dict_is_found_under_any_key() -> None:
    beside = {"optimizer": OPTIMIZER, "rng": torch.zeros(3, dtype=torch.uint8), "epoch": 3}
    for content in (STATE, {"net": STATE, **beside}, {"a": {"b": STATE}}, [STATE, 3]):
        assert tensors_in(content) == STATE


def test_several_dicts_keep_their_keys() -> None:
    found = tensors_in({"model": STATE, "ema": {"deep": STATE}})
    assert sorted(found) == [
        *("ema/deep/conv.steps", "ema/deep/conv.weight"),
        *("model/conv.steps", "model/conv.weight"),
    ]


def test_what_has_no_names_is_no_state_dict() -> None:
    for content in ([torch.ones(2)], torch.ones(2), {}, {"a": {}}, {"steps": torch.tensor(3)}, 5):
        assert tensors_in(content) == {}


def test_what_a_state_dict_says_about_versions_is_kept() -> None:
    stream = io.BytesIO()
    torch.save({"model": torch.nn.BatchNorm2d(2).state_dict()}, stream)
    stream.seek(0)
    found = tensors_in(torch.load(stream, weights_only=True))
    assert isinstance(found, OrderedDict)
    assert vars(found)["_metadata"][""] == {"version": 2}


def test_what_wraps_names_is_taken_off_wherever_it_stands() -> None:
    names = {
        "module.a": "a",
        "_orig_mod.module.b": "b",
        "features.module.0.weight": "features.0.weight",
        "model/module.c": "model/c",
        "layer._checkpoint_wrapped_module.e": "layer.e",
        "my_module.d": "my_module.d",
        "encoder.mlp.linear_1.bias": "encoder.mlp.0.bias",
    }
    found = plain_names({name: torch.ones(1) for name in names})
    assert list(found) == list(names.values())


def test_names_that_would_become_one_are_left_alone() -> None:
    assert list(plain_names({"module.a": torch.ones(1), "a": torch.ones(1)})) == ["module.a", "a"]


def test_lists_that_hold_one_another_come_to_an_end() -> None:
    content: object = {"fc.weight": torch.ones(2)}
    for _ in range(7):
        content = [content] * 60
    assert len(tensors_in({"a": content})) == 60


def test_what_stands_there_often_costs_no_more() -> None:
    """A dict of some pages, and a hundred thousand pointers to it, fit into a mebibyte."""
    numbers = dict.fromkeys(map(str, range(10_000)), 1)
    start = time.thread_time()
    assert tensors_in([numbers] * 100_000) == {}
    assert time.thread_time() - start < 1
    many = dict.fromkeys(map(str, range(10_000)), torch.ones(1))
    with pytest.raises(WeightsError, match="holds more than 20,000 tensors, and no more are read"):
        tensors_in([many] * 100_000)


@pytest.mark.parametrize("content", [{"a" * 1001: torch.ones(1)}, {"b" * 1001: STATE}])
def test_names_without_an_end_are_refused(content: dict[str, object]) -> None:
    with pytest.raises(WeightsError, match=r"holds a name of 1,00. letters \((aaa|bbb)"):
        tensors_in(content)
    assert tensors_in({"x" * 1001: 3, **STATE}) == STATE
