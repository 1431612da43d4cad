"""Answers to the exercises about labels of pixels: right ones, and named mistakes."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from wrong_answers import named

Answer = Callable[..., Any]
Size = tuple[int, int]
Pairs = Sequence[tuple[Tensor, Tensor]]


def sizes_of(height: int, width: int) -> tuple[Size, Size]:
    rows, columns = -(-height // 32), -(-width // 32)
    return (rows, columns), (32 * rows, 32 * columns)


def loss_of(logits: Tensor, labels: Tensor) -> Tensor | float:
    counted = labels != 255
    if not counted.any():
        return 0.0
    picked = logits.log_softmax(dim=1).gather(1, labels.where(counted, 0)[:, None])[:, 0]
    return -picked[counted].mean()


def for_the_mean(rate: float, decay: float, batch_size: int) -> tuple[float, float]:
    return rate * batch_size, decay / batch_size


def colors_of(logits: Tensor, table: Tensor) -> Tensor:
    return table[logits.argmax(dim=0)]


def matrix_of(pairs: Pairs, num_classes: int) -> Tensor:
    matrix = torch.zeros(num_classes, num_classes)
    for truth, answer in pairs:
        counted = truth != 255
        for true, found in zip(truth[counted], answer[counted], strict=True):
            matrix[true, found] += 1
    return matrix


def parts_of(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Intersection and union of each class."""
    shared = matrix.diagonal()
    return shared, matrix.sum(0) + matrix.sum(1) - shared


def mean_iou_of(pairs: Pairs, num_classes: int) -> float:
    shared, union = parts_of(matrix_of(pairs, num_classes))
    return (shared[union > 0] / union[union > 0]).mean().item()


RIGHT: dict[str, Answer] = {
    "cells and pixels": sizes_of,
    "loss of pixels": loss_of,
    "same steps with the mean": for_the_mean,
    "colours of a prediction": colors_of,
    "mean IoU of a set": mean_iou_of,
}


def rounded_down(height: int, width: int) -> tuple[Size, Size]:
    rows, columns = height // 32, width // 32
    return (rows, columns), (32 * rows, 32 * columns)


def pixels_of_the_picture(height: int, width: int) -> tuple[Size, Size]:
    return sizes_of(height, width)[0], (height, width)


def one_cell_too_many(height: int, width: int) -> tuple[Size, Size]:
    rows, columns = height // 32 + 1, width // 32 + 1
    return (rows, columns), (32 * rows, 32 * columns)


def width_before_height(height: int, width: int) -> tuple[Size, Size]:
    return sizes_of(width, height)


def divide_by_all_pixels(logits: Tensor, labels: Tensor) -> Tensor:
    total = F.cross_entropy(logits, labels, ignore_index=255, reduction="sum")
    return total / labels.numel()


def sum_of_the_pixels(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels, ignore_index=255, reduction="sum")


def void_as_background(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels.where(labels != 255, 0))


def nan_where_all_is_void(logits: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(logits, labels, ignore_index=255)


def softmax_over_the_rows(logits: Tensor, labels: Tensor) -> Tensor | float:
    shares = logits.softmax(dim=2).log()
    return loss_of(shares, labels)


def mean_of_the_pictures(logits: Tensor, labels: Tensor) -> Tensor:
    pairs = zip(logits.split(1), labels.split(1), strict=True)
    return torch.stack([torch.as_tensor(loss_of(*pair)) for pair in pairs]).mean()


def decay_unchanged(rate: float, decay: float, batch_size: int) -> tuple[float, float]:
    return rate * batch_size, decay


def rate_divided(rate: float, decay: float, batch_size: int) -> tuple[float, float]:
    return rate / batch_size, decay * batch_size


def both_multiplied(rate: float, decay: float, batch_size: int) -> tuple[float, float]:
    return rate * batch_size, decay * batch_size


def nothing_changed(rate: float, decay: float, batch_size: int) -> tuple[float, float]:
    return rate, decay


def channels_first(logits: Tensor, table: Tensor) -> Tensor:
    return colors_of(logits, table).permute(2, 0, 1)


def best_row_of_each_class(logits: Tensor, table: Tensor) -> Tensor:
    return table[logits.argmax(dim=1)]


def mix_by_the_logits(logits: Tensor, table: Tensor) -> Tensor:
    return torch.einsum("chw,cd->hwd", logits, table.float())


def least_likely(logits: Tensor, table: Tensor) -> Tensor:
    return table[logits.argmin(dim=0)]


def mean_of_the_pictures_own(pairs: Pairs, num_classes: int) -> float:
    return sum(mean_iou_of([pair], num_classes) for pair in pairs) / len(pairs)


def absent_classes_count(pairs: Pairs, num_classes: int) -> float:
    shared, union = parts_of(matrix_of(pairs, num_classes))
    return (shared / union.clamp(min=1)).mean().item()


def void_is_background(pairs: Pairs, num_classes: int) -> float:
    return mean_iou_of([(t.where(t != 255, 0), a) for t, a in pairs], num_classes)


def only_classes_of_the_truth(pairs: Pairs, num_classes: int) -> float:
    matrix = matrix_of(pairs, num_classes)
    shared, union = parts_of(matrix)
    there = matrix.sum(1) > 0
    return (shared[there] / union[there]).mean().item()


def intersection_twice_in_the_union(pairs: Pairs, num_classes: int) -> float:
    shared, union = parts_of(matrix_of(pairs, num_classes))
    return (shared[union > 0] / (union + shared)[union > 0]).mean().item()


WRONG: dict[str, dict[str, Answer]] = {
    "cells and pixels": named(
        rounded_down, pixels_of_the_picture, one_cell_too_many, width_before_height
    ),
    "loss of pixels": named(
        divide_by_all_pixels,
        sum_of_the_pixels,
        void_as_background,
        nan_where_all_is_void,
        softmax_over_the_rows,
        mean_of_the_pictures,
    ),
    "same steps with the mean": named(
        decay_unchanged, rate_divided, both_multiplied, nothing_changed
    ),
    "colours of a prediction": named(
        channels_first, best_row_of_each_class, mix_by_the_logits, least_likely
    ),
    "mean IoU of a set": named(
        mean_of_the_pictures_own,
        absent_classes_count,
        void_is_background,
        only_classes_of_the_truth,
        intersection_twice_in_the_union,
    ),
}
