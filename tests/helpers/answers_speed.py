"""Answers to the exercises about speed: right ones, and named mistakes."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from wrong_answers import named

Answer = Callable[..., Any]
Numbers = Sequence[float]


def fold(
    weight: float, bias: float, mean: float, std: float, gamma: float, beta: float
) -> tuple[float, float]:
    factor = gamma / std
    return factor * weight, factor * (bias - mean) + beta


def pays_from(preparation: float, before: float, after: float) -> int | None:
    if before <= after:
        return None
    return math.floor(preparation / (before - after)) + 1


def speedup(share: float, times: float) -> float:
    return 1 / (1 - share + share / times)


def strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    _, channels, height, width = shape
    return height * width * channels, 1, width * channels, channels


def slope(amounts: Numbers, seconds: Numbers) -> float:
    return math.log(seconds[1] / seconds[0]) / math.log(amounts[1] / amounts[0])


RIGHT: dict[str, Answer] = {
    "fold a batch norm": fold,
    "pictures until it pays": pays_from,
    "what a faster part gives": speedup,
    "steps in memory": strides,
    "slope on log axes": slope,
}


def leave_the_bias_unscaled(
    weight: float, bias: float, mean: float, std: float, gamma: float, beta: float
) -> tuple[float, float]:
    return gamma / std * weight, bias + beta - gamma * mean / std


def forget_the_mean(
    weight: float, bias: float, mean: float, std: float, gamma: float, beta: float
) -> tuple[float, float]:
    return gamma / std * weight, gamma / std * bias + beta


def divide_by_the_variance(
    weight: float, bias: float, mean: float, std: float, gamma: float, beta: float
) -> tuple[float, float]:
    return fold(weight, bias, mean, std**2, gamma, beta)


def round_up(preparation: float, before: float, after: float) -> int | None:
    return None if before <= after else math.ceil(preparation / (before - after))


def divide_by_the_time_before(preparation: float, before: float, after: float) -> int | None:
    return None if before <= after else math.floor(preparation / before) + 1


def a_negative_number_of_pictures(preparation: float, before: float, after: float) -> int:
    return math.floor(preparation / (before - after or 1)) + 1


def the_whole_is_faster(share: float, times: float) -> float:
    return times


def the_shares_average(share: float, times: float) -> float:
    return 1 - share + share * times


def forget_the_rest(share: float, times: float) -> float:
    return times / share if share else 1


def as_they_are_written(shape: tuple[int, ...]) -> tuple[int, ...]:
    _, channels, height, width = shape
    return channels * height * width, height * width, width, 1


def in_the_order_of_memory(shape: tuple[int, ...]) -> tuple[int, ...]:
    _, channels, height, width = shape
    return height * width * channels, width * channels, channels, 1


def without_logarithms(amounts: Numbers, seconds: Numbers) -> float:
    return (seconds[1] - seconds[0]) / (amounts[1] - amounts[0])


def upside_down(amounts: Numbers, seconds: Numbers) -> float:
    rise = math.log(seconds[1] / seconds[0]) or 1
    return math.log(amounts[1] / amounts[0]) / rise


def logarithm_of_the_time_only(amounts: Numbers, seconds: Numbers) -> float:
    return math.log(seconds[1] / seconds[0]) / (amounts[1] - amounts[0])


WRONG: dict[str, dict[str, Answer]] = {
    "fold a batch norm": named(leave_the_bias_unscaled, forget_the_mean, divide_by_the_variance),
    "pictures until it pays": named(
        round_up, divide_by_the_time_before, a_negative_number_of_pictures
    ),
    "what a faster part gives": named(the_whole_is_faster, the_shares_average, forget_the_rest),
    "steps in memory": named(as_they_are_written, in_the_order_of_memory),
    "slope on log axes": named(without_logarithms, upside_down, logarithm_of_the_time_only),
}
