"""Makes weights files for the tests."""

from pathlib import Path

import torch
from torch import nn

from course_utils.data.transforms import Preprocessing, evaluation_transform
from course_utils.models import FCN, resnet18
from course_utils.models.registry import build_segmenter
from course_utils.models.weights import PixelInfo, WeightsInfo, save_weights
from picture_files import noise
from voc_files import NAMES

SMALL = Preprocessing(resize=40, crop=32)


INSECTS = WeightsInfo("resnet18", ("ants", "bees"), SMALL, stem_width=4)


def small_network(num_classes: int = 2) -> nn.Module:
    """A ResNet-18 with 4 channels after the stem whose opinions differ from picture to picture."""
    torch.manual_seed(0)
    model = resnet18(num_classes, stem_width=4).eval()
    pictures = [evaluation_transform(SMALL)(noise(seed)) for seed in range(30)]
    with torch.no_grad():
        model.fc.weight *= 5
        model.fc.bias -= model(torch.stack(pictures)).mean(dim=0)
    return model


def write_small_weights(path: Path, info: WeightsInfo = INSECTS) -> Path:
    """Write the small network with its description."""
    save_weights(path, small_network(len(info.class_names)).state_dict(), info)
    return path


class Payload:
    """Pickled, it writes a file when it is loaded without care."""

    def __init__(self, witness: Path) -> None:
        self.witness = witness

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return (Path.touch, (self.witness,))


SEGMENTER = WeightsInfo(
    "fcn8s-resnet10", NAMES, stem_width=4, pixels=PixelInfo((40, 60), depthwise=True, mean_iou=0.5)
)


def write_segmenter(path: Path, info: WeightsInfo = SEGMENTER) -> FCN:
    """Write a network for pixels that nobody trained, and return it."""
    torch.manual_seed(0)
    assert info.pixels is not None
    options = {"depthwise": info.pixels.depthwise}
    model = build_segmenter(info.architecture, len(info.class_names), info.stem_width, **options)
    for skip in model.head.skips.values():
        torch.nn.init.normal_(skip.weight)
    save_weights(path, model.half().float().state_dict(), info)
    return model.eval()
