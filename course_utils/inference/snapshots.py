"""What a network was at a moment: to see later whether anything has been changed."""

from typing import Any

import torch
from torch import Tensor, nn

PLAIN = bool | int | float | complex | str | bytes | None
"""Kinds of settings that are compared by what they are, others by which object they are."""


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
    return [
        (name, type(layer), {k: _comparable(v) for k, v in vars(layer).items() if k != "training"})
        for name, layer in model.named_modules(remove_duplicate=False)
    ]


def _comparable(value: Any) -> Any:
    """Plain values and collections by what is in them, other objects by which they are."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, dict):
        return {key: _comparable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_comparable(one) for one in value]
    if isinstance(value, set | frozenset):
        return set(value)
    if isinstance(value, Tensor):  # compared by its numbers
        return None
    return id(value), value  # kept, so that no other object gets its number
