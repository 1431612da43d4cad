"""Weights files: what they hold, how they are written, and how they are read safely."""

import json
import pickle
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors
import safetensors.torch
import torch
from torch import Tensor, nn

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import WeightsError
from course_utils.files import write_atomically

METADATA_KEY = "course_utils"
WEIGHTS = "weights.safetensors"
"""What the weights are called in the folder that a training leaves."""
NOT_NEEDED = "num_batches_tracked"
"""A counter of batch norm that files from before 2018 do not hold and no prediction uses."""

OLD_DENSENET_NAME = re.compile(r"(denselayer\d+\.(?:norm|conv))\.([12]\.)")
"""As torchvision's DenseNet files still have it; its networks say ``norm1`` for ``norm.1``."""


@dataclass(frozen=True)
class PixelInfo:
    """What else there is to say about weights that label pixels.

    Attributes:
        crop_size: Height and width of the crops that they were trained on, in pixels. Pictures
            are not resized.
        depthwise: Whether the upsampling treats each channel by itself.
        mean_iou: Mean intersection over union on the validation pictures (0 to 1).
    """

    crop_size: tuple[int, int]
    depthwise: bool = True
    mean_iou: float | None = None


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


def save_weights(path: Path | str, state_dict: Mapping[str, Tensor], info: WeightsInfo) -> None:
    """Write weights as float16 safetensors with their description, whole or not at all.

    Raises:
        CourseError: If the file cannot be written.
    """
    tensors = {name: stored_precision(tensor) for name, tensor in state_dict.items()}
    metadata = {METADATA_KEY: json.dumps(asdict(info), ensure_ascii=False)}
    write_atomically(path, safetensors.torch.save(tensors, metadata))


def stored_precision(tensor: Tensor) -> Tensor:
    """The tensor as a file holds it: floating-point numbers with 16 bits, on the CPU."""
    tensor = tensor.detach().cpu().contiguous()
    return tensor.half() if tensor.is_floating_point() else tensor


def read_weights(path: Path | str) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    """Read a weights file without executing anything in it.

    Args:
        path: A ``.safetensors``, or a ``.pth`` / ``.pt`` with a ``state_dict``.

    Returns:
        The tensors by name, float32, and the description where the file has one.

    Raises:
        WeightsError: If the file is missing, damaged, unsafe or no weights file.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{path}: there is no such weights file")
    if path.suffix == ".safetensors":
        tensors, info = _read_safetensors(path)
    elif path.suffix in (".pth", ".pt"):
        tensors, info = _read_state_dict(path), None
    else:
        raise WeightsError(f"{path}: weights must be a .safetensors, .pth or .pt file")
    return {name: _full_precision(tensor) for name, tensor in tensors.items()}, info


def load_into(model: nn.Module, state_dict: Mapping[str, Tensor], source: Path | str) -> None:
    """Load weights into a network, all of them or none.

    Raises:
        WeightsError: If a tensor is missing, superfluous or of another shape; it names the
            first, and says so when only the number of classes differs.
    """
    expected = model.state_dict()
    found = {OLD_DENSENET_NAME.sub(r"\1\2", name): t for name, t in state_dict.items()}
    missing = [name for name in expected if name not in found and not name.endswith(NOT_NEEDED)]
    problems = [f"{name} is missing" for name in missing]
    problems += [f"{name} is not in the network" for name in found if name not in expected]
    problems += [
        f"{name} is {tuple(found[name].shape)}, the network's is {tuple(tensor.shape)}"
        for name, tensor in expected.items()
        if name in found and found[name].shape != tensor.shape
    ]
    if problems:
        raise WeightsError(f"{source}: {_verdict(expected, problems)}")
    model.load_state_dict(found, strict=True)


def _verdict(expected: Mapping[str, Tensor], problems: list[str]) -> str:
    """One sentence for all that does not fit."""
    of_the_head = tuple(f"{name} is (" for name in list(expected)[-2:])
    if all(problem.startswith(of_the_head) for problem in problems):
        return f"made for another number of classes ({problems[0]}): give the right class names"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"made for another network: {problems[0]}{more}"


def _read_safetensors(path: Path) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    try:
        with safetensors.safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (safetensors.SafetensorError, OSError) as error:
        raise WeightsError(f"{path}: is damaged or no safetensors file ({error})") from error
    return tensors, _parse_info(path, metadata.get(METADATA_KEY))


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
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{path}: is damaged, or holds more than weights (code could run on loading), and is "
            "refused; save only the tensors with torch.save(model.state_dict(), file)"
        ) from error
    except Exception as error:  # reading damaged bytes may fail in any way
        raise WeightsError(f"{path}: is damaged or cut off ({_first_line(error)})") from error


def _read_state_dict(path: Path) -> dict[str, Tensor]:
    content = load_safely(path)
    for key in ("state_dict", "model"):
        if isinstance(content, dict) and isinstance(content.get(key), dict):
            content = content[key]
    tensors = isinstance(content, dict) and all(isinstance(v, Tensor) for v in content.values())
    if not tensors or not content:
        raise WeightsError(f"{path}: holds no state_dict (tensors by name)")
    return dict(content)


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _full_precision(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.is_floating_point() else tensor
