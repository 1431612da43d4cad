"""Networks of ten years, and what torchvision publishes about them: no weights are downloaded."""

from dataclasses import dataclass

from torchvision.models import WeightsEnum, get_model_weights

from course_utils.errors import ModelError

FIRST_WEIGHTS = "IMAGENET1K_V1"
"""Those that torchvision published first; later ones have the same network and a newer recipe."""

FAMILIES = {
    "alexnet": ("AlexNet", 2012),
    "vgg11": ("VGG", 2014),
    "vgg16": ("VGG", 2014),
    "googlenet": ("GoogLeNet", 2014),
    "inception_v3": ("Inception", 2015),
    "resnet18": ("ResNet", 2015),
    "resnet50": ("ResNet", 2015),
    "resnet152": ("ResNet", 2015),
    "squeezenet1_0": ("SqueezeNet", 2016),
    "squeezenet1_1": ("SqueezeNet", 2016),
    "densenet121": ("DenseNet", 2016),
    "densenet161": ("DenseNet", 2016),
    "mobilenet_v2": ("MobileNet", 2018),
    "mobilenet_v3_large": ("MobileNet", 2019),
    "shufflenet_v2_x0_5": ("ShuffleNet", 2018),
    "shufflenet_v2_x1_0": ("ShuffleNet", 2018),
    "mnasnet0_5": ("MNASNet", 2018),
    "mnasnet1_0": ("MNASNet", 2018),
    "efficientnet_b0": ("EfficientNet", 2019),
    "efficientnet_b4": ("EfficientNet", 2019),
    "regnet_y_400mf": ("RegNet", 2020),
    "regnet_y_8gf": ("RegNet", 2020),
    "vit_b_16": ("ViT", 2020),
    "swin_t": ("Swin", 2021),
    "efficientnet_v2_s": ("EfficientNetV2", 2021),
    "efficientnet_v2_l": ("EfficientNetV2", 2021),
    "convnext_tiny": ("ConvNeXt", 2022),
    "convnext_base": ("ConvNeXt", 2022),
}
"""torchvision's name of a network → its family, and the year of the paper that describes it."""


@dataclass(frozen=True)
class PublishedNetwork:
    """A network and its published weights, as torchvision describes them.

    Attributes:
        name: torchvision's, such as ``resnet18``.
        family: Such as ``ResNet``.
        year: When the paper that describes this network first appeared.
        parameters: Numbers in the published weights that training can change.
        multiply_adds: For one picture of the input size, rounded to millions. torchvision writes
            them in thousands of millions and calls them GFLOPS.
        top1: Percent of the 50,000 validation pictures of ImageNet whose class comes first.
        input_size: Height and width of the picture, in pixels.
        resize: The shorter side to which a picture was resized before that square was cut out of
            its middle, when the top-1 was measured.
        weights: torchvision's name of the weights, such as ``IMAGENET1K_V1``.
    """

    name: str
    family: str
    year: int
    parameters: int
    multiply_adds: int
    top1: float
    input_size: int
    resize: int
    weights: str


def published_networks() -> list[PublishedNetwork]:
    """Twenty-eight networks of sixteen families with their first weights, oldest family first.

    All learned from the 1.28 million training pictures of ImageNet-1K alone.
    """
    return [published_network(name) for name in FAMILIES]


def published_network(name: str, weights: str = FIRST_WEIGHTS) -> PublishedNetwork:
    """What torchvision's metadata say of a network and one set of its weights.

    >>> published_network("resnet18").parameters
    11689512

    Args:
        name: A key of ``FAMILIES``.
        weights: Of those that torchvision publishes for it.

    Raises:
        ModelError: If the network is not one of these, or has no such weights.
    """
    if name not in FAMILIES:
        raise ModelError(f"{name!r} is not in the zoo: choose one of {', '.join(FAMILIES)}")
    published = _find(name, weights)
    return PublishedNetwork(
        name,
        *FAMILIES[name],
        parameters=published.meta["num_params"],
        multiply_adds=round(published.meta["_ops"] * 1000) * 10**6,
        top1=published.meta["_metrics"]["ImageNet-1K"]["acc@1"],
        input_size=published.transforms().crop_size[0],
        resize=published.transforms().resize_size[0],
        weights=weights,
    )


def _find(name: str, weights: str) -> WeightsEnum:
    known = {entry.name: entry for entry in get_model_weights(name)}
    if weights not in known:
        raise ModelError(f"{name} has no weights {weights!r}: choose {' or '.join(known)}")
    return known[weights]
