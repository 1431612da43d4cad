"""From a name or a file to a network that is ready to predict, or to be trained on."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from torch import Tensor, nn

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import WeightsError
from course_utils.models.fcn import FCN, PixelNetwork
from course_utils.models.fitting import fitted, head_tensors, load_fitting, require_fit
from course_utils.models.published_segmenters import (
    USUAL_SIDE,
    PublishedSegmenter,
    build_published,
    is_published,
    without_auxiliary,
)
from course_utils.models.registry import (
    build_classifier,
    build_outline,
    build_segmenter,
    native_preprocessing,
    outlines,
    split_name,
    with_head,
)
from course_utils.models.weight_sources import find_description, find_weights
from course_utils.models.weights import WeightsInfo

DEFAULT_WEIGHTS = "insects-resnet18"

Network = TypeVar("Network", bound=nn.Module)


def load_classifier(
    weights: Path | str = DEFAULT_WEIGHTS,
    architecture: str | None = None,
    class_names: tuple[str, ...] | None = None,
) -> tuple[nn.Module, WeightsInfo]:
    """Build the network that the weights are for, and load them.

    Args:
        weights: An embedded name (``insects-resnet18``), a name of torchvision's or timm's
            (``ResNet18_Weights.IMAGENET1K_V1``, ``timm/resnet18.a1_in1k``, downloaded once), a
            file, or a folder that a training wrote.
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
    name = _architecture(info, weights, architecture)
    usual = _usual_preprocessing(state_dict, name)
    info = _complete(info, weights, WeightsInfo(name, (), usual), class_names)
    size = _transformer_size(state_dict, info.architecture)
    model = _with_weights(
        lambda: build_classifier(info.architecture, len(info.class_names), info.stem_width, size),
        state_dict,
        weights,
    )
    return model.eval(), info


def _with_weights(
    build: Callable[[], Network],
    state_dict: Mapping[str, Tensor],
    weights: Path | str,
    *,
    head: bool = True,
) -> Network:
    """A network with its weights, which is built when its outline fits them.

    A small file can ask for a network of gigabytes.
    """
    with outlines():
        outline = build()
    tensors = require_fit(outline, state_dict, weights, head=head)
    model = build()
    load_fitting(model, tensors, weights, head=head)
    return model


def load_body(
    weights: Path | str, architecture: str | None = None
) -> tuple[nn.Module, str, int | None]:
    """Load trained weights to go on from; their head does not matter, and may be missing.

    Args:
        weights: As in ``load_classifier``.
        architecture: The network's name; needed where the file does not say.

    Returns:
        The network with its old head (a fresh one where the weights have none that fits), the
        architecture's name, and its ``stem_width``.

    Raises:
        WeightsError: If the weights do not exist, are damaged, or do not fit.
        ModelError: If the architecture is unknown.
    """
    state_dict, info = find_weights(weights)
    _require_classifier(info, weights)
    name = _architecture(info, weights, architecture)
    stem_width = None if info is None else info.stem_width
    size = _transformer_size(state_dict, name)
    classes = _classes_in(state_dict, name, weights)
    model = _with_weights(
        lambda: build_classifier(name, classes, stem_width, size), state_dict, weights, head=False
    )
    return model, name, stem_width


def _transformer_size(state_dict: dict[str, Tensor], architecture: str) -> int | None:
    """Side of the pictures that a vision transformer was trained on; ``None`` if it is usual.

    It has a position for each patch, and one for the class.
    """
    found = [t for name, t in state_dict.items() if name.endswith("encoder.pos_embedding")]
    if not architecture.startswith("vit_") or len(found) != 1 or found[0].ndim != 3:
        return None
    size = math.isqrt(found[0].shape[1] - 1) * int(architecture.rpartition("_")[2])
    return None if size == IMAGENET_PREPROCESSING.crop else size


def _classes_in(state_dict: dict[str, Tensor], architecture: str, weights: Path | str) -> int:
    """Number of classes that the head of these weights was made for; 1000 if they have none."""
    network = build_outline(architecture)
    head = head_tensors(network)
    found = fitted(state_dict, network.state_dict(), head, weights).tensors
    return len(found.get(head[0], range(1000)))


def _require_classifier(info: WeightsInfo | None, weights: Path | str) -> None:
    if info is not None and info.pixels is not None:
        raise WeightsError(
            f"{weights}: label pixels ({info.architecture}), and a classifier is wanted: use them "
            "with course-utils segment, or give a classifier's weights"
        )


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
    usual: WeightsInfo,
    class_names: tuple[str, ...] | None,
) -> WeightsInfo:
    """The file's own description, with what the caller says instead of or in addition to it."""
    if info is None:
        if class_names is None:
            raise WeightsError(f"{weights}: holds no class names: give --classes FILE or imagenet")
        return replace(usual, class_names=class_names)
    if class_names is None and info.class_names:
        return info
    if class_names is None:
        raise WeightsError(f"{weights}: come without class names: give --classes FILE")
    if info.class_names and len(class_names) != len(info.class_names):
        raise WeightsError(
            f"{weights}: has {len(info.class_names)} classes, "
            f"but {len(class_names)} names were given: give one for each class, or none"
        )
    if info.class_names != class_names and sorted(info.class_names) == sorted(class_names):
        raise WeightsError(f"{weights}: has these very classes in another order; give no names")
    return replace(info, class_names=class_names)


