"""A network that computes in bfloat16 wherever that keeps the answer."""

import torch
from torch import Tensor, nn

from course_utils.copies import is_exactly
from course_utils.runtime import device_of


def compute_in_bfloat16(model: nn.Module) -> None:
    """Change a network in place: what is computed, and where it pays, what is stored.

    ``torch.autocast`` says for each operation whether it is computed in bfloat16. So layers that
    take weights of other layers, as the attention of transformers does, are served as well.
    On a CPU transposed convolutions stay in float32, where they would be slower.

    Args:
        model: In ``eval`` mode, for inference only.
    """
    device = device_of(model).type
    for layer in model.modules():
        if is_exactly(layer, nn.Conv2d, nn.Linear):
            layer.to(torch.bfloat16)
        elif isinstance(layer, nn.ConvTranspose2d) and device == "cpu":
            layer.register_forward_pre_hook(_in_float32)
            layer.forward = torch.autocast(device, enabled=False)(layer.forward)  # type: ignore[method-assign]
    model.forward = torch.autocast(device, torch.bfloat16)(model.forward)


def _in_float32(layer: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return tuple(x.float() for x in inputs)
