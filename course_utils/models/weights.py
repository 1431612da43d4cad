"""Weights files: what they hold, how they are written, and how they are read safely."""

import json
import pickle
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import WeightsError, first_line
from course_utils.files import write_atomically
from course_utils.models.file_kinds import damaged_record, kind_of
from course_utils.models.fitting import load_into
from course_utils.models.pickled_types import refusal
from course_utils.models.state_dicts import tensors_in

__all__ = ["PixelInfo", "WeightsInfo", "load_into", "read_weights", "save_weights"]

METADATA_KEY = "course_utils"
WEIGHTS = "weights.safetensors"
"""What the weights are called in the folder that a training leaves."""
DTYPES = {"float32": torch.float32, "float16": torch.float16}
"""Numbers that a file can hold."""


@dataclass(frozen=True)
class PixelInfo:
    """What else there is to say about weights that label pixels.

    Attributes:
        crop_size: Height and width of the crops that they were trained on, in pixels. Pictures
            are not resized.
        depthwise: Whether the upsampling treats each channel by itself.
        mean_iou: Mean intersection over union on the validation pictures (0 to 1).
        shorter_side: What a picture's shorter side is brought to, in pixels; ``None`` leaves
            pictures at their own size.
    """

    crop_size: tuple[int, int]
    depthwise: bool = True
    mean_iou: float | None = None
    shorter_side: int | None = None


@dataclass(frozen=True)
class WeightsInfo:
    """What a weights file says about itself, so that nobody can use it wrongly.

    Attributes:
        architecture: The builder's name, such as ``resnet18`` or ``fcn8s-resnet18``.
        class_names: In the order of the logits.
        preprocessing: How pictures became tensors in training's evaluation.
        stem_width: Of this package's networks; ``None`` for torchvision's.
        data: The set it was trained on.
        command: The command that trained it.
        seed: Of that training.
        accuracy: Share of the validation pictures, or of their pixels, that the stored file
            labels rightly.
        versions: Of the packages that trained it.
        pixels: Of weights that label pixels; ``None`` for a classifier's.
    """

    architecture: str
    class_names: tuple[str, ...]
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING
    stem_width: int | None = None
    data: str = ""
    command: str = ""
    seed: int | None = None
    accuracy: float | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    pixels: PixelInfo | None = None