def load_segmenter(weights: Path | str) -> tuple[nn.Module, WeightsInfo]:
    """Build the network for pixels that the weights are for, and load them.

    Args:
        weights: An embedded name, a name of torchvision's
            (``FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1``, downloaded once), a
            ``.safetensors``, or a folder that a training wrote.

    Returns:
        The network in ``eval`` mode on the CPU, and its description.

    Raises:
        WeightsError: If the weights do not exist, are damaged, do not describe themselves, or
            are a classifier's.
    """
    state_dict, info = find_weights(weights)
    if info is None or info.pixels is None:
        kind = "do not describe themselves" if info is None else f"are a {info.architecture}'s"
        raise WeightsError(
            f"{weights}: these weights {kind}, and a network that labels pixels is wanted, such as "
            "scenes-fcn8s, one of your own (course-utils train segmenter), or torchvision's by "
            "name, such as FCN_ResNet50_Weights.COCO_WITH_VOC_LABELS_V1"
        )
    if is_published(info.architecture):
        side = info.pixels.shorter_side or USUAL_SIDE
        network = _with_weights(
            lambda: build_published(info.architecture, len(info.class_names), side).network,
            without_auxiliary(state_dict),
            weights,
        )
        return PublishedSegmenter(network, side).eval(), info
    pixels = info.pixels
    model = _with_weights(
        lambda: build_segmenter(
            info.architecture, len(info.class_names), info.stem_width, depthwise=pixels.depthwise
        ),
        state_dict,
        weights,
    )
    return model.eval(), info


def labels_pixels(weights: Path | str) -> bool:
    """Whether these weights are of a network for pixels.

    Raises:
        WeightsError: If they do not exist or are damaged.
    """
    info = find_description(weights)
    return info is not None and info.pixels is not None


def load_trained_body(
    weights: Path | str, name: str | None, class_names: tuple[str, ...]
) -> tuple[PixelNetwork, str, int | None]:
    """Load trained weights to go on from: a classifier's, or those of a network for pixels.

    Args:
        weights: As for ``load_classifier``.
        name: Of the network to build; ``None`` is the weights' own, or FCN-8s on a classifier.
        class_names: Of the new network. Weights for the same classes keep their head where the
            new network has the same one.

    Returns:
        The network, its name, and its ``stem_width``.

    Raises:
        WeightsError: If the weights do not exist, are damaged, or are of another backbone.
        ModelError: If there is no such network.
    """
    if not labels_pixels(weights):
        backbone = None if name is None else split_name(name)[1]
        body, architecture, stem_width = load_body(weights, backbone)
        head = "fcn8s" if name is None else split_name(name)[0]
        network = with_head(head, body, len(class_names))
        return network, f"{head}-{architecture}", stem_width
    trained, info = load_segmenter(weights)
    if not isinstance(trained, PixelNetwork):
        raise WeightsError(
            f"{weights}: torchvision's networks for pixels label and are measured (segment, "
            "evaluate), but are not trained on: give a classifier's weights, such as "
            "ResNet18_Weights.IMAGENET1K_V1"
        )
    name = name or info.architecture
    _require_backbone(weights, info.architecture, name)
    if name == info.architecture and class_names == info.class_names:
        return trained, name, info.stem_width
    network = with_head(split_name(name)[0], trained.body, len(class_names))
    both = isinstance(network, FCN) and isinstance(trained, FCN)
    if both and class_names == info.class_names:
        network.head.score = trained.head.score
    return network, name, info.stem_width


def _require_backbone(weights: Path | str, trained: str, wanted: str) -> None:
    backbone = split_name(trained)[1]
    if split_name(wanted)[1] != backbone:
        raise WeightsError(f"{weights}: made for {trained}, not for {wanted}")


def preprocessing_of(weights: Path | str, architecture: str | None = None) -> Preprocessing:
    """How pictures became tensors when these weights were measured; a classifier's or others'.

    Args:
        weights: As for ``load_classifier``.
        architecture: The network's name, of a classifier or of a network for pixels. Where a file
            says nothing, its first published weights are taken for an example.

    Raises:
        WeightsError: If the weights do not exist or are damaged, or neither they nor the caller
            name a network.
        ModelError: If the architecture is unknown.
    """
    info = find_description(weights)
    if info is not None:
        return info.preprocessing
    name = _architecture(info, weights, architecture)
    state_dict, _ = find_weights(weights)
    return _usual_preprocessing(state_dict, name.rpartition("-")[2])


def _usual_preprocessing(state_dict: dict[str, Tensor], architecture: str) -> Preprocessing:
    """That of the first published weights, at the size that a vision transformer was made for."""
    usual, size = native_preprocessing(architecture), _transformer_size(state_dict, architecture)
    return usual if size is None else replace(usual, resize=size, crop=size)
