"""Where weights come from: the package, a file, a training's folder, torchvision or timm."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import torch
import torchvision
from torch import Tensor

from course_utils.data.class_names import class_names_from
from course_utils.data.download import download, file_digest
from course_utils.data.locations import cache_folder, embedded_folder
from course_utils.data.manifest import MANIFEST
from course_utils.data.transforms import Preprocessing
from course_utils.errors import DataError, WeightsError, did_you_mean
from course_utils.models.published_segmenters import is_published
from course_utils.models.registry import published_preprocessing
from course_utils.models.timm_networks import (
    classes_of,
    download_of_timm,
    full_name,
    is_of_timm,
    preprocessing_of_timm,
)
from course_utils.models.weights import (
    WEIGHTS,
    PixelInfo,
    WeightsInfo,
    read_description,
    read_weights,
)

SUFFIXES = (
    *(".safetensors", ".pth", ".pt", ".ckpt", ".bin", ".pkl", ".pickle", ".model", ".tar"),
    *(".weights", ".h5", ".hdf5", ".keras", ".onnx", ".pb", ".tflite", ".npz", ".zip", ".pt2"),
)
"""A name that ends so is that of a file, also where there is none."""


def embedded_weights() -> dict[str, Path]:
    """The course's own weights: file by name."""
    files = sorted((embedded_folder() / "weights").iterdir())
    return {path.stem: path for path in files if path.suffix == ".safetensors"}


def named_files() -> list[Path]:
    """What is read without being named as a file: the embedded data's list, weights, downloads."""
    folders = embedded_folder() / "weights", _hub_folder(), _own_downloads()
    found = [embedded_folder() / MANIFEST]
    for folder in folders:
        with suppress(OSError):  # what may not be looked at is not read either
            found += folder.iterdir()
    return found


def _hub_folder() -> Path:
    """Where ``torch.hub`` keeps what it has downloaded."""
    return Path(torch.hub.get_dir(), "checkpoints")


def _own_downloads() -> Path:
    return cache_folder() / "weights"


def find_weights(weights: Path | str) -> tuple[dict[str, Tensor], WeightsInfo | None]:
    """The tensors that a name, a file or a training's folder stands for, and their description.

    Raises:
        WeightsError: If there are none, or they are damaged or cannot be read.
    """
    with _readable(weights):
        file = _file_of(weights)
        if file is None and is_of_timm(str(weights)):
            return download_of_timm(str(weights)), _describe_timm(str(weights))
        if file is None:
            published, architecture = _published(str(weights))
            return download_state_dict(published.url), _describe(published, architecture)
        tensors, info = read_weights(file)
        return tensors, info or _known_file(file)


def find_description(weights: Path | str) -> WeightsInfo | None:
    """The description alone: nothing is downloaded, and of safetensors no tensor is read.

    Raises:
        WeightsError: As ``find_weights``, but for what is wrong with a tensor or a download.
    """
    with _readable(weights):
        file = _file_of(weights)
        if file is None and is_of_timm(str(weights)):
            return _describe_timm(str(weights))
        if file is None:
            return _describe(*_published(str(weights)))
        return read_description(file) or _known_file(file)


