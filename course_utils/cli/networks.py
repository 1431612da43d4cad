"""The network that an argument names: a classifier, embedded weights, or a training's result."""

from typing import TYPE_CHECKING

from course_utils.errors import WeightsError

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, int, int]
"""Of one picture: channels, height, width."""


def find_network(name: str) -> tuple["nn.Module", Shape]:
    """Build a network, with its trained weights if the name is that of weights.

    Args:
        name: A classifier of this package or of torchvision, embedded weights, a folder that a
            training wrote, or a file that describes itself.

    Returns:
        The network in ``eval`` mode on the CPU, and the shape of the pictures it is made for.

    Raises:
        CourseError: If there is no such network, or the weights cannot be read.
    """
    from course_utils.models.pretrained import load_classifier
    from course_utils.models.registry import (
        build_classifier,
        classifier_names,
        native_preprocessing,
    )
    from course_utils.models.weight_sources import find_description, names_weights

    if name not in classifier_names() and names_weights(name):
        if find_description(name) is None:
            raise WeightsError(
                f"{name}: does not say for which network: give the network's name, such as resnet18"
            )
        network, info = load_classifier(name)
        preprocessing = info.preprocessing
    else:
        preprocessing = native_preprocessing(name)
        network = build_classifier(name).eval()
    return network, (3, preprocessing.crop, preprocessing.crop)


def shape_text(shape: Shape) -> str:
    """As the command line writes it: ``3x224x224``."""
    return "x".join(map(str, shape))
