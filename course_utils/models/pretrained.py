"""From a name or a file to a classifier that is ready to predict."""

from dataclasses import replace
from pathlib import Path

import torch
import torchvision
from torch import Tensor, nn

from course_utils.data.classification import read_class_names
from course_utils.data.download import download
from course_utils.data.sources import cache_folder, embedded_folder
from course_utils.errors import DataError, WeightsError
from course_utils.models.registry import (
    build_classifier,
    native_preprocessing,
    published_preprocessing,
)
from course_utils.models.transfer import head_names
from course_utils.models.weights import WeightsInfo, load_into, read_weights

DEFAULT_WEIGHTS = "insects-resnet18"


def embedded_weights() -> dict[str, Path]:
    """The course's own weights: file by name."""
    return {
        path.stem: path for path in sorted((embedded_folder() / "weights").glob("*.safetensors"))
    }


def load_classifier(
    weights: Path | str = DEFAULT_WEIGHTS,
    architecture: str | None = None,
    class_names: tuple[str, ...] | None = None,
) -> tuple[nn.Module, WeightsInfo]:
    """Build the network that the weights are for, and load them.

    Args:
        weights: An embedded name (``insects-resnet18``), a name of torchvision's
            (``ResNet18_Weights.IMAGENET1K_V1``, downloaded once), a file, or a folder that a
            training wrote.
        architecture: The network's name; needed where the file does not say.
        class_names: Used instead of the stored names; needed where the file has none.

    Returns:
        The network in ``eval`` mode on the CPU, and its description.

    Raises:
        WeightsError: If the weights do not exist, are damaged, or do not fit.
        ModelError: If the architecture is unknown.
    """
    state_dict, info = find_weights(weights)
    _require_classifier(info, weights)
    info = _complete(info, weights, _architecture(info, weights, architecture), class_names)
    model = build_classifier(info.architecture, len(info.class_names), info.stem_width)
    load_into(model, state_dict, weights)
    return model.eval(), info


def load_body(
    weights: Path | str, architecture: str | None = None
) -> tuple[nn.Module, str, int | None]:
    """Load trained weights to go on from; the class names of their head do not matter.

    Args:
        weights: As in ``load_classifier``.
        architecture: The network's name; needed where the file does not say.

    Returns:
        The network with its old head, the architecture's name, and its ``stem_width``.

    Raises:
        WeightsError: If the weights do not exist, are damaged, or do not fit.
        ModelError: If the architecture is unknown.
    """
    state_dict, info = find_weights(weights)
    _require_classifier(info, weights)
    name = _architecture(info, weights, architecture)
    stem_width = None if info is None else info.stem_width
    model = build_classifier(name, _classes_in(state_dict, name, weights), stem_width)
    load_into(model, state_dict, weights)
    return model, name, stem_width


def _classes_in(state_dict: dict[str, Tensor], architecture: str, weights: Path | str) -> int:
    """Number of classes that the head of these weights was made for."""
    with torch.device("meta"):
        head = head_names(build_classifier(architecture))[0]
    if f"{head}.weight" not in state_dict:
        raise WeightsError(f"{weights}: made for another network: {head}.weight is missing")
    return len(state_dict[f"{head}.weight"])


def class_names_from(source: str) -> tuple[str, ...]:
    """``imagenet`` (torchvision's list) or the names in a file.

    Raises:
        DataError: If the file cannot be read.
    """
    if source == "imagenet":
        return tuple(torchvision.models.ResNet18_Weights.IMAGENET1K_V1.meta["categories"])
    return read_class_names(source)


def find_weights(weights: Path | str) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    """The tensors that a name, a file or a training's folder stands for, and their description.

    Raises:
        WeightsError: If there are none, or they are damaged.
    """
    path = Path(weights)
    if path.is_dir() and (path / "weights.safetensors").is_file():
        return read_weights(path / "weights.safetensors")
    if path.is_file() or path.suffix in (".safetensors", ".pth", ".pt"):
        return read_weights(path)
    if str(weights) in embedded_weights():
        return read_weights(embedded_weights()[str(weights)])
    return _find_published(str(weights))


def _require_classifier(info: WeightsInfo | None, weights: Path | str) -> None:
    if info is not None and info.pixels is not None:
        raise WeightsError(
            f"{weights}: label pixels ({info.architecture}), and a classifier is wanted: use them "
            "with course-utils segment, or give a classifier's weights"
        )


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


def _architecture(info: WeightsInfo | None, weights: Path | str, named: str | None) -> str:
    """The network's name, from the file or from the caller; they must not disagree."""
    if info is None:
        if named is None:
            raise WeightsError(f"{weights}: does not say for which network: give --model NAME")
        return named
    if named not in (None, info.architecture):
        raise WeightsError(f"{weights}: made for {info.architecture}, not for {named}")
    return info.architecture


def _complete(
    info: WeightsInfo | None,
    weights: Path | str,
    architecture: str,
    class_names: tuple[str, ...] | None,
) -> WeightsInfo:
    """The file's own description, with what the caller says instead of or in addition to it."""
    if info is None:
        if class_names is None:
            raise WeightsError(f"{weights}: holds no class names: give --classes FILE or imagenet")
        return WeightsInfo(architecture, class_names, native_preprocessing(architecture))
    if class_names is None:
        return info
    if len(class_names) != len(info.class_names):
        raise WeightsError(
            f"{weights}: has {len(info.class_names)} classes, "
            f"but {len(class_names)} names were given: give one for each class, or none"
        )
    return replace(info, class_names=class_names)
