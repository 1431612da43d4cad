"""Checks of the exercises on moving a training script from ResNet to ResNeXt."""

from collections.abc import Callable

import torch
from torch import Tensor

from course_utils.teaching.exercises.checks import exercise, require_equal

NEW_NETWORK = "resnext14_8x15d"


Settings = dict[str, object]


Tensors = dict[str, Tensor]


@exercise("move to ResNeXt")
def move_to_resnext(answer: Callable[[Settings], Settings]) -> None:
    """Settings that go on from a ResNet → the same for a slim ResNeXt, from scratch."""
    scripts: tuple[Settings, ...] = (
        {"model": "resnet18", "pretrained": "garden-resnet18", "freeze": True, "out": "resnet18"},
        {"model": "resnet34", "pretrained": None, "freeze": False, "out": "first", "epochs": 30},
    )
    for old in scripts:
        new = {**old, "model": NEW_NETWORK, "pretrained": None, "freeze": False, "out": NEW_NETWORK}
        before = dict(old)
        require_equal(f"to_resnext({before})", answer(old), new)
        assert old == before, "the old settings have changed: the old script would run them too"


@exercise("what does not fit")
def what_does_not_fit(answer: Callable[[Tensors, Tensors], list[str]]) -> None:
    """Names that only one of two state dicts has, or both with different shapes; sorted."""
    network = {"conv.weight": (8, 4, 3, 3), "fc.weight": (5, 8), "fc.bias": (5,)}
    for changes, expected in (
        ({}, []),
        ({"fc.weight": (1000, 8), "fc.bias": (1000,)}, ["fc.bias", "fc.weight"]),
        ({"conv.weight": (8, 1, 3, 3)}, ["conv.weight"]),
        ({"fc.bias": None, "bn.weight": (8,)}, ["bn.weight", "fc.bias"]),
    ):
        shapes: dict[str, tuple[int, ...] | None] = {**network, **changes}
        file = {name: torch.zeros(shape) for name, shape in shapes.items() if shape is not None}
        found = answer({name: torch.zeros(shape) for name, shape in network.items()}, file)
        found = found if found is None else list(found)
        require_equal(f"misfits(network, file) with {changes or 'no change'}", found, expected)


@exercise("names in order")
def names_in_order(answer: Callable[[dict[str, str]], list[str]]) -> None:
    """What ``json.load`` reads from a class_indices.json → the names by index."""
    flowers = {"0": "daisy", "1": "dandelion", "2": "roses", "3": "sunflowers", "4": "tulips"}
    mixed = {"2": "tulips", "0": "roses", "1": "daisy"}
    many = {str(index): f"class {index}" for index in range(12)}
    for mapping in (flowers, mixed, dict(reversed(many.items())), many):
        expected = [mapping[str(index)] for index in range(len(mapping))]
        found = answer(dict(mapping))
        require_equal(f"names({mapping})", None if found is None else list(found), expected)


@exercise("surest mistakes")
def surest_mistakes(answer: Callable[[Tensor, Tensor, int], list[int]]) -> None:
    """Probabilities ``(N, K)`` and labels ``(N,)`` → rows that are wrong, the surest first."""
    rows = torch.tensor([[0.9, 0.1], [0.3, 0.7], [0.2, 0.8], [0.6, 0.4], [0.45, 0.55]])
    for labels, count, expected in (
        ([0, 0, 0, 0, 1], 5, [2, 1]),
        ([1, 0, 1, 1, 0], 2, [0, 1]),
        ([1, 0, 0, 1, 0], 4, [0, 2, 1, 3]),
        ([0, 1, 1, 0, 1], 3, []),
    ):
        found = answer(rows.clone(), torch.tensor(labels), count)
        found = None if found is None else [int(row) for row in found]
        call = f"mistakes({[list(map(_short, row)) for row in rows]}, {labels}, {count})"
        require_equal(call, found, expected)


@exercise("interval of a difference")
def interval_of_a_difference(
    answer: Callable[[list[float], list[float]], tuple[float, float]],
) -> None:
    """Accuracies of two networks, as many seeds each → 95 % interval of B's mean minus A's."""
    for first, second, expected in (
        ([0.80, 0.82, 0.84], [0.86, 0.88, 0.90], (0.0147, 0.1053)),
        ([0.80, 0.82, 0.84], [0.80, 0.82, 0.84], (-0.0453, 0.0453)),
        ([0.90, 0.90, 0.90, 0.94], [0.85, 0.86, 0.84, 0.85], (-0.0901, -0.0299)),
    ):
        found = answer(first, second)
        ends = None if found is None else tuple(round(float(end), 4) for end in found)
        require_equal(f"interval({first}, {second})", ends, expected)


def _short(value: Tensor) -> float:
    return round(float(value), 2)
