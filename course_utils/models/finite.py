"""Weights with which nothing can be predicted: numbers that are none, and negative variances."""

from collections.abc import Collection, Mapping
from pathlib import Path

from torch import Tensor

from course_utils.errors import WeightsError

WHY = "the training diverged, or the file is damaged; give weights from before that"


def require_finite(
    tensors: Mapping[str, Tensor],
    network: Mapping[str, Tensor],
    source: Path | str,
    but: Collection[str] = (),
) -> None:
    """Refuse weights that are NaN or infinite, and a negative variance of batch norm.

    Args:
        tensors: By the network's names.
        network: The network's own, of which some may be infinite, such as a mask.
        source: Of the weights, for the error.
        but: Names that do not matter.

    Raises:
        WeightsError: If there is one; the first tensor is named.
    """
    for name, tensor in tensors.items():
        if name in but or not tensor.is_floating_point() or tensor.is_meta:
            continue
        if not all_finite(tensor) and all_finite(network[name]):
            what = "NaN" if tensor.isnan().any() else "infinite numbers"
            raise WeightsError(f"{source}: {name} holds {what}: {WHY}")
        if name.endswith("running_var") and tensor.numel() and tensor.min() < 0:
            least = f"{tensor.min().item():.3g}"
            raise WeightsError(
                f"{source}: {name} holds {least}, and no variance is negative: the file is "
                "damaged, or was changed; give the weights from before that"
            )


def all_finite(tensor: Tensor) -> bool:
    """Whether no number is NaN or infinite; the sum, which is quick, tells it nearly always."""
    total = tensor.sum()
    return bool(total.isfinite() or tensor.isfinite().all())
