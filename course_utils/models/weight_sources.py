"""Where weights come from: the package, a file, a training's folder, or torchvision's address."""

from pathlib import Path

import torchvision
from torch import Tensor

from course_utils.data.download import download
from course_utils.data.locations import cache_folder, embedded_folder
from course_utils.errors import DataError, WeightsError
from course_utils.models.registry import (
    published_preprocessing,
)
from course_utils.models.weights import WEIGHTS, WeightsInfo, read_weights


def embedded_weights() -> dict[str, Path]:
    """The course's own weights: file by name."""
    return {
        path.stem: path for path in sorted((embedded_folder() / "weights").glob("*.safetensors"))
    }


def find_weights(weights: Path | str) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    """The tensors that a name, a file or a training's folder stands for, and their description.

    Raises:
        WeightsError: If there are none, or they are damaged.
    """
    path = Path(weights)
    if path.is_dir() and (path / WEIGHTS).is_file():
        return read_weights(path / WEIGHTS)
    if path.is_file() or path.suffix in (".safetensors", ".pth", ".pt"):
        return read_weights(path)
    if str(weights) in embedded_weights():
        return read_weights(embedded_weights()[str(weights)])
    return _find_published(str(weights))


def _find_published(name: str) -> tuple[dict[str, Tensor], WeightsInfo]:
    try:
        published = torchvision.models.get_weight(name)
        architecture = _architecture_of(published)
    except (ValueError, KeyError, StopIteration):  # of no kind, no version, no classifier
        known = ", ".join(embedded_weights())
        raise WeightsError(
            f"weights {name!r} are unknown: give a file, a folder that a finished training wrote "
            f"(it holds weights.safetensors), one of {known}, or a name of "
            "torchvision's such as ResNet18_Weights.IMAGENET1K_V1"
        ) from None
    info = WeightsInfo(
        architecture=architecture,
        class_names=tuple(published.meta["categories"]),
        preprocessing=published_preprocessing(published),
        data="ImageNet-1K",
    )
    return download_state_dict(published.url), info


def _architecture_of(published: torchvision.models.WeightsEnum) -> str:
    names: list[str] = torchvision.models.list_models(module=torchvision.models)
    return next(n for n in names if published in torchvision.models.get_model_weights(n))


def download_state_dict(url: str) -> dict[str, Tensor]:
    """Download published weights once, check the digest in their name, and read them safely.

    Raises:
        WeightsError: If the server cannot be reached, another file arrives, or it is unsafe.
    """
    name = url.rsplit("/", 1)[-1]
    digest = Path(name).stem.rsplit("-", 1)[-1]
    try:
        path = download(url, cache_folder() / "weights" / name, f"sha256:{digest}")
    except DataError as error:
        raise WeightsError(str(error)) from error
    return read_weights(path)[0]
