"""A network made ready to predict and for nothing else: the same answers, sooner."""

import warnings
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_leaves

from course_utils.copies import copy_of
from course_utils.inference.bfloat16 import compute_in_bfloat16
from course_utils.inference.folding import fold_batch_norms
from course_utils.inference.onnx_engine import answer_by_onnxruntime
from course_utils.inference.snapshots import Snapshot
from course_utils.runtime import choose_engine, choose_precision, device_of

Network = TypeVar("Network", bound=nn.Module)

TOLERANCE = {"fp32": 1e-3, "bf16": 0.1}
"""Largest difference from the given network's answer, as a share of its largest number."""


def prepare_for_inference(
    model: Network, precision: str = "fp32", size: int = 224, like: Tensor | None = None
) -> Network:
    """A copy of the network for predictions: it cannot learn any more.

    Batch norms are folded where that can be done, tensors lie in memory with their channels last,
    and weights of other types are brought to float32, as pictures are. What was changed is given
    up, with a warning, where the copy then answers differently.

    Args:
        model: Any network for pictures ``(N, 3, H, W)``; it stays as it is.
        precision: ``"fp32"``, ``"bf16"`` or ``"auto"`` (see ``choose_precision``). In bfloat16
            transposed convolutions still compute in float32 on a CPU, where they would be slower.
        size: Side of a picture that the network takes, in pixels.
        like: A batch of which the first picture is used to compare the answers; by default noise.

    Raises:
        CourseError: If bfloat16 is asked for and the network's device does not compute in it.
    """
    chosen = choose_precision(precision, device_of(model))
    prepared = _for_predictions(model)
    folded = fold_batch_norms(prepared, size)
    if not folded and chosen == "fp32":
        return prepared
    plain = _for_predictions(model)
    picture = _noise(model, size) if like is None else like[:1].to(device_of(model))
    try:
        expected = _answer(plain, picture)
    except RuntimeError:  # it does not take such a picture, and says so when it predicts
        return plain
    if folded and not _agree(prepared, picture, expected, "fp32"):
        _warn(model, "with batch norms folded into convolutions")
        prepared = _for_predictions(model)
    if chosen == "bf16":
        compute_in_bfloat16(prepared)
        if not _agree(prepared, picture, expected, "bf16"):
            _warn(model, "in bfloat16")
            return plain
    return prepared


class PreparedNetwork:
    """The prepared form of a network that may still be changed.

    Args:
        model: Any network. It predicts as in ``eval`` mode, whatever mode it is in.
        precision: As for ``prepare_for_inference``.
        size: Likewise.
        converted: Makes the network that predicts from the one that was given, such as
            ``to_fully_convolutional``.
        engine: What computes: ``"torch"``, or ``"onnxruntime"`` (see ``choose_engine``).
        any_size: Whether onnxruntime has to take pictures of other sizes, too.

    Raises:
        CourseError: If that engine is not installed, or neither it nor the network's device
            computes in this precision.
    """

    def __init__(
        self,
        model: nn.Module,
        precision: str = "fp32",
        size: int = 224,
        converted: Callable[[nn.Module], nn.Module] = lambda model: model,
        engine: str = "torch",
        *,
        any_size: bool = False,
    ) -> None:
        self.model, self.size, self.converted = model, size, converted
        self.engine, self.precision = choose_engine(engine, device_of(model), precision)
        self.any_size = any_size
        self._network: nn.Module | None = None
        self._prepared: nn.Module | None = None
        self._made_from: Snapshot | None = None
        self._compared_on_pictures = False

    def current(self, like: Tensor | None = None) -> nn.Module:
        """The prepared network; made again where weights or layers have changed since.

        Args:
            like: As for ``prepare_for_inference``. The first batch counts, whatever was asked for
                without one before.

        Raises:
            CourseError: If onnxruntime is to compute, and the network cannot be exported or
                would be answered differently.
        """
        network = self.unprepared()
        if self._prepared is None or (like is not None and not self._compared_on_pictures):
            self._prepared = self._made_of(network, like)
            self._compared_on_pictures = like is not None
        return self._prepared

    def unprepared(self) -> nn.Module:
        """The network in the form in which it predicts, before it is prepared."""
        if self._network is None or self._made_from is None or self._made_from.differs(self.model):
            made_from = Snapshot(self.model)
            self._network = self.converted(self.model)
            self._made_from, self._prepared = made_from, None
        return self._network

    def _made_of(self, network: nn.Module, like: Tensor | None) -> nn.Module:
        if self.engine == "torch":
            return prepare_for_inference(network, self.precision, self.size, like)
        copy = _for_predictions(network)
        return answer_by_onnxruntime(copy, self.size, like, any_size=self.any_size)

    @torch.inference_mode()
    def __call__(self, images: Tensor) -> Tensor:
        """``(N, 3, H, W)`` → what the network gives, without gradients."""
        output: Tensor = self.current(images)(images)
        return output


def _for_predictions(model: Network) -> Network:
    copy = copy_of(model).eval().requires_grad_(False).float()
    return copy.to(memory_format=torch.channels_last)


@torch.inference_mode()
def _answer(model: nn.Module, picture: Tensor) -> list[Tensor]:
    """The tensors of an answer of any form, such as that of a network with two heads."""
    return [one.float() for one in tree_leaves(model(picture)) if isinstance(one, Tensor)]


def _agree(prepared: nn.Module, picture: Tensor, expected: list[Tensor], precision: str) -> bool:
    """Whether the answers differ by no more than rounding."""
    try:
        found = _answer(prepared, picture)
    except RuntimeError:
        return False
    return len(found) == len(expected) and all(
        one.shape == other.shape
        and torch.allclose(one, other, rtol=0, atol=_rounding(other, precision), equal_nan=True)
        for one, other in zip(found, expected, strict=True)
    )


def _rounding(expected: Tensor, precision: str) -> float:
    largest = expected.nan_to_num(0, 0, 0).abs().amax() if expected.numel() else 0
    return TOLERANCE[precision] * float(largest)


def _warn(model: nn.Module, how: str) -> None:
    warnings.warn(
        f"{type(model).__name__} answers differently {how}; it predicts without that, "
        "which is right and takes longer",
        stacklevel=4,
    )


def _noise(model: nn.Module, size: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(1, 3, size, size, generator=generator).to(device_of(model))
