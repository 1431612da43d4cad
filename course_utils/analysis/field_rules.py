"""What each of PyTorch's operations does to the field of the cells: the rules, one by one."""

from typing import Any

import torch
from torch import Tensor

from course_utils.analysis.spans import Field
from course_utils.errors import ModelError

WHOLE_PICTURE = {"_adaptive_avg_pool2d", "adaptive_max_pool2d", "mean", "native_group_norm"}
WINDOWS = {"convolution", "max_pool2d_with_indices", "avg_pool2d"}
LINEAR = {"upsample_bilinear2d"}
NEAREST = {"upsample_nearest2d", "_upsample_nearest_exact2d"}
PIXEL_BY_PIXEL = {"native_batch_norm", "_prelu_kernel", "elu", "gelu", "hardsigmoid", "alias"}
PIXEL_BY_PIXEL |= {"hardswish", "hardtanh", "leaky_relu", "mish", "threshold"}
"""Besides those that PyTorch marks as such (some versions leave some out)."""


def field_after(operation: Any, given: dict[str, Any], field: Field, others: list[Tensor]) -> Field:
    """The field behind one operation.

    Args:
        operation: One of PyTorch's, as a dispatch mode meets it.
        given: Its arguments by their names.
        field: Of the maps that it takes, or of their union.
        others: The tensors among its arguments that do not come from the picture.
    """
    name = operation.overloadpacket.__name__
    if field.reason:
        return field
    if name in WINDOWS:
        return _enlarged(given, field) if given.get("transposed") else _through(given, field)
    if name in LINEAR | NEAREST:
        return _interpolated(name, given, field)
    if given.get("training") or (name in WHOLE_PICTURE and not _over_channels(name, given)):
        return Field(None, None, f"{name} takes in the whole picture")
    if not _keeps_places(operation, name, given):
        return Field(None, None, f"{name} is not followed, and may take in the whole picture")
    if name != "native_batch_norm" and any(max(size_of(other)) > 1 for other in others):
        return Field(None, None, f"{name} takes a map that does not come from the picture")
    return field


def size_of(tensor: Tensor) -> tuple[int, int]:
    """Rows and columns, the last two dimensions; 1 where there is none."""
    rows, columns = (1, 1, *tensor.shape)[-2:]
    return rows, columns


def _over_channels(name: str, given: dict[str, Any]) -> bool:
    return name in {"cat", "mean"} and given.get("dim") in (1, [1])


def _keeps_places(operation: Any, name: str, given: dict[str, Any]) -> bool:
    """Whether rows and columns stay the last two dimensions, and each cell stays where it is.

    An operation may treat every number alone, mix, move or divide channels, or cut off on the
    right or below.
    """
    if torch.Tag.pointwise in operation.tags or name.rstrip("_") in PIXEL_BY_PIXEL:
        return True
    if _over_channels(name, given):
        return True
    before = given.get("self")
    if not isinstance(before, Tensor):
        return False
    if name == "view":
        return bool(tuple(given["size"][-2:]) == tuple(before.shape[-2:]))
    if name == "transpose":
        return bool(max(given["dim0"] % before.ndim, given["dim1"] % before.ndim) < before.ndim - 2)
    if name == "slice":
        return not given.get("start") and given.get("step", 1) == 1
    return name == "split" and given.get("dim") == 1


def _windows(given: dict[str, Any]) -> list[tuple[int, int, int, int]]:
    """Kernel, stride, padding and dilation, of the rows and of the columns."""
    kernel = given["weight"].shape[2:] if "weight" in given else given["kernel_size"]
    stride = given.get("stride") or kernel  # of a pooling that names none
    windows = [kernel, stride, given.get("padding", [0, 0]), given.get("dilation", [1, 1])]
    return list(zip(*windows, strict=True))


def _through(given: dict[str, Any], field: Field) -> Field:
    assert field.rows is not None and field.columns is not None
    rows, columns = _windows(given)
    return Field(field.rows.through(*rows), field.columns.through(*columns))


def _enlarged(given: dict[str, Any], field: Field) -> Field:
    assert field.rows is not None and field.columns is not None
    rows, columns = _windows(given)
    try:
        return Field(field.rows.enlarged(*rows), field.columns.enlarged(*columns))
    except ModelError as error:
        return Field(None, None, str(error))


def _interpolated(name: str, given: dict[str, Any], field: Field) -> Field:
    """By a whole factor it is a transposed convolution, but at the border of the picture."""
    before, after = size_of(given["self"]), tuple(given["output_size"])
    scales = given.get("scales_h"), given.get("scales_w")
    factors = [_factor(*sizes) for sizes in zip(before, after, scales, strict=True)]
    if given.get("align_corners") or not all(factors):
        sizes = f"{before[0]}×{before[1]} to {after[0]}×{after[1]}"
        return Field(None, None, f"{name} from {sizes} cells does not enlarge by a whole factor")
    linear = name in LINEAR
    kernels = [2 * factor - factor % 2 if linear else factor for factor in factors]
    paddings = [factor // 2 if linear else 0 for factor in factors]
    return _enlarged({"kernel_size": kernels, "stride": factors, "padding": paddings}, field)


def _factor(before: int, after: int, scale: float | None) -> int:
    """How many times longer a side becomes; 0 if that is no whole number, or not what was asked."""
    factor = after // before
    return factor if factor * before == after and scale in (None, factor) else 0
