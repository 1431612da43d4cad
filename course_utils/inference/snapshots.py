"""What a network was at a moment: to see later whether anything has been changed."""

from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

PLAIN = bool | int | float | complex | str | bytes | None
"""Kinds of settings that are compared by what they are."""

DEEPEST = 4
"""Collections and objects within each other that are looked through."""

OPAQUE = nn.Module | type | ModuleType | FunctionType | MethodType | BuiltinFunctionType
"""What counts by which object it is: layers have their own place in the list."""


class Snapshot:
    """The numbers of a network, its layers, and their settings.

    PyTorch counts how often a tensor was written to, but not what is written through ``.data`` or
    ``vector_to_parameters``, and a layer without parameters can be exchanged. So the numbers are
    kept and compared, which takes about as long as reading them twice.

    Args:
        model: Any network.
    """

    def __init__(self, model: nn.Module) -> None:
        self.tensors = [tensor.detach().clone() for tensor in _tensors(model)]
        self.settings = _settings(model)

    def differs(self, model: nn.Module) -> bool:
        """Whether anything has changed: a number, its type or place, a layer, a setting, a hook.

        The mode does not count, ``train`` or ``eval``.
        """
        tensors = _tensors(model)
        return (
            len(tensors) != len(self.tensors)
            or any(
                (old.dtype, old.device, old.shape) != (new.dtype, new.device, new.shape)
                for old, new in zip(self.tensors, tensors, strict=True)
            )
            or self.settings != _settings(model)
            or not all(map(torch.equal, self.tensors, tensors))
        )


def _tensors(model: nn.Module) -> list[Tensor]:
    loose = [v for layer in model.modules() for v in vars(layer).values() if isinstance(v, Tensor)]
    return [*model.parameters(), *model.buffers(), *loose]


def _settings(model: nn.Module) -> list[Any]:
    """The layers by their names, and whatever else is written in each but its mode."""
    seen: set[int] = set()
    return [
        (
            name,
            type(layer),
            {k: _setting(k, v, seen) for k, v in vars(layer).items() if k != "training"},
        )
        for name, layer in model.named_modules(remove_duplicate=False)
    ]


def _setting(name: str, value: Any, seen: set[int]) -> Any:
    """A setting of a layer, to be compared by what is in it.

    A hook counts by which it is, for it may note what it sees. Tensors and layers that PyTorch
    knows are compared elsewhere, and here only their names.
    """
    if name in ("_parameters", "_buffers", "_modules"):
        return list(value)
    if name.endswith("_hooks"):
        return {key: (id(hook), hook) for key, hook in value.items()}
    return None if isinstance(value, Tensor) else _comparable(value, DEEPEST, seen)


def _comparable(value: Any, deeper: int, seen: set[int]) -> Any:
    """Something that is equal as long as nothing in a value has changed.

    Args:
        value: Of any kind.
        deeper: Through how many objects and collections within each other to look.
        seen: Objects that were looked into: each is once.
    """
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, Tensor | np.ndarray):
        return _Numbers(value)
    itself = id(value), value  # kept, so that no other object gets its number
    if not deeper or id(value) in seen or isinstance(value, OPAQUE):
        return itself
    seen.add(id(value))
    if isinstance(value, dict):
        return {key: _comparable(one, deeper - 1, seen) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(one, deeper - 1, seen) for one in value]
    if isinstance(value, set | frozenset):
        return set(value)
    inside = getattr(value, "__dict__", {})
    return itself, {key: _comparable(one, deeper - 1, seen) for key, one in inside.items()}


class _Numbers:
    """A copy of a tensor or an array, equal to what has the same numbers."""

    def __init__(self, value: Tensor | npt.NDArray[Any]) -> None:
        self.value = value.detach().clone() if isinstance(value, Tensor) else value.copy()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Numbers):
            return False
        one, two = self.value, other.value
        if isinstance(one, Tensor) and isinstance(two, Tensor):
            return (one.dtype, one.device) == (two.dtype, two.device) and torch.equal(one, two)
        return type(one) is type(two) and bool(np.array_equal(one, two))

    __hash__ = None  # type: ignore[assignment]
