"""Blocks that should compute the same: other numbers in all weights, and comparisons."""

from typing import Any

import torch
from torch import Tensor, nn

EXACT = {"rtol": 1e-10, "atol": 1e-10}


def randomize(module: Any, seed: int = 0) -> Any:
    """Float64, and other numbers in every weight, scale, shift and statistic."""
    generator = torch.Generator().manual_seed(seed)
    for tensor in module.double().state_dict().values():
        if tensor.is_floating_point():
            size = (1 / tensor[0].numel()) ** 0.5 if tensor.ndim > 1 else 1
            values = torch.rand(tensor.shape, generator=generator, dtype=torch.float64)
            tensor.copy_((values + 0.5 if tensor.ndim == 1 else 2 * values - 1) * size)
    return module


def run(block: nn.Module, channels: int) -> tuple[Tensor, Tensor]:
    """Output and gradient of the input; the weights keep theirs."""
    generator = torch.Generator().manual_seed(1)
    x = torch.rand(2, channels, 6, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    output = block(x)
    weights = torch.rand(output.shape, generator=generator, dtype=torch.float64)
    (output * weights).sum().backward()
    assert x.grad is not None
    return output.detach(), x.grad


def assert_equal(ours: Tensor, theirs: Tensor) -> None:
    assert ours.abs().max() > 0, "all zeros: the test would see nothing"
    torch.testing.assert_close(ours, theirs, **EXACT)


def joined(layers: list[nn.Module], name: str, dim: int = 0) -> Tensor:
    """A tensor of one layer of every path, beside each other."""
    return torch.cat([getattr(layer, name) for layer in layers], dim)


def gradients(layers: list[nn.Module], name: str, dim: int = 0) -> Tensor:
    return torch.cat([getattr(layer, name).grad for layer in layers], dim)


def assert_same_norm(layers: list[nn.Module], whole: nn.Module) -> None:
    """Gradients, running statistics and the count of batches."""
    for name in ("weight", "bias"):
        assert_equal(gradients(layers, name), getattr(whole, name).grad)
    for name in ("running_mean", "running_var"):
        assert_equal(joined(layers, name), getattr(whole, name))
    assert {int(layer.num_batches_tracked) for layer in layers} == {int(whole.num_batches_tracked)}


def convolutions(module: nn.Module) -> list[nn.Conv2d]:
    return [layer for layer in module.modules() if isinstance(layer, nn.Conv2d)]
