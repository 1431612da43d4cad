"""Weights files: what they hold, how they are written, and how they are read safely."""

import pickle
import warnings
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor

from course_utils.errors import WeightsError, first_line
from course_utils.files import Within, write_atomically
from course_utils.models.checksums import GROWTH, SMALL, checksum
from course_utils.models.descriptions import (
    PixelInfo,
    WeightsInfo,
    as_fields,
    as_text,
    fields_in,
    parsed,
)
from course_utils.models.file_kinds import damaged_record, kind_of
from course_utils.models.fitting import load_into
from course_utils.models.pickled_types import refusal, require_modest
from course_utils.models.state_dicts import require_few, tensors_in

__all__ = ["PixelInfo", "WeightsInfo", "load_into", "read_weights", "save_weights"]

METADATA_KEY = "course_utils"
CHECKSUM = "crc32"
"""The last field of a description, of all the others and of the tensors. Older files have none."""
WEIGHTS = "weights.safetensors"
CLASSES, HISTORY, REPORT = "class_indices.json", "history.jsonl", "report.json"
HISTORY_TABLE, CONFIG, PAGE = "history.csv", "training.toml", "report.html"
"""What the weights, and what lies beside them, are called in the folder that a training leaves."""
BESIDE = (CLASSES, HISTORY, HISTORY_TABLE, CONFIG, REPORT, PAGE)
DTYPES = {"float32": torch.float32, "float16": torch.float16}
"""Numbers that a file can hold."""


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
    with _about(Path(path)):
        tensors = in_precision(state_dict, dtype)
    fields = as_fields(info)
    fields[CHECKSUM] = _checksum(tensors, fields)  # one key: safetensors mixes several
    metadata = {METADATA_KEY: as_text(fields)}
    write_atomically(path, safetensors.torch.save(tensors, metadata))


def _checksum(tensors: Mapping[str, Tensor], fields: Mapping[str, Any]) -> str:
    """Of the tensors as they are stored, in the order of their names, and of the description."""
    others = {name: value for name, value in fields.items() if name != CHECKSUM}
    return f"{checksum([others, dict(sorted(tensors.items()))]):08x}"


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
    if torch.finfo(tensor.dtype).max <= torch.finfo(dtype).max:
        return converted
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
    _require_its_size(path, tensors)
    with _about(path):
        converted = OrderedDict(in_precision(tensors, torch.float32))
    vars(converted).update(vars(tensors) if isinstance(tensors, OrderedDict) else {})
    return converted, info


def _require_its_size(path: Path, tensors: Mapping[str, Tensor]) -> None:
    """Refuse a small file of which much would be made, before anything is."""
    needed = {n: t.numel() * max(4, t.element_size()) for n, t in tensors.items()}
    if sum(needed.values()) > GROWTH * path.stat().st_size + SMALL:
        name = max(needed, key=lambda name: needed[name])
        size = f"{path.stat().st_size / 1e6:.3g} MB"
        raise WeightsError(
            f"{path}: {name} would fill {needed[name] / 1e9:.3g} GB, and the file has {size} (it "
            "is expanded or sparse): store the tensors as they are when they are trained"
        )


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
            return _parsed(path, _fields_in(path, file))
    return read_weights(path)[1]


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    with _opened(path) as file:
        names = file.keys()
        with _about(path):
            require_few(names, len(names))
        tensors = {name: file.get_tensor(name) for name in names}
        fields = _fields_in(path, file)
    info = _parsed(path, fields)
    if fields and CHECKSUM in fields and fields[CHECKSUM] != _checksum(tensors, fields):
        raise WeightsError(
            f"{path}: is damaged, or was changed (its {CHECKSUM} is another one than when it was "
            "written): fetch or copy it again"
        )
    return tensors, info


@contextmanager
def _about(path: Path) -> Iterator[None]:
    """Put the file's name before an error about what it holds."""
    try:
        yield
    except WeightsError as error:
        raise WeightsError(f"{path}: {error}") from None


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a safetensors file; a shape that no tensor can have is noticed when it is read."""
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            yield file
    except (safetensors.SafetensorError, OSError, RuntimeError) as error:
        why = first_line(error)
        raise WeightsError(f"{path}: is damaged or no safetensors file ({why})") from error


def _fields_in(path: Path, file: Any) -> dict[str, Any] | None:
    """Those of the description, unchecked; ``None`` if the file has no description."""
    text = (file.metadata() or {}).get(METADATA_KEY)
    try:
        return None if text is None else fields_in(text)
    except WeightsError as error:
        raise WeightsError(f"{path}: its description cannot be read ({error})") from error


def _parsed(path: Path, fields: Mapping[str, Any] | None) -> WeightsInfo | None:
    if fields is None:
        return None
    try:
        return parsed({name: value for name, value in fields.items() if name != CHECKSUM})
    except WeightsError as error:
        raise WeightsError(
            f"{path}: its description cannot be read ({error}): fetch it again, or ask who made it"
        ) from error


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
        require_modest(path)
    except Exception as error:  # a damaged pickle may fail in any way
        raise WeightsError(f"{path}: is damaged or cut off ({first_line(error)})") from error
    try:
        with warnings.catch_warnings(), Within(path) as file:  # torch goes by a path's suffix
            warnings.simplefilter("ignore", UserWarning)  # on odd contents, which are looked at
            return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightsError(f"{path}: {refusal(path, error)}") from error
    except Exception as error:  # reading damaged bytes may fail in any way
        raise WeightsError(f"{path}: is damaged or cut off ({first_line(error)})") from error


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    content = load_safely(path)
    with _about(path):
        tensors = tensors_in(content)
    if not tensors:
        raise WeightsError(
            f"{path}: holds no state_dict (tensors by name): store one with "
            "torch.save(model.state_dict(), FILE)"
        )
    return tensors
