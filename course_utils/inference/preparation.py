"""A network made ready to predict and for nothing else: the same answers, sooner."""

from collections.abc import Callable
from copy import deepcopy
from typing import TypeVar

import torch
from torch import Tensor, nn

from course_utils.inference.folding import fold_batch_norms
from course_utils.runtime import choose_precision

Network = TypeVar("Network", bound=nn.Module)

Weighted = nn.Conv2d | nn.ConvTranspose2d | nn.Linear | nn.BatchNorm2d
"""Layers that want their input in the type of their weights."""


def prepare_for_inference(model: Network, precision: str = "fp32", size: int = 224) -> Network:
    """A copy of the network for predictions: it cannot learn any more.

    Batch norms are folded where that can be done, and tensors lie in memory with their channels
    last.

    Args:
        model: Any network for pictures ``(N, 3, H, W)``; it stays as it is.
        precision: ``"fp32"``, ``"bf16"`` or ``"auto"`` (see ``choose_precision``). In bfloat16
            transposed convolutions still compute in float32 on a CPU, where they would be slower.
        size: Side of a picture that the network takes, in pixels.

    Raises:
        CourseError: If bfloat16 is asked for and the network's device does not compute in it.
    """
    like = next(model.parameters(), torch.empty(0))
    chosen = choose_precision(precision, like.device)
    prepared = deepcopy(model).eval().requires_grad_(False)
    fold_batch_norms(prepared, size)
    if chosen == "bf16":
        _compute_in_bfloat16(prepared)
    return prepared.to(memory_format=torch.channels_last)


class PreparedNetwork:
    """The prepared form of a network that may still be changed.

    Args:
        model: Any network. While it is in training mode it computes itself.
        precision: As for ``prepare_for_inference``.
        size: Likewise.
        converted: Makes the network that predicts from the one that was given, such as
            ``to_fully_convolutional``.
    """

    def __init__(
        self,
        model: nn.Module,
        precision: str = "fp32",
        size: int = 224,
        converted: Callable[[nn.Module], nn.Module] = lambda model: model,
    ) -> None:
        self.model, self.size, self.converted = model, size, converted
        self.precision = choose_precision(precision, _device_of(model))
        self._prepared: nn.Module | None = None
        self._made_from: list[tuple[int, int]] = []

    def current(self) -> nn.Module:
        """The prepared network; made again where weights have changed since."""
        if self.model.training:
            return self.converted(self.model)
        now = _versions(self.model)
        if self._prepared is None or now != self._made_from:
            network = self.converted(self.model)
            self._prepared = prepare_for_inference(network, self.precision, self.size)
            self._made_from = now
        return self._prepared

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        """``(N, 3, H, W)`` → what the network gives, without gradients."""
        output: Tensor = self.current()(images)
        return output


def _versions(model: nn.Module) -> list[tuple[int, int]]:
    """Which tensors the network holds, and how often each was written to."""
    tensors = [*model.parameters(), *model.buffers()]
    return [(id(t), 0 if t.is_inference() else t._version) for t in tensors]


def _device_of(model: nn.Module) -> torch.device:
    return next(model.parameters(), torch.empty(0)).device


def _compute_in_bfloat16(model: nn.Module) -> None:
    for layer in model.modules():
        if isinstance(layer, Weighted):
            slow = isinstance(layer, nn.ConvTranspose2d) and layer.weight.device.type == "cpu"
            layer.to(torch.float32 if slow else torch.bfloat16)
            layer.register_forward_pre_hook(_as_weights)


def _as_weights(layer: nn.Module, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    kind = next(layer.parameters()).dtype
    return tuple(x.to(kind) for x in inputs)
