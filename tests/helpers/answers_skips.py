"""Answers to the exercises about skip connections: right ones, and named mistakes."""

import statistics
from collections.abc import Callable
from typing import Any

from torch import Tensor
from torch.nn import functional as F

from wrong_answers import named

Answer = Callable[..., Any]


def cells_of(height: int, width: int, stride: int) -> tuple[int, int]:
    return -(-height // stride), -(-width // stride)


def add_skip(coarse: Tensor, fine: Tensor) -> Tensor:
    doubled = F.interpolate(coarse, scale_factor=2, mode="bilinear")
    return doubled[..., : fine.shape[-2], : fine.shape[-1]] + fine


def head_weights(channels: list[int], classes: int) -> int:
    skips = len(channels) - 1
    last = 2 * 32 // 2**skips
    return sum((count + 1) * classes for count in channels) + classes * (16 * skips + last**2)


def right_near_border(truth: Tensor, answer: Tensor, band: Tensor) -> float:
    counted = band & (truth != 255)
    return (truth == answer)[counted].float().mean().item() if counted.any() else 0.0


def better(before: list[float], after: list[float]) -> bool:
    return all(b > a for a, b in zip(before, after, strict=True))


RIGHT: dict[str, Answer] = {
    "cells of a map": cells_of,
    "add a skip": add_skip,
    "weights of the head": head_weights,
    "right near a border": right_near_border,
    "better with every seed": better,
}


def round_down(height: int, width: int, stride: int) -> tuple[int, int]:
    return height // stride, width // stride


def width_first(height: int, width: int, stride: int) -> tuple[int, int]:
    return cells_of(width, height, stride)


def stretch_to_the_size(coarse: Tensor, fine: Tensor) -> Tensor:
    return F.interpolate(coarse, size=fine.shape[-2:], mode="bilinear") + fine


def cut_at_the_left(coarse: Tensor, fine: Tensor) -> Tensor:
    doubled = F.interpolate(coarse, scale_factor=2, mode="bilinear")
    return doubled[..., -fine.shape[-2] :, -fine.shape[-1] :] + fine


def do_not_cut(coarse: Tensor, fine: Tensor) -> Tensor:
    return F.interpolate(coarse, scale_factor=2, mode="bilinear") + fine


def repeat_the_cells(coarse: Tensor, fine: Tensor) -> Tensor:
    doubled = F.interpolate(coarse, scale_factor=2, mode="nearest")
    return doubled[..., : fine.shape[-2], : fine.shape[-1]] + fine


def leave_the_coarse_scores_out(coarse: Tensor, fine: Tensor) -> Tensor:
    return fine


def forget_the_bias(channels: list[int], classes: int) -> int:
    return head_weights(channels, classes) - len(channels) * classes


def dense_enlarging(channels: list[int], classes: int) -> int:
    scores = sum((count + 1) * classes for count in channels)
    return scores + (head_weights(channels, classes) - scores) * classes


def always_enlarge_32_times(channels: list[int], classes: int) -> int:
    skips = len(channels) - 1
    return sum((count + 1) * classes for count in channels) + classes * (16 * skips + 64**2)


def void_is_wrong(truth: Tensor, answer: Tensor, band: Tensor) -> float:
    return (truth == answer)[band].float().mean().item()


def whole_picture(truth: Tensor, answer: Tensor, band: Tensor) -> float:
    return right_near_border(truth, answer, band | True)


def only_void_is_nan(truth: Tensor, answer: Tensor, band: Tensor) -> float:
    return (truth == answer)[band & (truth != 255)].float().mean().item()


def compare_the_means(before: list[float], after: list[float]) -> bool:
    return statistics.mean(after) > statistics.mean(before)


def allow_a_tie(before: list[float], after: list[float]) -> bool:
    return all(b >= a for a, b in zip(before, after, strict=True))


def worst_against_best(before: list[float], after: list[float]) -> bool:
    return min(after) > max(before)


WRONG: dict[str, dict[str, Answer]] = {
    "cells of a map": named(round_down, width_first),
    "add a skip": named(
        stretch_to_the_size,
        cut_at_the_left,
        do_not_cut,
        repeat_the_cells,
        leave_the_coarse_scores_out,
    ),
    "weights of the head": named(forget_the_bias, dense_enlarging, always_enlarge_32_times),
    "right near a border": named(void_is_wrong, whole_picture, only_void_is_nan),
    "better with every seed": named(compare_the_means, allow_a_tie, worst_against_best),
}
