"""The receptive field by arithmetic: which pixels a cell of a layer's output can depend on.

A picture without numbers goes through the network, and each operation widens what the cells see.
``gradient_fields.py`` finds the same by backpropagation.
"""

from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from course_utils.analysis.field_rules import field_after, size_of
from course_utils.analysis.spans import Field, Span
from course_utils.copies import copy_of


@dataclass(frozen=True)
class Map:
    """A map that a picture becomes on its way through a network.

    Attributes:
        field: What its cells see.
        size: Its rows and columns.
    """

    field: Field
    size: tuple[int, int]


def receptive_field(
    model: nn.Module, input_shape: tuple[int, int, int] = (3, 224, 224)
) -> dict[str, Field]:
    """Follow a picture without numbers through the network; note what each layer's cells see.

    Convolutions, poolings, and maps that are enlarged by a whole factor widen the field. Where
    branches meet it is their union.

    Args:
        model: Any network, taken in ``eval`` mode; it is not changed.
        input_shape: ``(C, H, W)`` of a picture that it takes. The result depends on it only
            where a map is interpolated to the picture's size.

    Returns:
        The field of each layer by its name in ``named_modules()``, in the order of execution;
        the network itself is ``""``. Of a layer that is called again the last call counts.
        Behind an operation on the whole picture, such as global pooling, squeeze-excitation or
        group norm, and behind one that is not followed, the field says so instead of a number.

    Raises:
        ModelError: If branches with different strides meet.
    """
    fields: dict[str, Field] = {}
    for name, map_ in _follow(model, input_shape)[0]:
        fields.pop(name, None)
        fields[name] = map_.field
    return fields


def maps_inside(model: nn.Module, input_shape: tuple[int, int, int]) -> list[Map]:
    """Every map that a picture becomes, as ``receptive_field`` follows it; the answer is the last.

    Args:
        model: As there; its answer is one tensor.
        input_shape: As there.

    Raises:
        ModelError: As there.
    """
    layers, maps = _follow(model, input_shape)
    unknown = Map(Field(None, None, "the answer is not followed"), (0, 0))
    return [*maps, dict(layers).get("", unknown)]


@torch.inference_mode(False)  # in which PyTorch does not take its operations apart
def _follow(
    model: nn.Module, input_shape: tuple[int, int, int]
) -> tuple[list[tuple[str, Map]], list[Map]]:
    """The answers of the layers with their names, and all maps; both in order of execution."""
    model = copy_of(model).to(device="meta", dtype=torch.float32).eval()
    picture = torch.zeros(1, *input_shape, device="meta")
    watch = _Watch(picture)
    layers: list[tuple[str, Map]] = []

    def note(name: str, output: object) -> None:
        if id(output) in watch.maps:
            layers.append((name, watch.maps[id(output)]))

    for name, layer in model.named_modules():
        layer.register_forward_hook(lambda _, __, output, name=name: note(name, output))
    with torch.no_grad(), watch:
        model(picture)
    return layers, list(watch.maps.values())


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches PyTorch's operations, and keeps the map that each tensor is by its id."""

    def __init__(self, picture: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.maps = {id(picture): Map(Field(Span(), Span()), size_of(picture))}
        self._alive: list[object] = [picture]  # the id of a tensor that is gone is used again

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = operation(*args, **(kwargs or {}))
        given = dict(zip((a.name for a in operation._schema.arguments), args, strict=False))
        fields = [self.maps[id(t)].field for t in _tensors(args) if id(t) in self.maps]
        if fields:
            others = [t for t in _tensors(args) if id(t) not in self.maps]
            union = reduce(Field.union, fields)
            field = field_after(operation, given | (kwargs or {}), union, others)
            self._alive.append(result)
            self.maps.update((id(t), _map(t, field)) for t in _tensors([result]))
        return result


def _map(tensor: Tensor, field: Field) -> Map:
    """A tensor as a map; statistics, such as those of a batch norm, have no rows and columns."""
    if tensor.ndim < 3 and not field.reason:
        field = Field(None, None, "there are no rows and columns")
    return Map(field, size_of(tensor))


def _tensors(values: Any) -> list[Tensor]:
    """The tensors among arguments, also those in lists."""
    if isinstance(values, Tensor):
        return [values]
    nested = values if isinstance(values, list | tuple) else ()
    return [tensor for value in nested for tensor in _tensors(value)]
