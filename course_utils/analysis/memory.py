"""The memory that a forward pass keeps for the backward pass."""

from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks


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