@contextmanager
def _readable(weights: Path | str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WeightsError(f"{weights}: cannot be read ({error.strerror or error})") from error


def _file_of(weights: Path | str) -> Path | None:
    """The file to read; ``None`` if it can only be a name of torchvision's."""
    path, name = Path(weights), str(weights)
    if path.is_dir() and (path / WEIGHTS).is_file():
        return path / WEIGHTS
    if path.is_file() or (path.suffix.lower() in SUFFIXES and not path.is_dir()):
        return path
    if name in embedded_weights():
        return embedded_weights()[name]
    if path.is_dir():
        raise WeightsError(f"{path}: {_about_folder(path)}")
    return None


def names_weights(name: str) -> bool:
    """Whether a name is that of weights: embedded, a file or a folder, or torchvision's."""
    if name in embedded_weights() or Path(name).suffix.lower() in SUFFIXES or "_Weights." in name:
        return True
    try:
        return Path(name).exists()
    except OSError:  # no file can be called so
        return False


def _known_file(path: Path) -> WeightsInfo | None:
    """The description of a file that torchvision publishes, known by its name and its digest."""
    for published, architecture in published_names().items():
        if published.url.endswith(f"/{path.name}") and _has_own_digest(path):
            return _describe(published, architecture)
    return None


def _has_own_digest(path: Path) -> bool:
    """Whether a file can be read, and has the digest that its name ends with."""
    try:
        return file_digest(path).startswith(path.stem.rpartition("-")[2])
    except OSError:
        return False


def _about_folder(folder: Path) -> str:
    """What to do about a folder without ``weights.safetensors``."""
    if (folder / "checkpoint.pt").is_file():
        return "its training has not ended: go on with the same command and --resume"
    inside = sorted(file.name for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    hint = f"give the file itself, such as {folder / inside[0]}" if inside else "give a file"
    return f"holds no {WEIGHTS}, which a training writes when it has ended: {hint}"


def _published(name: str) -> tuple[torchvision.models.WeightsEnum, str]:
    """Torchvision's weights of this name, and their network."""
    try:
        published = torchvision.models.get_weight(name)
        return published, published_names()[published]
    except (ValueError, KeyError):  # of no kind, no version, or of another kind of network
        raise WeightsError(_about_name(name)) from None


def published_names() -> dict[torchvision.models.WeightsEnum, str]:
    """Torchvision's weights of classifiers and of networks for pixels, and their networks."""
    rooms = torchvision.models, torchvision.models.segmentation
    names = [name for room in rooms for name in torchvision.models.list_models(module=room)]
    return {w: name for name in names for w in torchvision.models.get_model_weights(name)}


def _about_name(name: str) -> str:
    """That these weights are unknown, and what could be meant."""
    near = did_you_mean(name, [*embedded_weights(), *map(str, published_names())])
    near, known = f"{near} Else " if near else "", ", ".join(embedded_weights())
    return (
        f"weights {name!r} are unknown: {near}give a file, a folder that a "
        f"finished training wrote (it holds {WEIGHTS}), one of {known}, or a name of "
        "torchvision's such as ResNet18_Weights.IMAGENET1K_V1"
    )


def _describe(published: torchvision.models.WeightsEnum, architecture: str) -> WeightsInfo:
    names = tuple(published.meta["categories"])
    if not is_published(architecture):
        preprocessing = published_preprocessing(published)
        return WeightsInfo(architecture, names, preprocessing, data="ImageNet-1K")
    preset = published.transforms()
    return WeightsInfo(
        architecture,
        tuple(name.strip("_") for name in names),  # __background__
        Preprocessing(mean=tuple(preset.mean), std=tuple(preset.std)),
        data="COCO, with the classes of PASCAL VOC",
        pixels=PixelInfo((480, 480), shorter_side=preset.resize_size[0]),
    )


def _describe_timm(name: str) -> WeightsInfo:
    """What timm says of its weights; class names are known where they are ImageNet's 1,000."""
    full, names = full_name(name), class_names_from("imagenet")
    names = names if classes_of(name) == len(names) else ()
    return WeightsInfo(full, names, preprocessing_of_timm(full), data="timm")


def download_state_dict(url: str) -> dict[str, Tensor]:
    """Published weights: from the cache of ``torch.hub`` or our own, else downloaded once.

    The digest in the file's name is checked, and the file is read safely.

    Raises:
        WeightsError: If the server cannot be reached, another file arrives, or it is unsafe.
    """
    name = url.rsplit("/", 1)[-1]
    digest = Path(name).stem.rpartition("-")[2]
    known = _hub_folder() / name
    if known.is_file() and _has_own_digest(known):
        return read_weights(known)[0]
    own = _own_downloads() / name
    try:
        path = download(url, own, f"sha256:{digest}")
    except DataError as error:
        raise WeightsError(f"{error}; {_without_network(known)}") from error
    return read_weights(path)[0]


def _without_network(known: Path) -> str:
    """How weights come to a machine that cannot fetch them."""
    if known.is_file():
        return f"{known} is not the published file (its digest is another one): delete it"
    return (
        f"or fetch it on another machine, and put it at {known}, or give a file that you have "
        "in the place of the name"
    )
