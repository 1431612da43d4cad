"""Answers to the exercises on training in several processes: right and wrong ones."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from wrong_answers import named

Answer = Callable[..., Any]
Reports = list[tuple[int, int]]


def own_part(batch: list[int], rank: int, size: int) -> list[int]:
    return batch[len(batch) * rank // size : len(batch) * (rank + 1) // size]


def common_gradient(gradients: list[Tensor], counts: list[int]) -> Tensor:
    shares = torch.tensor(counts) / sum(counts)
    return (torch.stack(gradients) * shares[:, None]).sum(dim=0)


def accuracy_of_all(reports: Reports) -> float:
    return sum(right for right, _ in reports) / sum(measured for _, measured in reports)


def warm_rate(step: int, base: float, k: float, warmup: int) -> float:
    return base * (1 + (k - 1) * min(step, warmup) / warmup)


def bytes_sent(parameters: int, size: int) -> float:
    return 8 * parameters * (size - 1) / size


RIGHT: dict[str, Answer] = {
    "own part of a batch": own_part,
    "gradient of unequal parts": common_gradient,
    "accuracy over processes": accuracy_of_all,
    "rate with warm-up": warm_rate,
    "bytes of a ring": bytes_sent,
}


def leave_out_the_rest(batch: list[int], rank: int, size: int) -> list[int]:
    each = len(batch) // size
    return batch[rank * each : (rank + 1) * each]


def give_the_rest_to_the_last(batch: list[int], rank: int, size: int) -> list[int]:
    each = len(batch) // size
    return batch[rank * each : None if rank == size - 1 else (rank + 1) * each]


def deal_out_in_turn(batch: list[int], rank: int, size: int) -> list[int]:
    return batch[rank::size]


def round_up(batch: list[int], rank: int, size: int) -> list[int]:
    each = -(-len(batch) // size)
    return batch[rank * each : (rank + 1) * each]


def everything_to_everyone(batch: list[int], rank: int, size: int) -> list[int]:
    return batch


def plain_mean(gradients: list[Tensor], counts: list[int]) -> Tensor:
    return torch.stack(gradients).mean(dim=0)


def sum_of_all(gradients: list[Tensor], counts: list[int]) -> Tensor:
    return torch.stack(gradients).sum(dim=0)


def weight_without_dividing(gradients: list[Tensor], counts: list[int]) -> Tensor:
    return (torch.stack(gradients) * torch.tensor(counts)[:, None]).sum(dim=0)


def divide_by_the_processes(gradients: list[Tensor], counts: list[int]) -> Tensor:
    return weight_without_dividing(gradients, counts) / len(counts)


def mean_of_the_accuracies(reports: Reports) -> float:
    return sum(right / max(measured, 1) for right, measured in reports) / len(reports)


def that_of_the_first(reports: Reports) -> float:
    return reports[0][0] / reports[0][1]


def as_if_all_had_the_first_ones_count(reports: Reports) -> float:
    return sum(right for right, _ in reports) / (reports[0][1] * len(reports))


def start_from_nothing(step: int, base: float, k: float, warmup: int) -> float:
    return k * base * min(step / warmup, 1)


def never_stop_rising(step: int, base: float, k: float, warmup: int) -> float:
    return base * (1 + (k - 1) * step / warmup)


def jump(step: int, base: float, k: float, warmup: int) -> float:
    return base if step < warmup else k * base


def forget_the_base(step: int, base: float, k: float, warmup: int) -> float:
    return base + k * base * min(step / warmup, 1)


def go_round_once(parameters: int, size: int) -> float:
    return 4 * parameters * (size - 1) / size


def whole_gradients(parameters: int, size: int) -> float:
    return 8 * parameters * (size - 1)


def numbers_instead_of_bytes(parameters: int, size: int) -> float:
    return 2 * parameters * (size - 1) / size


WRONG: dict[str, dict[str, Answer]] = {
    "own part of a batch": named(
        leave_out_the_rest,
        give_the_rest_to_the_last,
        deal_out_in_turn,
        round_up,
        everything_to_everyone,
    ),
    "gradient of unequal parts": named(
        plain_mean, sum_of_all, weight_without_dividing, divide_by_the_processes
    ),
    "accuracy over processes": named(
        mean_of_the_accuracies, that_of_the_first, as_if_all_had_the_first_ones_count
    ),
    "rate with warm-up": named(start_from_nothing, never_stop_rising, jump, forget_the_base),
    "bytes of a ring": named(go_round_once, whole_gradients, numbers_instead_of_bytes),
}
