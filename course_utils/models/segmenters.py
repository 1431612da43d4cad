"""Networks for pixels by name, such as ``fcn8s-resnet18``, and the weights that go into them."""

from pathlib import Path

from course_utils.errors import ModelError, WeightsError
from course_utils.models.fcn import FCN, fcn8s, fcn16s, fcn32s
from course_utils.models.pretrained import find_weights, load_body
from course_utils.models.registry import build_classifier
from course_utils.models.weights import WeightsInfo, load_into

HEADS = {builder.__name__: builder for builder in (fcn32s, fcn16s, fcn8s)}


def build_segmenter(
    name: str, num_classes: int, stem_width: int | None = None, *, depthwise: bool = True
) -> FCN:
    """Build a network for pixels with fresh weights.

    Args:
        name: Head and backbone, such as ``fcn8s-resnet18``.
        num_classes: Number of classes, background included.
        stem_width: Channels after the stem of this package's networks; ``None`` is 64.
        depthwise: Whether the upsampling treats each channel by itself.

    Raises:
        ModelError: If there is no such head or no such backbone, or it is no ResNet.
    """
    head, backbone = split_name(name)
    network = build_classifier(backbone, 1, stem_width)
    return HEADS[head](network, num_classes, depthwise=depthwise)


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


def load_segmenter(weights: Path | str) -> tuple[FCN, WeightsInfo]:
    """Build the network for pixels that the weights are for, and load them.

    Args:
        weights: An embedded name, a ``.safetensors``, or a folder that a training wrote.

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
            "scenes-fcn8s, or one of your own (course-utils train segmenter)"
        )
    model = build_segmenter(
        info.architecture, len(info.class_names), info.stem_width, depthwise=info.pixels.depthwise
    )
    load_into(model, state_dict, weights)
    return model.eval(), info


def labels_pixels(weights: Path | str) -> bool:
    """Whether these weights are of a network for pixels.

    Raises:
        WeightsError: If they do not exist or are damaged.
    """
    _, info = find_weights(weights)
    return info is not None and info.pixels is not None


def load_trained_body(
    weights: Path | str, name: str | None, class_names: tuple[str, ...]
) -> tuple[FCN, str, int | None]:
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
        network = HEADS[head](body, len(class_names), depthwise=True)
        return network, f"{head}-{architecture}", stem_width
    trained, info = load_segmenter(weights)
    name = name or info.architecture
    _require_backbone(weights, info.architecture, name)
    if name == info.architecture and class_names == info.class_names:
        return trained, name, info.stem_width
    network = HEADS[split_name(name)[0]](trained.body, len(class_names), depthwise=True)
    if class_names == info.class_names:
        network.head.score = trained.head.score
    return network, name, info.stem_width


def _require_backbone(weights: Path | str, trained: str, wanted: str) -> None:
    backbone = split_name(trained)[1]
    if split_name(wanted)[1] != backbone:
        raise WeightsError(f"{weights}: made for {trained}, not for {wanted}")
