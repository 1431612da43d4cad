"""What a network costs: parameters, multiply–adds, and memory for the backward pass."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
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


def bytes_kept_for_backward(model: nn.Module, images: Tensor) -> int:
    """Bytes of the intermediate results that PyTorch keeps, without weights and input.

    Args:
        model: Any network; its mode is not changed.
        images: A batch ``(N, C, H, W)`` on the network's device.

    Returns:
        0 under ``torch.no_grad`` and ``torch.inference_mode``. A storage that several layers
        share counts once, and the images themselves do not count.
    """
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with saved_tensors_hooks(note, lambda tensor: tensor):
        output = model(images)
    for given in (images, *model.parameters()):
        kept.pop(given.untyped_storage().data_ptr(), None)
    del output  # only now may the storages, and their addresses, be used again
    return sum(kept.values())


def peak_bytes(model: nn.Module, images: Tensor) -> int:
    """Bytes of all results that a forward pass holds at its fullest moment.

    Weights and images do not count, nor what a single operation needs for itself. On the device
    ``meta`` nothing is computed, and the count is the same but for some small buffers.

    Args:
        model: Any network; its mode is not changed.
        images: A batch ``(N, C, H, W)`` on the network's device.
    """
    given = {one.untyped_storage()._cdata for one in (images, *model.state_dict().values())}
    alive = _Alive(given)
    with alive:
        model(images)
    return alive.most


class _Alive(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Watch which results of operations are still held by somebody."""

    def __init__(self, given: set[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.given, self.most = given, 0
        self.held: dict[int, tuple[Any, int]] = {}

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for one in tree_leaves(result):
            if isinstance(one, Tensor) and one.untyped_storage()._cdata not in self.given:
                storage = one.untyped_storage()
                held = StorageWeakRef(storage)  # type: ignore[no-untyped-call]
                self.held[storage._cdata] = held, storage.nbytes()
        self.held = {key: held for key, held in self.held.items() if not held[0].expired()}
        self.most = max(self.most, sum(size for _, size in self.held.values()))
        return result
