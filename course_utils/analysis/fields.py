"""The receptive field by arithmetic: which pixels a cell of a layer's output can depend on.

Source: the recurrence of Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional
Neural Networks" (Distill, 2019), section 2. ``gradient_field.py`` finds the same by
backpropagation.
"""

from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from course_utils.errors import ModelError


@dataclass(frozen=True)
class Span:
    """What the cells of a layer see along one axis of the picture, in pixels.

    Cell ``i`` sees ``size`` pixels, from ``first + i * stride`` on. Pixels before 0, or behind
    the picture's end, are zero padding.

    Attributes:
        size: How many pixels a cell sees.
        stride: From one cell to the next (the jump).
        first: The first pixel that cell 0 sees.
    """

    size: int = 1
    stride: int = 1
    first: int = 0

    def through(
        self,
        kernel: int,
        stride: int = 1,
        padding: int = 0,
        dilation: int = 1,
    ) -> "Span":
        """What a cell sees one layer later, behind a convolution or a pooling."""
        return Span(
            size=self.size + dilation * (kernel - 1) * self.stride,
            stride=self.stride * stride,
            first=self.first - padding * self.stride,
        )

    def union(self, other: "Span") -> "Span":
        """What a cell sees where two branches meet.

        Raises:
            ModelError: If the branches have different strides.
        """
        if self.stride != other.stride:
            raise ModelError(
                f"branches with strides of {self.stride} and {other.stride} pixels meet: "
                "their cells lie at different places of the picture"
            )
        first = min(self.first, other.first)
        end = max(self.first + self.size, other.first + other.size)
        return Span(end - first, self.stride, first)

    def center(self, cell: int = 0) -> float:
        """The pixel in the middle of what a cell sees; a half lies between two pixels."""
        return self.first + cell * self.stride + (self.size - 1) / 2


@dataclass(frozen=True)
class Field:
    """What the cells of one layer see, or why there is no number.

    Attributes:
        rows: Along the picture's height; ``None`` if there is no number.
        columns: Along its width, likewise.
        reason: Why there is no number; empty if there is one.
    """

    rows: Span | None
    columns: Span | None
    reason: str = ""

    @property
    def square(self) -> Span:
        """Rows and columns, where both are the same.

        Raises:
            ModelError: If there is no number, or height and width differ.
        """
        if self.rows is None or self.columns is None:
            raise ModelError(f"no receptive field in pixels: {self.reason}; ask an earlier layer")
        if self.rows != self.columns:
            raise ModelError(f"{self}: ask for its rows and columns one by one")
        return self.rows

    def __str__(self) -> str:
        if self.rows is None or self.columns is None:
            return f"no number: {self.reason}"
        strides = f"{self.rows.stride}×{self.columns.stride}"
        return f"{self.rows.size}×{self.columns.size} pixels, stride {strides}"


def receptive_field(
    model: nn.Module, input_shape: tuple[int, int, int] = (3, 224, 224)
) -> dict[str, Field]:
    """Follow a picture without numbers through the network; note what each layer's cells see.

    Convolutions and poolings widen the field. Where branches meet it is their union.

    Args:
        model: Any network, taken in ``eval`` mode; it is not changed.
        input_shape: ``(C, H, W)`` of a picture that it takes. The result does not depend on it.

    Returns:
        The field of each layer by its name in ``named_modules()``, in the order of execution;
        the network itself is ``""``. Of a layer that is called again the last call counts.
        Behind an operation on the whole picture, such as global pooling, squeeze-excitation or
        group norm, and behind one that is not followed, the field says so instead of a number.

    Raises:
        ModelError: If branches with different strides meet.
    """
    model = deepcopy(model).to(device="meta", dtype=torch.float32).eval()
    picture = torch.zeros(1, *input_shape, device="meta")
    follow = _Follow(picture)
    fields: dict[str, Field] = {}

    def note(name: str, output: object) -> None:
        if id(output) in follow.fields:
            fields.pop(name, None)
            fields[name] = follow.fields[id(output)]

    for name, layer in model.named_modules():
        layer.register_forward_hook(lambda _, __, output, name=name: note(name, output))
    with torch.no_grad(), follow:
        model(picture)
    return fields


