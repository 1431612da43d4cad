"""Answers to the exercises on finding things in a picture: right ones, and named mistakes."""

from collections.abc import Callable
from typing import Any

import torch
from scipy import ndimage
from torch import Tensor
from torchvision.ops import masks_to_boxes

from wrong_answers import named

Answer = Callable[..., Any]
Box = tuple[float, float, float, float]
Scored = list[tuple[float, Box]]


def centre(cell: int, size: int, stride: int, first: int) -> float:
    return first + cell * stride + (size - 1) / 2


def windows_and_cells(height: int, width: int) -> tuple[int, int]:
    rows, columns = ((length - 224) // 32 + 1 for length in (height, width))
    down, across = (-(-length // 32) - 6 for length in (height, width))
    return rows * columns, down * across


def mask_boxes(mask: Tensor) -> list[tuple[int, ...]]:
    pieces, count = ndimage.label(mask.numpy())
    found = []
    for rows, columns in ndimage.find_objects(pieces)[:count]:
        found.append((columns.start, rows.start, columns.stop, rows.stop))
    return found


def iou(a: Box, b: Box) -> float:
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return width * height / (areas - width * height)


def keep(boxes: Scored, overlap: float) -> list[float]:
    kept: Scored = []
    for score, box in sorted(boxes, reverse=True):
        if all(iou(box, other) <= overlap for _, other in kept):
            kept.append((score, box))
    return [score for score, _ in kept]


def best_class(logits: Tensor, nothing: int) -> int:
    peaks = logits.softmax(dim=0).flatten(1).amax(dim=1)
    peaks[nothing] = -1
    return int(peaks.argmax())


RIGHT: dict[str, Answer] = {
    "where a position looks": centre,
    "windows and cells": windows_and_cells,
    "boxes of a mask": mask_boxes,
    "intersection over union": iou,
    "keep the best": keep,
    "class of the panorama": best_class,
}


def middle_of_the_stretched_cell(cell: int, size: int, stride: int, first: int) -> float:
    return stride * cell + (stride - 1) / 2


def first_pixel_of_the_field(cell: int, size: int, stride: int, first: int) -> float:
    return first + cell * stride


def half_a_pixel_off(cell: int, size: int, stride: int, first: int) -> float:
    return first + cell * stride + size / 2


def windows_alone(height: int, width: int) -> tuple[int, int]:
    count = windows_and_cells(height, width)[0]
    return count, count


def windows_without_overlap(height: int, width: int) -> tuple[int, int]:
    return (height // 224) * (width // 224), windows_and_cells(height, width)[1]


def the_last_one_forgotten(height: int, width: int) -> tuple[int, int]:
    return ((height - 224) // 32) * ((width - 224) // 32), windows_and_cells(height, width)[1]


def one_box_around_all(mask: Tensor) -> list[tuple[float, ...]]:
    if not mask.any():
        return []
    left, top, right, bottom = masks_to_boxes(mask[None])[0].tolist()
    return [(left, top, right + 1, bottom + 1)]


def edges_without_the_last_pixel(mask: Tensor) -> list[tuple[int, ...]]:
    return [(x0, y0, x1 - 1, y1 - 1) for x0, y0, x1, y1 in mask_boxes(mask)]


def rows_before_columns(mask: Tensor) -> list[tuple[int, ...]]:
    return [(y0, x0, y1, x1) for x0, y0, x1, y1 in mask_boxes(mask)]


def shared_by_the_sum_of_the_areas(a: Box, b: Box) -> float:
    shared = iou(a, b)
    return shared / (1 + shared)


def shared_by_the_smaller_area(a: Box, b: Box) -> float:
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    return width * height / min((x[2] - x[0]) * (x[3] - x[1]) for x in (a, b))


def negative_widths_multiplied(a: Box, b: Box) -> float:
    shared = (min(a[2], b[2]) - max(a[0], b[0])) * (min(a[3], b[3]) - max(a[1], b[1]))
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (a, b))
    return shared / (areas - shared)


def dropped_ones_drop_others(boxes: Scored, overlap: float) -> list[float]:
    ordered = sorted(boxes, reverse=True)
    return [
        score
        for i, (score, box) in enumerate(ordered)
        if all(iou(box, other) <= overlap for _, other in ordered[:i])
    ]


def in_the_order_given(boxes: Scored, overlap: float) -> list[float]:
    kept: Scored = []
    for score, box in boxes:
        if all(iou(box, other) <= overlap for _, other in kept):
            kept.append((score, box))
    return [score for score, _ in kept]


def the_best_alone(boxes: Scored, overlap: float) -> list[float]:
    return [max(score for score, _ in boxes)] if boxes else []


def the_largest_logit(logits: Tensor, nothing: int) -> int:
    peaks = logits.flatten(1).amax(dim=1)
    peaks[nothing] = -torch.inf
    return int(peaks.argmax())


def softmax_over_the_positions(logits: Tensor, nothing: int) -> int:
    peaks = logits.flatten(1).softmax(dim=1).amax(dim=1)
    peaks[nothing] = -1
    return int(peaks.argmax())


def background_may_win(logits: Tensor, nothing: int) -> int:
    return int(logits.softmax(dim=0).flatten(1).amax(dim=1).argmax())


def the_class_of_most_cells(logits: Tensor, nothing: int) -> int:
    return int(logits.argmax(dim=0).flatten().mode().values)


WRONG: dict[str, dict[str, Answer]] = {
    "where a position looks": named(
        middle_of_the_stretched_cell, first_pixel_of_the_field, half_a_pixel_off
    ),
    "windows and cells": named(windows_alone, windows_without_overlap, the_last_one_forgotten),
    "boxes of a mask": named(one_box_around_all, edges_without_the_last_pixel, rows_before_columns),
    "intersection over union": named(
        shared_by_the_sum_of_the_areas, shared_by_the_smaller_area, negative_widths_multiplied
    ),
    "keep the best": named(dropped_ones_drop_others, in_the_order_given, the_best_alone),
    "class of the panorama": named(
        the_largest_logit, softmax_over_the_positions, background_may_win, the_class_of_most_cells
    ),
}
