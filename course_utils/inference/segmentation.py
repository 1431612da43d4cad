"""Path → image → tensor → logits → a class for every pixel, of pictures of any size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.v2 import functional as F

from course_utils.data.masks import ClassMap, class_counts
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing, batch_transform
from course_utils.errors import AnswerError, ModelError
from course_utils.inference.logits import require_names
from course_utils.inference.predictors import OnError, Predictor, for_each_picture, refuse
from course_utils.inference.tiling import dense_answer
from course_utils.models.pretrained import load_segmenter
from course_utils.models.published_segmenters import with_plain_output
from course_utils.models.weights import WeightsInfo

MOST_IN_A_MASK = 255
"""A mask holds indices of one byte, and 255 is void."""


@dataclass(frozen=True)
class Area:
    """How much of a picture one class covers.

    Attributes:
        label: Its name.
        index: Its index in the mask.
        pixels: Number of its pixels.
        share: Of all pixels (0 to 1).
    """

    label: str
    index: int
    pixels: int
    share: float


@dataclass(frozen=True)
class Segmentation:
    """What the network says about the pixels of one picture.

    Attributes:
        path: The picture's file.
        picture: The picture, ``W`` by ``H``.
        classes: The index of the class of each pixel: ``(H, W)``.
        areas: Of the classes that were found, the largest first.
    """

    path: Path
    picture: Image.Image
    classes: ClassMap
    areas: tuple[Area, ...]


def segment(
    model: nn.Module,
    picture: Image.Image,
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    names: int | None = None,
) -> ClassMap:
    """Label every pixel of a picture of any size; a large one goes through in tiles.

    Args:
        model: From ``(1, 3, H, W)`` to logits ``(1, classes, H, W)``, in ``eval`` mode.
        picture: RGB, ``W`` by ``H``. It is not resized.
        preprocessing: Says how to normalize.
        names: How many classes have a name; by default as many as there are logits.

    Returns:
        The index of the class of each pixel, ``(H, W)``.

    Raises:
        ModelError: If the picture has to be tiled, and the network has to see it whole.
        AnswerError: If it does not give logits for each pixel, as many as there are names.
    """

    def best_class(logits: Tensor) -> Tensor:  # (classes, rows, columns) → (1, rows, columns)
        require_names(len(logits), len(logits) if names is None else names)
        best = logits.max(dim=0, keepdim=True).indices  # argmax takes several times as long
        return best.to(torch.uint8)

    pixels = F.pil_to_tensor(picture)
    classes = dense_answer(model, pixels, batch_transform(preprocessing), best_class)
    (rows, columns), (width, height) = classes.shape[1:], picture.size
    if (rows, columns) != (height, width):
        raise AnswerError(
            f"the network answers with {columns}×{rows} positions for {width}×{height} pixels: "
            "give one that enlarges its logits to the picture's size"
        )
    return classes[0].numpy()


class Segmenter(Predictor):
    """A network for pixels together with its class names and its normalization.

    Args:
        model: Takes ``(1, 3, H, W)`` and returns logits ``(1, classes, H, W)``, or is one of
            ``torchvision.models.segmentation``. It is put into ``eval`` mode and on the device.
        class_names: In the order of the logits.
        preprocessing: Says how to normalize; pictures are not resized.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.
        engine: As for ``PreparedNetwork``.

    Attributes:
        model: As it was given.
        network: What predicts: the same network, prepared for it.

    Raises:
        CourseError: As ``Predictor``.
        ModelError: If there are more classes than a mask can hold.
    """

    def __init__(
        self,
        model: nn.Module,
        class_names: tuple[str, ...],
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
        engine: str = "torch",
    ) -> None:
        if len(class_names) > MOST_IN_A_MASK:
            raise ModelError(f"{len(class_names)} classes: a mask holds at most {MOST_IN_A_MASK}")
        super().__init__(model, class_names, preprocessing, device, precision, engine)

    @staticmethod
    def _load(path_or_name: Path | str) -> tuple[nn.Module, WeightsInfo]:
        return load_segmenter(path_or_name)

    def _converted(self, model: nn.Module) -> nn.Module:
        return with_plain_output(model)

    def predict(
        self, paths: Iterable[Path | str] | Path | str, on_error: OnError = refuse
    ) -> Iterator[Segmentation]:
        """Label the pixels of pictures in their order; the next is read while one is computed.

        Args:
            paths: Files, or one.
            on_error: Called with each file that is no picture, or too large for a network that
                has to see it whole. The file is left out. By default the error is raised.

        Yields:
            A segmentation for each good picture.
        """
        for path, picture, classes in for_each_picture(paths, self._classes, on_error):
            yield Segmentation(path, picture, classes, self.areas(classes))

    def _classes(self, path: Path, picture: Image.Image) -> ClassMap:
        network = self.network.current(self.corner_of(picture))
        return segment(network, picture, self.preprocessing, len(self.class_names))

    def areas(self, classes: ClassMap) -> tuple[Area, ...]:
        """How much each class covers of a mask ``(H, W)``, the largest first.

        Raises:
            ModelError: If the mask holds a class that has no name.
        """
        counts = class_counts(classes)
        highest = int(np.flatnonzero(counts)[-1])
        if highest >= len(self.class_names):
            raise ModelError(
                f"the network gives the class {highest} for {len(self.class_names)} names"
            )
        found = [
            Area(self.class_names[index], index, count, count / classes.size)
            for index, count in enumerate(counts.tolist())
            if count
        ]
        return tuple(sorted(found, key=lambda area: -area.pixels))
