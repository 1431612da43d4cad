"""The receptive field by backpropagation: the pixels that the gradient of a cell reaches."""

import torch
from torch import Tensor, nn

from course_utils.analysis.spans import Field, Span
from course_utils.copies import copy_of
from course_utils.errors import ModelError

FAINT = 1e-6
"""The value of every pixel: activations with a plateau, such as ReLU6, stay below it."""

Ends = tuple[int, int]
"""Along one axis: the first pixel that the gradient reaches, and the one behind the last."""


def field_by_gradient(
    model: nn.Module, layer: str, input_shape: tuple[int, int, int] = (3, 512, 512)
) -> Field:
    """Send a gradient back from two neighboring cells, and look which pixels it reaches.

    It is sent through a copy of the network in which nothing cancels and nothing is chosen: all
    weights of a layer are positive and equal, batch norm does nothing, and each max-pooling is
    an average pooling.

    Args:
        model: A network of convolutions, poolings, batch norms and ReLUs; it is not changed.
        layer: Name of a layer in ``named_modules()``.
        input_shape: ``(C, H, W)`` of the picture to try. It must be larger than the field; be
            generous where windows leave gaps (dilation, or a stride above the kernel's size).

    Returns:
        What ``receptive_field(model)[layer]`` finds by arithmetic.

    Raises:
        ModelError: If the gradient reaches the border of the picture, so that the field may be
            larger; if there is no such layer, or its output has no rows and columns; if a
            max-pooling is dilated.
    """
    model = where_nothing_cancels(model)
    like = next(model.parameters(), torch.empty(0, dtype=torch.float64))
    picture = like.new_full((1, *input_shape), FAINT, requires_grad=True)
    output = output_of(model, layer, picture)  # (1, channels, rows, columns)
    row, column = middle_cell(output)
    one = _ends(gradient_of(output, (row, column), picture), layer)
    if min(output.shape[2:]) < 2:
        raise _too_small(layer, input_shape)
    two = _ends(gradient_of(output, (row + 1, column + 1), picture), layer)
    if _sizes(one) != _sizes(two):
        raise _too_small(layer, input_shape)
    return Field(_span(one[0], two[0], row), _span(one[1], two[1], column))


def where_nothing_cancels(model: nn.Module) -> nn.Module:
    """A copy in float64: equal weights above 0, idle batch norm, no max-pooling."""
    model = copy_of(model).double().eval()
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.MaxPool2d):
                setattr(parent, name, _average(child))
    for name, tensor in model.state_dict().items():
        if tensor.is_floating_point():
            nothing = name.endswith(("bias", "running_mean"))
            share = 1 / tensor[0].numel()  # of one input of a convolution; 1 in batch norm
            tensor.fill_(0 if nothing else share)
    return model


@torch.enable_grad()
def output_of(model: nn.Module, layer: str, images: Tensor) -> Tensor:
    """What a layer gives for these pictures ``(N, C, H, W)``, with its graph.

    Raises:
        ModelError: If there is no such layer, or its output has no rows and columns.
    """
    outputs: list[Tensor] = []
    try:
        watched = model.get_submodule(layer)
    except AttributeError:
        known = ", ".join(name for name, _ in model.named_children())
        raise ModelError(f"layer {layer!r} does not exist: choose one such as {known}") from None
    # A copy, because the next layer may work in place.
    hook = watched.register_forward_hook(lambda _, __, out: outputs.append(torch.clone(out)))
    model(images)
    hook.remove()
    if not outputs or outputs[-1].ndim != 4:
        raise ModelError(f"layer {layer!r} gives nothing with rows and columns: ask an earlier one")
    return outputs[-1]


def middle_cell(output: Tensor) -> tuple[int, int]:
    """Row and column of the cell in the middle of ``(N, C, rows, columns)``, or just before it."""
    return (output.shape[2] - 1) // 2, (output.shape[3] - 1) // 2


@torch.enable_grad()
def gradient_of(output: Tensor, cell: tuple[int, int], images: Tensor) -> Tensor:
    """The gradient of one cell, summed over its channels, at every pixel ``(N, C, H, W)``.

    Raises:
        ModelError: If it is 0 everywhere.
    """
    total = output[:, :, cell[0], cell[1]].sum()
    (gradient,) = torch.autograd.grad(total, images, retain_graph=True)
    if not gradient.any():
        raise ModelError("no gradient reaches the picture: every path is cut off, as by ReLU")
    return gradient


def _average(pool: nn.MaxPool2d) -> nn.AvgPool2d:
    if pool.dilation not in (1, (1, 1)):
        raise ModelError(f"{pool}: there is no dilated average pooling to take its place")
    return nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding, pool.ceil_mode)


def _ends(gradient: Tensor, layer: str) -> tuple[Ends, Ends]:
    """Along the rows and along the columns."""
    reached = (gradient != 0).flatten(0, 1).any(dim=0)  # (H, W)
    rows, columns = (reached.any(dim=axis).nonzero().flatten().tolist() for axis in (1, 0))
    ends = (rows[0], rows[-1] + 1), (columns[0], columns[-1] + 1)
    if any(e[0] == 0 or e[1] == n for e, n in zip(ends, reached.shape, strict=True)):
        raise _too_small(layer, tuple(gradient.shape[1:]))
    return ends


def _sizes(ends: tuple[Ends, Ends]) -> list[int]:
    return [end - first for first, end in ends]


def _too_small(layer: str, input_shape: tuple[int, ...]) -> ModelError:
    size = "×".join(str(side) for side in input_shape[1:])
    return ModelError(
        f"what a cell of {layer!r} sees reaches the border of a picture of {size}, and may go on "
        "behind it: give a larger input_shape"
    )


def _span(one: Ends, two: Ends, cell: int) -> Span:
    """From what two neighboring cells see along one axis."""
    stride = two[0] - one[0]
    return Span(size=one[1] - one[0], stride=stride, first=one[0] - cell * stride)
