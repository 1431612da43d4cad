"""Answers to the exercises on training and transfer: right ones, and named mistakes."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import Optimizer

from wrong_answers import named

Answer = Callable[..., Any]


def cross_entropy(logits: Tensor, labels: Tensor) -> float:
    rows = range(len(labels))
    return float((logits.logsumexp(dim=1) - logits[rows, labels]).mean())


def take_step(model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor) -> float:
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.item()


def freeze(model: nn.Module) -> None:
    model.eval().requires_grad_(False)
    model.get_submodule("fc").train().requires_grad_(True)


def confusion_matrix(true: list[int], predicted: list[int], classes: int) -> list[list[int]]:
    counts = Counter(zip(true, predicted, strict=True))
    return [[counts[row, column] for column in range(classes)] for row in range(classes)]


def majority(training: list[str], validation: list[str]) -> float:
    best = Counter(training).most_common(1)[0][0]
    return sum(label == best for label in validation) / len(validation)


RIGHT: dict[str, Answer] = {
    "cross-entropy": cross_entropy,
    "training step": take_step,
    "freeze": freeze,
    "confusion matrix": confusion_matrix,
    "majority class": majority,
}


def sum_over_the_pictures(logits: Tensor, labels: Tensor) -> float:
    return F.cross_entropy(logits, labels, reduction="sum").item()


def powers_that_overflow(logits: Tensor, labels: Tensor) -> float:
    powers = logits.exp()
    shares = powers[range(len(labels)), labels] / powers.sum(dim=1)
    return -shares.log().mean().item()


def logarithm_of_zero(logits: Tensor, labels: Tensor) -> float:
    shares = logits.softmax(dim=1)[range(len(labels)), labels]
    return -shares.log().mean().item()


def softmax_twice(logits: Tensor, labels: Tensor) -> float:
    return F.cross_entropy(logits.softmax(dim=1), labels).item()


def without_zero_grad(
    model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor
) -> float:
    loss = F.cross_entropy(model(images), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    return loss.item()


def zero_grad_before_the_step(
    model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor
) -> float:
    loss = F.cross_entropy(model(images), labels)
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


def the_loss_after_the_step(
    model: nn.Module, optimizer: Optimizer, images: Tensor, labels: Tensor
) -> float:
    take_step(model, optimizer, images, labels)
    return F.cross_entropy(model(images), labels).item()


def without_eval_for_the_norms(model: nn.Module) -> None:
    model.train().requires_grad_(False)
    model.get_submodule("fc").requires_grad_(True)


def forget_the_statistics(model: nn.Module) -> None:
    without_eval_for_the_norms(model)
    model.get_submodule("norm").track_running_stats = False  # type: ignore[assignment]


def all_of_it(model: nn.Module) -> None:
    model.eval().requires_grad_(False)


def transposed(true: list[int], predicted: list[int], classes: int) -> list[list[int]]:
    return confusion_matrix(predicted, true, classes)


def one_row_many_times(true: list[int], predicted: list[int], classes: int) -> list[list[int]]:
    counts = [[0] * classes] * classes
    for row, column in zip(true, predicted, strict=True):
        counts[row][column] += 1
    return counts


def the_right_ones_only(true: list[int], predicted: list[int], classes: int) -> list[list[int]]:
    pairs = [(row, column) for row, column in zip(true, predicted, strict=True) if row == column]
    rows, columns = ([pair[i] for pair in pairs] for i in (0, 1))
    return confusion_matrix(rows, columns, classes)


def chosen_on_the_validation_labels(training: list[str], validation: list[str]) -> float:
    return majority(validation, validation)


def measured_on_the_training_labels(training: list[str], validation: list[str]) -> float:
    return majority(training, training)


WRONG: dict[str, dict[str, Answer]] = {
    "cross-entropy": named(
        sum_over_the_pictures, powers_that_overflow, logarithm_of_zero, softmax_twice
    ),
    "training step": named(without_zero_grad, zero_grad_before_the_step, the_loss_after_the_step),
    "freeze": named(without_eval_for_the_norms, forget_the_statistics, all_of_it),
    "confusion matrix": named(transposed, one_row_many_times, the_right_ones_only),
    "majority class": named(chosen_on_the_validation_labels, measured_on_the_training_labels),
}