def save_weights(
    path: Path | str,
    state_dict: Mapping[str, Tensor],
    info: WeightsInfo,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write weights as safetensors with their description, whole or not at all.

    Args:
        path: The file.
        state_dict: The tensors by name.
        info: Their description.
        dtype: Of floating-point numbers in the file; float16 halves it, and rounds them.

    Raises:
        WeightsError: If a number is too large for ``dtype``; its tensor is named.
        CourseError: If the file cannot be written.
    """
    try:
        tensors = in_precision(state_dict, dtype)
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from None
    metadata = {METADATA_KEY: json.dumps(asdict(info), ensure_ascii=False)}
    write_atomically(path, safetensors.torch.save(tensors, metadata))


def in_precision(state_dict: Mapping[str, Tensor], dtype: torch.dtype) -> dict[str, Tensor]:
    """The tensors as a file holds them: on the CPU, floating-point numbers of this type.

    Raises:
        WeightsError: If a number would become infinite; its tensor is named.
    """
    return {name: _converted(name, tensor, dtype) for name, tensor in state_dict.items()}


def _converted(name: str, tensor: Tensor, dtype: torch.dtype) -> Tensor:
    if tensor.is_quantized or tensor.is_meta:
        why = "is quantized" if tensor.is_quantized else "has no numbers (it is on the device meta)"
        raise WeightsError(f"{name} {why}, which is not read: give the weights from before that")
    tensor = tensor.detach().cpu()
    if tensor.layout != torch.strided:
        tensor = tensor.to_dense()
    if not tensor.is_floating_point():
        return tensor.contiguous()
    converted = tensor.to(dtype).contiguous()
    grown = converted.isinf() & ~tensor.isinf()
    if grown.any():
        value = tensor[grown].double().abs().max().item()
        kind, largest = str(dtype).removeprefix("torch."), torch.finfo(dtype).max
        raise WeightsError(
            f"{name} holds {value:.6g}, and {kind} ends at {largest:.6g}: store the weights in "
            "float32"
        )
    return converted


def read_weights(path: Path | str) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    """Read a weights file without executing anything in it; its name does not matter.

    Args:
        path: A safetensors file, or what ``torch.save`` wrote: a ``state_dict``, or a checkpoint
            with one or several among its keys.

    Returns:
        The tensors by name, float32, and the description where the file has one. Where several
        dicts of the file hold tensors, their keys stand before the names (``tensors_in``).

    Raises:
        WeightsError: If the file is missing, damaged, unsafe or no weights file.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{path}: there is no such weights file")
    info = None
    if kind_of(path) == "safetensors":
        tensors, info = _read_safetensors(path)
    else:
        tensors = _read_state_dict(path)
    try:
        converted = OrderedDict(in_precision(tensors, torch.float32))
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from None
    vars(converted).update(vars(tensors) if isinstance(tensors, OrderedDict) else {})
    return converted, info


def read_description(path: Path | str) -> WeightsInfo | None:
    """What a weights file says of itself; ``None`` if nothing.

    The tensors of a safetensors file are not read. What ``torch.save`` wrote is read and refused
    as ``read_weights`` does, and says nothing.

    Raises:
        WeightsError: As there.
    """
    path = Path(path)
    if path.is_file() and kind_of(path) == "safetensors":
        with _opened(path) as file:
            return _description_in(path, file)
    return read_weights(path)[1]


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    with _opened(path) as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return tensors, _description_in(path, file)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            yield file
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: is damaged or no safetensors file ({error})") from error


def _description_in(path: Path, file: Any) -> WeightsInfo | None:
    return _parse_info(path, (file.metadata() or {}).get(METADATA_KEY))


def _parse_info(path: Path, text: str | None) -> WeightsInfo | None:
    if text is None:
        return None
    try:
        content = json.loads(text)
        content["class_names"] = tuple(content["class_names"])
        fields = content["preprocessing"]
        fields |= {"mean": tuple(fields["mean"]), "std": tuple(fields["std"])}
        content["preprocessing"] = Preprocessing(**fields)
        pixels = content.get("pixels")
        if pixels is not None:
            height, width = pixels["crop_size"]
            content["pixels"] = PixelInfo(**{**pixels, "crop_size": (int(height), int(width))})
        return WeightsInfo(**content)
    except (ValueError, KeyError, TypeError) as error:
        raise WeightsError(f"{path}: its description cannot be read ({error!r})") from error


def load_safely(path: Path) -> Any:
    """Read what ``torch.save`` wrote: tensors, numbers, texts, lists and mappings, and no code.

    Raises:
        WeightsError: If the file is damaged or holds anything else.
    """
    damaged = damaged_record(path)
    if damaged:
        raise WeightsError(
            f"{path}: is damaged ({damaged} in it is not what was written): fetch or copy it again"
        )
    try:
        with warnings.catch_warnings(), path.open("rb") as file:  # torch goes by a path's suffix
            warnings.simplefilter("ignore", UserWarning)  # on odd contents, which are looked at
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightsError(f"{path}: {refusal(path, error)}") from error
    except Exception as error:  # reading damaged bytes may fail in any way
        raise WeightsError(f"{path}: is damaged or cut off ({first_line(error)})") from error


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    tensors = tensors_in(load_safely(path))
    if not tensors:
        raise WeightsError(
            f"{path}: holds no state_dict (tensors by name): store one with "
            "torch.save(model.state_dict(), FILE)"
        )
    return tensors
