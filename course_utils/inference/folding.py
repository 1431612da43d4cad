"""Batch norms folded into the convolutions before them, for networks that no longer learn.

In ``eval`` mode a batch norm is ``y = γ (x − μ) / √(σ² + ε) + β``: a factor and a shift for each
channel. Both can be put into the convolution that computes ``x``, and one layer is left of two
(Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
Inference" (2018), section 3.2).
"""

from collections import Counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.utils.fusion import fuse_conv_bn_weights
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from course_utils.copies import is_exactly
from course_utils.errors import ModelError


def fold_batch_norms(model: nn.Module, size: int) -> int:
    """Fold each batch norm that can be folded; change the network in place.

    A norm can be folded if it takes the output of one convolution, of which nothing else takes it,
    and if both run once. The others, such as those before DenseNet's convolutions, stay. Only
    ``nn.Conv2d`` and ``nn.BatchNorm2d`` themselves are folded: a subclass, a parametrized layer or
    one with hooks may do something else with its weights.

    Args:
        model: In ``eval`` mode. Its folded norms become ``nn.Identity``.
        size: Side of a picture that it takes, in pixels.

    Returns:
        How many were folded. None if the network cannot be followed without computing anything,
        because what it does depends on the numbers.
    """
    pairs = _pairs(model, size)
    names = {module: name for name, module in model.named_modules()}
    for convolution, norm in pairs:
        _fold(convolution, norm)
        parent, _, name = names[norm].rpartition(".")
        setattr(model.get_submodule(parent), name, nn.Identity())
    return len(pairs)


def _fold(convolution: nn.Conv2d, norm: nn.BatchNorm2d) -> None:
    """Computed in float64: rounded once, not at each step. On the CPU, for not all GPUs have it."""
    place = convolution.weight
    old = None if convolution.bias is None else convolution.bias.cpu().double()
    assert norm.running_mean is not None and norm.running_var is not None
    weight, bias = fuse_conv_bn_weights(
        convolution.weight.cpu().double(),
        old,
        norm.running_mean.cpu().double(),
        norm.running_var.cpu().double(),
        norm.eps,
        None if norm.weight is None else norm.weight.cpu().double(),
        None if norm.bias is None else norm.bias.cpu().double(),
    )
    convolution.weight = nn.Parameter(weight.detach().to(place), requires_grad=False)
    convolution.bias = nn.Parameter(bias.detach().to(place), requires_grad=False)


def _pairs(model: nn.Module, size: int) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Convolutions and the norms behind them, in the order of execution."""
    norms = [module for module in model.modules() if isinstance(module, _BatchNorm)]
    if not norms:
        return []
    watch = Watch()
    handles = [
        module.register_forward_hook(watch.note)
        for module in model.modules()
        if is_exactly(module, nn.Conv2d, nn.BatchNorm2d)
    ]
    try:
        _run_without_numbers(model, size, watch)
    except (ModelError, NotImplementedError, RuntimeError):
        return []
    finally:
        for handle in handles:
            handle.remove()
    return watch.pairs()


def _run_without_numbers(model: nn.Module, size: int, watch: "Watch") -> None:
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    shadow = {name: tensor.to("meta") for name, tensor in tensors.items()}
    kind = next(model.parameters()).dtype
    with torch.no_grad(), watch:
        functional_call(model, shadow, torch.empty(1, 3, size, size, device="meta", dtype=kind))


class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts what is done with each tensor, and how often each layer is called.

    It is a context: what is computed inside is watched. ``note`` is the hook of the layers.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.uses: Counter[int] = Counter()
        self.calls: Counter[nn.Module] = Counter()
        self.source: dict[int, nn.Conv2d] = {}
        self.behind: list[tuple[int, nn.BatchNorm2d]] = []
        self._alive: list[Any] = []  # the id of a tensor that is gone is used again

    def __torch_dispatch__(
        self, operation: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        self.uses.update(id(t) for t in tree_leaves((args, kwargs)) if isinstance(t, Tensor))
        result = operation(*args, **(kwargs or {}))
        self._alive.append(result)
        return result

    def note(self, layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        """Called behind each convolution and each norm."""
        self.calls[layer] += 1
        if isinstance(layer, nn.Conv2d):
            self.source[id(output)] = layer
        elif isinstance(layer, nn.BatchNorm2d):
            self.behind.append((id(inputs[0]), layer))

    def pairs(self) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
        """What belongs together and to nothing else."""
        found = [
            (self.source[x], norm)
            for x, norm in self.behind
            if x in self.source and self.uses[x] == 1 and not norm.training
        ]
        return [
            (convolution, norm)
            for convolution, norm in found
            if self.calls[convolution] == self.calls[norm] == 1 and norm.running_var is not None
        ]
