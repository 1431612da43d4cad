"""Answers to the exercises about masks: right ones, and named mistakes."""

import random
from collections.abc import Callable
from typing import Any

from torch import Tensor

from wrong_answers import named

Answer = Callable[..., Any]
Pair = tuple[Tensor, Tensor]
Size = tuple[int, int]


def color_of(index: int) -> tuple[int, ...]:
    color = [0, 0, 0]
    for bit in range(8):
        if index >> bit & 1:
            color[bit % 3] += 128 >> bit // 3
    return tuple(color)


def accuracy_of(truth: Tensor, answer: Tensor) -> float:
    counted = truth != 255
    return (truth == answer)[counted].float().mean().item() if counted.any() else 0.0


def part(picture: Tensor, mask: Tensor, top: int, left: int, size: Size) -> Pair:
    rows, columns = slice(top, top + size[0]), slice(left, left + size[1])
    return picture[:, rows, columns], mask[rows, columns]


def crop_both(picture: Tensor, mask: Tensor, height: int, width: int) -> Pair:
    top = random.randint(0, mask.shape[0] - height)
    left = random.randint(0, mask.shape[1] - width)
    return part(picture, mask, top, left, (height, width))


def remaining(sizes: list[Size], crop: Size) -> tuple[int, int]:
    fits = sum(size[0] >= crop[0] and size[1] >= crop[1] for size in sizes)
    return fits, len(sizes) - fits


def baseline_of(counts: list[int]) -> tuple[float, float]:
    accuracy = max(counts) / sum(counts)
    return accuracy, accuracy / sum(count > 0 for count in counts)


RIGHT: dict[str, Answer] = {
    "colour of a class": color_of,
    "accuracy without void": accuracy_of,
    "random crop of both": crop_both,
    "pictures that remain": remaining,
    "baseline of the majority": baseline_of,
}


def lowest_bit_first(index: int) -> tuple[int, ...]:
    color = [0, 0, 0]
    for bit in range(8):
        color[bit % 3] += (index >> bit & 1) << bit // 3
    return tuple(color)


def three_bits_only(index: int) -> tuple[int, ...]:
    return tuple(128 * (index >> bit & 1) for bit in range(3))


def blue_first(index: int) -> tuple[int, ...]:
    return color_of(index)[::-1]


def void_is_white(index: int) -> tuple[int, ...]:
    return (255, 255, 255) if index == 255 else color_of(index)


def count_void(truth: Tensor, answer: Tensor) -> float:
    return (truth == answer).float().mean().item()


def void_as_background(truth: Tensor, answer: Tensor) -> float:
    return count_void(truth.where(truth != 255, 0), answer)


def divide_by_all(truth: Tensor, answer: Tensor) -> float:
    return int(((truth == answer) & (truth != 255)).sum()) / truth.numel()


def leave_out_background(truth: Tensor, answer: Tensor) -> float:
    return accuracy_of(truth.where(truth != 0, 255), answer)


def void_alone_is_nan(truth: Tensor, answer: Tensor) -> float:
    return (truth == answer)[truth != 255].float().mean().item()


def crop_twice(picture: Tensor, mask: Tensor, height: int, width: int) -> Pair:
    return (
        crop_both(picture, mask, height, width)[0],
        crop_both(picture, mask, height, width)[1],
    )


def always_the_corner(picture: Tensor, mask: Tensor, height: int, width: int) -> Pair:
    return part(picture, mask, 0, 0, (height, width))


def never_the_last(picture: Tensor, mask: Tensor, height: int, width: int) -> Pair:
    top = random.randrange(mask.shape[0] - height)
    left = random.randrange(mask.shape[1] - width)
    return part(picture, mask, top, left, (height, width))


def height_and_width_swapped(picture: Tensor, mask: Tensor, height: int, width: int) -> Pair:
    return crop_both(picture, mask, width, height)


def compare_areas(sizes: list[Size], crop: Size) -> tuple[int, int]:
    fits = sum(height * width >= crop[0] * crop[1] for height, width in sizes)
    return fits, len(sizes) - fits


def compare_tuples(sizes: list[Size], crop: Size) -> tuple[int, int]:
    fits = sum(size >= crop for size in sizes)
    return fits, len(sizes) - fits


def strictly_larger(sizes: list[Size], crop: Size) -> tuple[int, int]:
    fits = sum(size[0] > crop[0] and size[1] > crop[1] for size in sizes)
    return fits, len(sizes) - fits


def turn_upright_pictures(sizes: list[Size], crop: Size) -> tuple[int, int]:
    return remaining([(min(size), max(size)) for size in sizes], crop)


def count_absent_classes(counts: list[int]) -> tuple[float, float]:
    accuracy = max(counts) / sum(counts)
    return accuracy, accuracy / len(counts)


def accuracy_twice(counts: list[int]) -> tuple[float, float]:
    accuracy = max(counts) / sum(counts)
    return accuracy, accuracy


def first_class_is_the_majority(counts: list[int]) -> tuple[float, float]:
    accuracy = counts[0] / sum(counts)
    return accuracy, accuracy / sum(count > 0 for count in counts)


WRONG: dict[str, dict[str, Answer]] = {
    "colour of a class": named(lowest_bit_first, three_bits_only, blue_first, void_is_white),
    "accuracy without void": named(
        count_void, void_as_background, divide_by_all, leave_out_background, void_alone_is_nan
    ),
    "random crop of both": named(
        crop_twice, always_the_corner, never_the_last, height_and_width_swapped
    ),
    "pictures that remain": named(
        compare_areas, compare_tuples, strictly_larger, turn_upright_pictures
    ),
    "baseline of the majority": named(
        count_absent_classes, accuracy_twice, first_class_is_the_majority
    ),
}
