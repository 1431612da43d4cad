"""Networks by name: classifiers of this package, torchvision and timm, and networks for pixels."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torchvision
from torch import nn
from torch.overrides import TorchFunctionMode

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import ModelError, did_you_mean
from course_utils.models import resnet, timm_networks
from course_utils.models.fcn import PixelNetwork, fcn8s, fcn16s, fcn32s
from course_utils.models.unet import unet2s, unet8s

BUILDERS: dict[str, Callable[..., nn.Module]] = {
    builder.__name__: builder
    for builder in (
        resnet.resnet18,
        resnet.resnet34,
        resnet.resnet50,
        resnet.resnet101,
        resnet.resnet152,
        resnet.resnext50_32x4d,
        resnet.resnext101_32x8d,
        resnet.resnext101_64x4d,
        resnet.resnet10,
        resnet.plain10,
        resnet.plain18,
        resnet.plain34,
        resnet.resnet14,
        resnet.resnext14_8x15d,
    )
}


GOOGLE_OPTIONS = {"init_weights": False, "transform_input": True}
"""Google's networks take pictures between -1 and 1: they scale torchvision's normalized ones."""


OF_ONE_SIZE = ("inception_v3", "maxvit_t", "vit_")
"""How the names of networks begin that train on pictures of their own size, and on no smaller."""


def classifier_names() -> list[str]:
    """All names that ``build_classifier`` knows, sorted."""
    return sorted({*BUILDERS, *torchvision.models.list_models(module=torchvision.models)})


def build_classifier(
    name: str,
    num_classes: int = 1000,
    stem_width: int | None = None,
    image_size: int | None = None,
) -> nn.Module:
    """Build a classifier with fresh weights.

    Args:
        name: This package's or, failing that, torchvision's; timm's begin with ``timm/``.
        num_classes: Number of logits.
        stem_width: Channels after the stem of this package's networks; ``None`` is 64.
        image_size: Side of the pictures of a vision transformer, in pixels; ``None`` is 224.

    Raises:
        ModelError: If the name is unknown (the nearest names are offered), timm is not installed,
            or ``stem_width`` is given for a network of theirs.
    """
    if name in BUILDERS:
        width = {} if stem_width is None else {"stem_width": stem_width}
        return BUILDERS[name](num_classes, **width)
    _require_name(name)
    if stem_width is not None:
        raise ModelError(f"{name}: only this package's networks have a stem_width")
    if timm_networks.is_of_timm(name):
        return timm_networks.build_of_timm(name, num_classes)
    options: dict[str, object] = {}
    if name in ("googlenet", "inception_v3"):
        options |= GOOGLE_OPTIONS
    if name.startswith("vit_") and image_size is not None:
        options["image_size"] = image_size
    model: nn.Module = torchvision.models.get_model(
        name, weights=None, num_classes=num_classes, **options
    )
    return model


@contextmanager
def outlines() -> Iterator[None]:
    """What is built here has shapes and no numbers: it costs no memory, however large it is."""
    with torch.device("meta"), _Computing():
        yield


class _Computing(TorchFunctionMode):
    """Leaves given numbers on the CPU, for RegNet computes its widths with tensors of them."""

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        on_cpu = {"device": "cpu"} if func in (torch.arange, torch.tensor) else {}
        return func(*args, **{**(kwargs or {}), **on_cpu})


def build_outline(name: str) -> nn.Module:
    """A classifier of which only the shapes matter (``outlines``).

    Raises:
        ModelError: If the name is unknown.
    """
    with outlines():
        return build_classifier(name)


def native_preprocessing(name: str) -> Preprocessing:
    """The preprocessing of the network's first published ImageNet weights.

    Of a vision transformer it is that of the first ones for 224 pixels, as it is built. A network
    of the course that nobody has published gets the usual one of ImageNet.
    """
    if timm_networks.is_of_timm(name):
        return timm_networks.preprocessing_of_timm(name)
    _require_name(name)
    if name not in torchvision.models.list_models(module=torchvision.models):
        return IMAGENET_PREPROCESSING
    known = [published_preprocessing(w) for w in torchvision.models.get_model_weights(name)]
    as_built = [steps for steps in known if steps.crop == IMAGENET_PREPROCESSING.crop]
    return as_built[0] if name.startswith("vit_") else known[0]


def needed_size(name: str) -> int | None:
    """Side of the pictures that a network trains on, in pixels; ``None`` if it takes others too."""
    if timm_networks.is_of_timm(name):
        return timm_networks.only_size(name)
    return native_preprocessing(name).crop if name.startswith(OF_ONE_SIZE) else None


def published_preprocessing(weights: torchvision.models.WeightsEnum) -> Preprocessing:
    """What torchvision did to the pictures when it measured these weights."""
    preset = weights.transforms()
    return Preprocessing(
        resize=preset.resize_size[0],
        crop=preset.crop_size[0],
        mean=tuple(preset.mean),
        std=tuple(preset.std),
        interpolation=preset.interpolation.value,
    )


def _require_name(name: str) -> None:
    names = classifier_names()
    if name not in names and not timm_networks.is_of_timm(name):
        hint = did_you_mean(name, names) or "give a name of torchvision's"
        raise ModelError(f"network {name!r} is unknown: {hint}")


FCNS = {builder.__name__: builder for builder in (fcn32s, fcn16s, fcn8s)}
UNETS = {builder.__name__: builder for builder in (unet8s, unet2s)}
HEADS = (*FCNS, *UNETS)


def build_segmenter(
    name: str, num_classes: int, stem_width: int | None = None, *, depthwise: bool = True
) -> PixelNetwork:
    """Build a network for pixels with fresh weights.

    Args:
        name: Head and backbone, such as ``fcn8s-resnet18``.
        num_classes: Number of classes, background included.
        stem_width: Channels after the stem of this package's networks; ``None`` is 64.
        depthwise: Whether the upsampling treats each channel by itself; a U-Net's always does.

    Raises:
        ModelError: If there is no such head or no such backbone, or it is no ResNet.
    """
    head, backbone = split_name(name)
    network = build_classifier(backbone, 1, stem_width)
    return with_head(head, network, num_classes, depthwise=depthwise)


def with_head(
    head: str, backbone: nn.Module, num_classes: int, *, depthwise: bool = True
) -> PixelNetwork:
    """The network for pixels that shares the layers of a backbone.

    Args:
        head: One of ``HEADS``.
        backbone: A ResNet.
        num_classes: As for ``build_segmenter``, like ``depthwise``.
        depthwise: Likewise.

    Raises:
        ModelError: If the backbone is no ResNet.
    """
    if head in UNETS:
        return UNETS[head](backbone, num_classes)
    return FCNS[head](backbone, num_classes, depthwise=depthwise)


def split_name(name: str) -> tuple[str, str]:
    """Head and backbone: ``fcn8s-resnet18`` → ``fcn8s`` and ``resnet18``.

    Raises:
        ModelError: If the name is not made of a head and a backbone.
    """
    head, _, backbone = name.partition("-")
    if head not in HEADS or not backbone:
        raise ModelError(
            f"network {name!r} is unknown: give {', '.join(HEADS)} and a ResNet, such as "
            "fcn8s-resnet18"
        )
    return head, backbone
