"""Classifiers of timm (PyTorch Image Models), where it is installed: ``timm/resnet18.a1_in1k``.

Behind ``timm/`` stands timm's own name: a network, and perhaps a dot and the tag of the weights
that were published for it, which says how pictures are prepared. Names are looked up in timm's
list, so a name from a file can build one of its networks and do nothing else.
"""

import math
import re
from types import ModuleType
from typing import Any

from torch import Tensor, nn

from course_utils.data.transforms import Preprocessing
from course_utils.errors import DataError, ModelError, WeightsError, did_you_mean, first_line

PREFIX = "timm/"
INSTALL = 'pip install "timm>=1.0"'


def is_of_timm(name: str) -> bool:
    """Whether a name is one of timm's, known or not."""
    return name.startswith(PREFIX)


def build_of_timm(name: str, num_classes: int) -> nn.Module:
    """A network with fresh weights; nothing is downloaded.

    Raises:
        ModelError: If timm is not installed, or has no such network.
    """
    _config(name)
    network: nn.Module = _timm().create_model(name.removeprefix(PREFIX), num_classes=num_classes)
    return network


def preprocessing_of_timm(name: str) -> Preprocessing:
    """How timm prepares pictures for the weights of this name, and for the network if it has none.

    Raises:
        ModelError: As ``build_of_timm``; or if pictures are prepared in another way than here.
    """
    config = _config(name)
    height, width = config.input_size[1:]
    if config.crop_mode != "center" or height != width or config.input_size[0] != 3:
        raise ModelError(
            f"{name}: its pictures are not cut as a square from the middle (timm: crop_mode "
            f"{config.crop_mode!r}, input_size {config.input_size}): choose another network"
        )
    try:
        return Preprocessing(
            resize=math.floor(height / config.crop_pct),
            crop=height,
            mean=tuple(config.mean),
            std=tuple(config.std),
            interpolation=config.interpolation,
        )
    except DataError as error:
        raise ModelError(f"{name}: {error}") from error


def only_size(name: str) -> int | None:
    """Side of the pictures that the network takes, in pixels; ``None`` if it takes others too."""
    config = _config(name)
    return int(config.input_size[1]) if config.fixed_input_size else None


def full_name(name: str) -> str:
    """The name with the tag of its weights.

    Raises:
        WeightsError: If none were published.
        ModelError: As ``build_of_timm``.
    """
    config = _config(name)
    if not config.has_weights:
        raise WeightsError(f"weights {name!r}: timm has the network, and no weights for it")
    return f"{PREFIX}{config.architecture}.{config.tag}"


def classes_of(name: str) -> int:
    """How many classes the published weights tell apart; 0 if they have no head."""
    return int(_config(name).num_classes)


def download_of_timm(name: str) -> dict[str, Tensor]:
    """The published weights, by timm's own download, which keeps them in the hub's cache.

    Raises:
        WeightsError: If they cannot be had.
        ModelError: As ``build_of_timm``.
    """
    known = full_name(name)
    try:
        network = _timm().create_model(known.removeprefix(PREFIX), pretrained=True)
    except Exception as error:  # of timm, of the hub or of the network, and of any kind
        raise WeightsError(
            f"weights {name!r} cannot be had by timm's download ({first_line(error)}); fetch the "
            f"file on another machine, and give it with --model {known}"
        ) from error
    return dict(network.state_dict())


def _timm() -> ModuleType:
    try:
        import timm
    except ImportError as error:
        raise ModelError(f"networks called {PREFIX}... need timm: {INSTALL}") from error
    return timm


def _config(name: str) -> Any:
    """What timm has written down of a network and its weights, if it knows both."""
    timm, own = _timm(), name.removeprefix(PREFIX)
    base, _, tag = own.partition(".")
    if not re.fullmatch(r"\w+(\.\w+)?", own, re.ASCII) or not timm.is_model(base):
        hint = did_you_mean(base, timm.list_models()) or "timm.list_models() lists them"
        raise ModelError(f"network {name!r} is unknown to timm {timm.__version__}: {hint}")
    tags = [known.partition(".")[2] for known in timm.list_models(f"{base}.*", pretrained=True)]
    if tag and tag not in tags:
        hint = f"choose one of {', '.join(tags)}" if tags else "leave the tag out"
        raise ModelError(f"network {name!r}: timm {timm.__version__} has no such weights; {hint}")
    return timm.get_pretrained_cfg(own, allow_unregistered=True)
