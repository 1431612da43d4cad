"""Parameters and multiply–adds of a network."""

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode


def count_parameters(model: nn.Module) -> int:
    """Numbers that training can change."""
    return sum(parameter.numel() for parameter in model.parameters())


def count_multiply_adds(model: nn.Module, input_shape: tuple[int, ...]) -> int:
    """Products that are added to a sum in one forward pass (some call each two FLOPs).

    Args:
        model: Any network; its mode is not changed.
        input_shape: Of one batch, such as ``(1, 3, 224, 224)``.

    Returns:
        What PyTorch's own counter gives. It counts convolutions and matrix products, and leaves
        out additions, activations and batch norm, as the papers do.
    """
    device = next(model.parameters()).device
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        model(torch.zeros(input_shape, device=device))
    return int(counter.get_total_flops()) // 2
