"""The layer table: every layer that a picture passes, its output's shape, its parameters.

The rows, their names and the estimate of memory are those of torchsummary
(https://github.com/sksq96/pytorch-summary).
"""

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

BYTES = 4
"""Of one number in the estimate, whatever the network computes with: float32."""


@dataclass(frozen=True)
class LayerRow:
    """One call of one layer.

    Attributes:
        name: Its class and its place in the table, such as ``Conv2d-1``.
        output_shape: Of one picture, without the batch: ``(C, H, W)`` or ``(features,)``.
        parameters: Its own, without those of the layers inside it; 0 when it is called again.
        trainable: How many of them are not frozen.
    """

    name: str
    output_shape: tuple[int, ...]
    parameters: int
    trainable: int


def layer_table(model: nn.Module, input_shape: tuple[int, ...]) -> list[LayerRow]:
    """Run the network once, in ``eval`` mode, and note each layer as it finishes.

    A layer that is called twice has two rows; a block comes after the layers inside it; the
    network itself and every ``Sequential`` have none. A layer that the network holds but never
    calls is missing, and so are its parameters; likewise parameters of the network itself.

    Args:
        model: Any network; its mode, weights and statistics stay as they are.
        input_shape: Of one picture, without the batch: ``(C, H, W)``.

    Returns:
        The rows in the order of execution.
    """
    rows: list[LayerRow] = []
    seen: set[nn.Module] = set()

    def note(layer: nn.Module, inputs: object, output: object) -> None:
        own = [] if layer in seen else list(layer.parameters(recurse=False))
        seen.add(layer)
        name = f"{type(layer).__name__}-{len(rows) + 1}"
        trainable = [parameter for parameter in own if parameter.requires_grad]
        rows.append(LayerRow(name, _shape(output), _numbers(own), _numbers(trainable)))

    layers = [layer for layer in model.modules() if _has_row(layer, model)]
    hooks = [layer.register_forward_hook(note) for layer in layers]
    try:
        with torch.no_grad(), _eval_mode(model):
            model(_empty_picture(model, input_shape))
    finally:
        for hook in hooks:
            hook.remove()
    return rows


def format_layer_table(rows: Sequence[LayerRow], input_shape: tuple[int, ...]) -> str:
    """Write the table with its totals, as torchsummary prints it.

    Memory is an estimate for one picture in training: 4 bytes for each number of the input, of
    every row's output twice (the second time for its gradient), and of the parameters. It counts
    layers that work in place, and a block's output both for the block and for its last layer:
    ``bytes_kept_for_backward`` measures instead.

    Args:
        rows: From ``layer_table``.
        input_shape: Of one picture, without the batch: ``(C, H, W)``.

    Returns:
        The table; ``-1`` stands for the batch, and MB are 2²⁰ bytes.
    """
    lines = [_line("Layer (type)", "Output Shape", "Param #"), "=" * 64]
    lines += [_line(r.name, str([-1, *r.output_shape]), f"{r.parameters:,}") for r in rows]
    parameters = sum(row.parameters for row in rows)
    trainable = sum(row.trainable for row in rows)
    lines += ["=" * 64, f"Total params: {parameters:,}", f"Trainable params: {trainable:,}"]
    lines += [f"Non-trainable params: {parameters - trainable:,}", "-" * 64]
    memory = _estimated_megabytes(rows, input_shape)
    lines += [f"{name} (MB): {megabytes:.2f}" for name, megabytes in memory.items()]
    return "\n".join(["-" * 64, *lines, "-" * 64])


def _estimated_megabytes(
    rows: Sequence[LayerRow], input_shape: tuple[int, ...]
) -> dict[str, float]:
    numbers = {
        "Input size": math.prod(input_shape),
        "Forward/backward pass size": 2 * sum(math.prod(row.output_shape) for row in rows),
        "Params size": sum(row.parameters for row in rows),
    }
    numbers["Estimated Total Size"] = sum(numbers.values())
    return {name: count * BYTES / 2**20 for name, count in numbers.items()}


def _line(name: str, shape: str, parameters: str) -> str:
    return f"{name:>20}  {shape:>25} {parameters:>15}"


def _has_row(layer: nn.Module, model: nn.Module) -> bool:
    if isinstance(layer, nn.Sequential | nn.ModuleList):
        return False
    return layer is not model or not list(layer.children())


def _shape(output: object) -> tuple[int, ...]:
    """Shape without the batch; of several outputs, that of the first tensor; ``()`` if none."""
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, list | tuple):
        output = next((part for part in output if isinstance(part, Tensor)), None)
    return tuple(output.shape[1:]) if isinstance(output, Tensor) else ()


def _numbers(tensors: Sequence[Tensor]) -> int:
    return sum(tensor.numel() for tensor in tensors)


def _empty_picture(model: nn.Module, input_shape: tuple[int, ...]) -> Tensor:
    """A batch of one, where the network is and with its kind of number."""
    like = next(model.parameters(), torch.empty(0))
    return torch.zeros(1, *input_shape, device=like.device, dtype=like.dtype)


@contextmanager
def _eval_mode(model: nn.Module) -> Iterator[None]:
    """All layers in ``eval`` mode; afterwards each in the mode that it was in."""
    training = [module for module in model.modules() if module.training]
    model.eval()
    try:
        yield
    finally:
        for module in training:
            module.training = True
