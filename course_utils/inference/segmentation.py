"""Path → image → tensor → logits → a class for every pixel, of pictures of any size."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.v2 import functional as F

from course_utils.data.images import load_image
from course_utils.data.loading import read_ahead
from course_utils.data.masks import ClassMap
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing, batch_transform
from course_utils.errors import ImageError, ModelError
from course_utils.inference.classification import refuse
from course_utils.inference.preparation import PreparedNetwork
from course_utils.inference.tiling import Part, parts
from course_utils.models.pretrained import load_segmenter

MOST_CLASSES = 255
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


@torch.inference_mode()
def segment(
    model: Callable[[Tensor], Tensor],
    picture: Image.Image,
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    device: torch.device | str = "cpu",
) -> ClassMap:
    """Label every pixel of a picture of any size; a large one goes through in parts.

    Args:
        model: From ``(1, 3, H, W)`` to logits ``(1, classes, H, W)``, on the device, in ``eval``
            mode.
        picture: RGB, ``W`` by ``H``. It is not resized.
        preprocessing: Says how to normalize.
        device: Where to compute.

    Returns:
        The index of the class of each pixel, ``(H, W)``.
    """
    normalize = batch_transform(preprocessing)
    classes = np.empty((picture.height, picture.width), np.uint8)
    for rows in parts(picture.height):
        for columns in parts(picture.width):
            seen = F.pil_to_tensor(_part(picture, rows, columns)).unsqueeze(0)  # (1, 3, h, w)
            logits = model(normalize(seen.to(device)))  # (1, classes, h, w)
            inner = logits[0, :, rows.inner, columns.inner].argmax(dim=0)
            where = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
            classes[where] = inner.to(torch.uint8).cpu().numpy()
    return classes


class Segmenter:
    """A network for pixels together with its class names and its normalization.

    Args:
        model: Takes ``(1, 3, H, W)`` and returns logits ``(1, classes, H, W)``. It is put into
            ``eval`` mode and on the device.
        class_names: In the order of the logits.
        preprocessing: Says how to normalize.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.

    Attributes:
        model: As it was given.
        network: What predicts: the same network, prepared for it.

    Raises:
        CourseError: If bfloat16 is asked for where there is none.
        ModelError: If there are more classes than a mask can hold.
    """

    def __init__(
        self,
        model: nn.Module,
        class_names: tuple[str, ...],
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
    ) -> None:
        if len(class_names) > MOST_CLASSES:
            raise ModelError(f"{len(class_names)} classes: a mask holds at most {MOST_CLASSES}")
        self.model = model.to(device).eval()
        self.network = PreparedNetwork(self.model, precision)
        self.class_names = class_names
        self.preprocessing = preprocessing
        self.device = torch.device(device)

    @classmethod
    def from_checkpoint(
        cls,
        path_or_name: Path | str,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
    ) -> "Segmenter":
        """Load a weights file that describes itself, or weights by name.

        Args:
            path_or_name: A ``.safetensors`` of this package, a folder that a training wrote, or
                an embedded name.
            device: Where to compute.
            precision: As for ``prepare_for_inference``.

        Raises:
            WeightsError: If the weights do not exist, are damaged, do not describe themselves,
                or are a classifier's.
        """
        model, info = load_segmenter(path_or_name)
        return cls(model, info.class_names, info.preprocessing, device, precision)

    def segment(
        self,
        paths: Iterable[Path | str],
        on_error: Callable[[ImageError], None] = refuse,
    ) -> Iterator[Segmentation]:
        """Label the pixels of pictures in their order; the next is read while one is computed.

        Args:
            paths: Files.
            on_error: Called with each file that is no picture, which is then left out. By
                default the error is raised.

        Yields:
            A segmentation for each good picture.
        """
        for path, picture in read_ahead(paths, load_image, on_error, ahead=1):
            classes = segment(self.network, picture, self.preprocessing, self.device)
            yield Segmentation(path, picture, classes, self.areas(classes))

    def areas(self, classes: ClassMap) -> tuple[Area, ...]:
        """How much each class covers of a mask ``(H, W)``, the largest first.

        Raises:
            ModelError: If the mask holds a class that has no name.
        """
        counts = np.bincount(classes.ravel()).tolist()
        if len(counts) > len(self.class_names):
            raise ModelError(
                f"the network gives the class {len(counts) - 1} for {len(self.class_names)} names"
            )
        found = [
            Area(self.class_names[index], index, count, count / classes.size)
            for index, count in enumerate(counts)
            if count
        ]
        return tuple(sorted(found, key=lambda area: -area.pixels))


def _part(picture: Image.Image, rows: Part, columns: Part) -> Image.Image:
    return picture.crop((columns.seen_from, rows.seen_from, columns.seen_to, rows.seen_to))
