"""What a training's state must be to go on from it: as that of a fresh one, but for its numbers."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from course_utils.errors import TrainingError
from course_utils.schema import checked
from course_utils.training.history import Epoch

MOVING = {"lr", "betas", "last_epoch", "_step_count", "_last_lr", "_is_initial"}
"""Numbers of an optimizer and a schedule that change; the others stay as they began."""

OF_ADAM = ("step", "exp_avg", "exp_avg_sq")
"""What AdamW keeps of each parameter."""


@dataclass(frozen=True)
class Optimizer:
    """An optimizer's state, as PyTorch gives it: tensors by parameter and name, and settings."""

    state: dict[int, dict[str, Tensor]]
    param_groups: list[dict[str, Any]]


@dataclass(frozen=True)
class Best:
    """What ``EarlyStopping`` keeps of the best epoch."""

    score: float
    number: int
    weights: dict[str, Tensor]


@dataclass(frozen=True)
class StateFields:
    """The fields of ``TrainingState.state_dict``; without early stopping, ``best`` is empty."""

    model: dict[str, Tensor]
    optimizer: Optimizer
    schedule: dict[str, Any]
    order: Tensor
    best: dict[str, Any]
    history: list[Epoch]


def require_resumable(
    state: object, fresh: Mapping[str, Any], parameters: Sequence[Tensor], steps: int
) -> StateFields:
    """The fields of a state, if this training can have had it.

    Args:
        state: What a file holds.
        fresh: What ``TrainingState.state_dict`` returns before the training begins.
        parameters: Of its network, in the optimizer's order.
        steps: Of an epoch.

    Raises:
        TrainingError: If a field is missing, unknown, or cannot be this training's; it is named.
    """
    found = checked(state, StateFields, TrainingError)
    for name in ("model", "schedule", "order"):
        _require_alike(getattr(found, name), fresh[name], name)
    groups = fresh["optimizer"]["param_groups"]
    _require_alike(found.optimizer.param_groups, groups, "optimizer.param_groups")
    for number, tensors in found.optimizer.state.items():
        where = f"optimizer.state.{number}"
        if not 0 <= number < len(parameters):
            raise TrainingError(f"{where}: there is no such parameter")
        own = parameters[number].detach()
        moments = dict(zip(OF_ADAM, (own.new_zeros(()), own, own), strict=True))
        _require_alike(tensors, moments, where)
    numbers = [epoch.number for epoch in found.history]
    if numbers != list(range(1, len(numbers) + 1)):
        raise TrainingError("history: its epochs are not numbered one after the other")
    if found.best:
        best = checked(found.best, Best, TrainingError)
        _require_alike(best.weights, fresh["model"], "best.weights")
        if best.number not in numbers or math.isnan(best.score):
            raise TrainingError("best: it is none of the epochs in the history")
    _require_steps(found.schedule, len(numbers) * steps)
    return found


def _require_steps(schedule: Mapping[str, Any], done: int) -> None:
    """Refuse a schedule that is not where the history is."""
    for name, wanted in (("last_epoch", done), ("_step_count", done + 1)):
        if schedule[name] != wanted:
            raise TrainingError(f"schedule.{name}: is {schedule[name]}, and {wanted} is wanted")


def _require_alike(found: object, wanted: object, where: str) -> None:
    """Refuse tensors of other shapes, other names, and other values of what does not move."""
    if isinstance(wanted, Mapping) and isinstance(found, Mapping):
        for name in (*wanted, *found):
            if name not in found or name not in wanted:
                why = "is unknown" if name in found else "is missing"
                raise TrainingError(f"{where}.{name}: {why}")
            _require_alike(found[name], wanted[name], f"{where}.{name}")
    elif isinstance(wanted, list | tuple) and isinstance(found, list | tuple):
        if len(found) != len(wanted):
            raise TrainingError(f"{where}: has {len(found)} entries, and {len(wanted)} are wanted")
        for one, other in zip(found, wanted, strict=True):
            _require_alike(one, other, where)
    elif _kind(found) != _kind(wanted):
        raise TrainingError(f"{where}: is {_kind(found)}, and {_kind(wanted)} is wanted")
    elif where.rpartition(".")[2] in MOVING:
        if isinstance(found, float) and not math.isfinite(found):
            raise TrainingError(f"{where}: is {found}")
    elif not isinstance(found, Tensor) and found != wanted:
        raise TrainingError(f"{where}: is {found!r}, and {wanted!r} is wanted")


def _kind(value: object) -> str:
    """A value's type in words, and a tensor's shape."""
    if isinstance(value, Tensor):
        return f"a tensor {tuple(value.shape)} of {str(value.dtype).removeprefix('torch.')}"
    return type(value).__name__
