"""Answers to the exercises on moving to ResNeXt: right ones, and named mistakes."""

from collections.abc import Callable
from typing import Any

from scipy import stats
from torch import Tensor

from wrong_answers import named

Answer = Callable[..., Any]
NEW = "resnext14_8x15d"


def to_resnext(old: dict[str, object]) -> dict[str, object]:
    return old | {"model": NEW, "pretrained": None, "freeze": False, "out": NEW}


def misfits(network: dict[str, Tensor], file: dict[str, Tensor]) -> list[str]:
    shapes = [{name: tensor.shape for name, tensor in s.items()} for s in (network, file)]
    return sorted({name for name, _ in shapes[0].items() ^ shapes[1].items()})


def names(mapping: dict[str, str]) -> list[str]:
    return [mapping[str(index)] for index in range(len(mapping))]


def mistakes(probabilities: Tensor, labels: Tensor, count: int) -> list[int]:
    sure, found = probabilities.max(dim=1)
    order = sure.argsort(descending=True)
    return [int(row) for row in order if found[row] != labels[row]][:count]


def interval(first: list[float], second: list[float]) -> tuple[float, float]:
    found = stats.ttest_ind(second, first, equal_var=False).confidence_interval()
    return found.low, found.high


RIGHT: dict[str, Answer] = {
    "move to ResNeXt": to_resnext,
    "what does not fit": misfits,
    "names in order": names,
    "surest mistakes": mistakes,
    "interval of a difference": interval,
}


def only_the_name(old: dict[str, object]) -> dict[str, object]:
    return old | {"model": NEW}


def into_the_old_folder(old: dict[str, object]) -> dict[str, object]:
    return old | {"model": NEW, "pretrained": None, "freeze": False}


def the_old_settings_themselves(old: dict[str, object]) -> dict[str, object]:
    old.update(to_resnext(old))
    return old


def names_alone(network: dict[str, Tensor], file: dict[str, Tensor]) -> list[str]:
    return sorted(network.keys() ^ file.keys())


def what_is_missing(network: dict[str, Tensor], file: dict[str, Tensor]) -> list[str]:
    return sorted(network.keys() - file.keys())


def shapes_alone(network: dict[str, Tensor], file: dict[str, Tensor]) -> list[str]:
    return sorted(n for n in network.keys() & file.keys() if network[n].shape != file[n].shape)


def as_they_stand(mapping: dict[str, str]) -> list[str]:
    return list(mapping.values())


def in_alphabetical_order(mapping: dict[str, str]) -> list[str]:
    return sorted(mapping.values())


def by_the_text_of_the_index(mapping: dict[str, str]) -> list[str]:
    return [mapping[key] for key in sorted(mapping)]


def the_least_sure_first(probabilities: Tensor, labels: Tensor, count: int) -> list[int]:
    return mistakes(probabilities, labels, len(labels))[::-1][:count]


def the_surest_of_all(probabilities: Tensor, labels: Tensor, count: int) -> list[int]:
    order = probabilities.amax(dim=1).argsort(descending=True)[:count]
    return [int(row) for row in order]


def wrong_ones_among_the_surest(probabilities: Tensor, labels: Tensor, count: int) -> list[int]:
    surest = the_surest_of_all(probabilities, labels, count)
    return [row for row in surest if probabilities[row].argmax() != labels[row]]


def the_other_way_round(first: list[float], second: list[float]) -> tuple[float, float]:
    return interval(second, first)


def as_if_both_scattered_alike(first: list[float], second: list[float]) -> tuple[float, float]:
    found = stats.ttest_ind(second, first).confidence_interval()
    return found.low, found.high


def two_standard_errors(first: list[float], second: list[float]) -> tuple[float, float]:
    low, high = interval(first, second)
    middle, half = (low + high) / 2, (high - low) / 2
    return middle - half * 2 / 2.776, middle + half * 2 / 2.776


WRONG: dict[str, dict[str, Answer]] = {
    "move to ResNeXt": named(only_the_name, into_the_old_folder, the_old_settings_themselves),
    "what does not fit": named(names_alone, what_is_missing, shapes_alone),
    "names in order": named(as_they_stand, in_alphabetical_order, by_the_text_of_the_index),
    "surest mistakes": named(the_least_sure_first, the_surest_of_all, wrong_ones_among_the_surest),
    "interval of a difference": named(
        the_other_way_round, as_if_both_scattered_alike, two_standard_errors
    ),
}