class _Follow(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watches PyTorch's operations, and keeps the field of each tensor by its id."""

    def __init__(self, picture: Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.fields = {id(picture): Field(Span(), Span())}
        self._alive: list[object] = [picture]  # the id of a tensor that is gone is used again

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = operation(*args, **(kwargs or {}))
        given = dict(zip((a.name for a in operation._schema.arguments), args, strict=False))
        fields = [self.fields[id(t)] for t in _tensors(args) if id(t) in self.fields]
        if fields:
            field = _after(operation, given | (kwargs or {}), reduce(_union, fields))
            self._alive.append(result)
            self.fields.update((id(t), field) for t in _tensors([result]))
        return result


WHOLE_PICTURE = {"_adaptive_avg_pool2d", "adaptive_max_pool2d", "mean", "native_group_norm"}
WINDOWS = {"convolution", "max_pool2d_with_indices", "avg_pool2d"}
PIXEL_BY_PIXEL = {"native_batch_norm", "_prelu_kernel", "elu", "gelu", "hardsigmoid"}
PIXEL_BY_PIXEL |= {"hardswish", "hardtanh", "leaky_relu", "mish", "threshold"}
"""Besides those that PyTorch marks as such (some versions leave some out)."""


def _after(operation: Any, given: dict[str, Any], field: Field) -> Field:
    """The field behind one operation; ``given`` are its arguments by name."""
    name = operation.overloadpacket.__name__
    if field.reason:
        return field
    if name in WINDOWS and not given.get("transposed"):
        return _through(given, field)
    over_channels = name in {"cat", "mean"} and given.get("dim") in (1, [1])
    pixel_by_pixel = torch.Tag.pointwise in operation.tags or name.rstrip("_") in PIXEL_BY_PIXEL
    if over_channels or _shuffles_channels(name, given):
        return field
    if pixel_by_pixel and not given.get("training"):
        return field
    if name in WHOLE_PICTURE or given.get("training"):
        return Field(None, None, f"{name} takes in the whole picture")
    return Field(None, None, f"{name} is not followed, and may take in the whole picture")


def _shuffles_channels(name: str, given: dict[str, Any]) -> bool:
    """Whether an operation moves or divides channels only: rows and columns stay the last two."""
    before = given.get("self")
    if not isinstance(before, Tensor):
        return False
    if name == "view":
        return bool(tuple(given["size"][-2:]) == tuple(before.shape[-2:]))
    if name == "transpose":
        return bool(max(given["dim0"] % before.ndim, given["dim1"] % before.ndim) < before.ndim - 2)
    return name == "split" and given.get("dim") == 1


def _through(given: dict[str, Any], field: Field) -> Field:
    assert field.rows is not None and field.columns is not None
    kernel = given["weight"].shape[2:] if "weight" in given else given["kernel_size"]
    stride = given.get("stride") or kernel  # of a pooling that names none
    windows = [kernel, stride, given.get("padding", [0, 0]), given.get("dilation", [1, 1])]
    rows, columns = zip(*windows, strict=True)
    return Field(field.rows.through(*rows), field.columns.through(*columns))


def _union(one: Field, other: Field) -> Field:
    if one.rows is None or one.columns is None:
        return one
    if other.rows is None or other.columns is None:
        return other
    return Field(one.rows.union(other.rows), one.columns.union(other.columns))


def _tensors(values: Any) -> list[Tensor]:
    """The tensors among arguments, also those in lists."""
    if isinstance(values, Tensor):
        return [values]
    nested = values if isinstance(values, list | tuple) else ()
    return [tensor for value in nested for tensor in _tensors(value)]
