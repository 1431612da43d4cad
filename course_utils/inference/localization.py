"""Where something is: path → image → response maps, one a scale → boxes."""

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import nn
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.analysis.box_metrics import Box
from course_utils.data.images import MAX_PIXELS
from course_utils.data.transforms import Preprocessing, batch_transform
from course_utils.errors import ImageError, ModelError
from course_utils.inference.detections import Detection, boxes, suppress
from course_utils.inference.preparation import prepare_for_inference
from course_utils.inference.response_maps import ResponseMap, response_map
from course_utils.models.conversion import to_fully_convolutional
from course_utils.models.pretrained import load_classifier

NOTHING = "background"
"""The class of a crop that shows no thing; it is found only when it is asked for."""


class Localizer:
    """A classifier, made fully convolutional, with its class names and its preprocessing.

    Args:
        model: A classifier that ``to_fully_convolutional`` can convert.
        class_names: In the order of the logits.
        preprocessing: The one that the network was trained with. Its crop is the native size;
            pictures are not resized to it.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.

    Attributes:
        model: The converted network, prepared for inference.

    Raises:
        ModelError: If the network cannot be converted.
        CourseError: If bfloat16 is asked for where there is none.
    """

    def __init__(
        self,
        model: nn.Module,
        class_names: tuple[str, ...],
        preprocessing: Preprocessing,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
    ) -> None:
        size = preprocessing.crop
        converted = to_fully_convolutional(model, native_size=size).to(device)
        self.model = prepare_for_inference(converted, precision, size)
        self.class_names = class_names
        self.prepare = batch_transform(preprocessing)

    @classmethod
    def from_checkpoint(
        cls,
        path_or_name: Path | str,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
    ) -> "Localizer":
        """Load weights as ``Classifier.from_checkpoint`` does.

        Raises:
            WeightsError: If the weights do not exist, are damaged, or do not describe themselves.
            ModelError: If the network cannot be converted.
        """
        model, info = load_classifier(path_or_name)
        return cls(model, info.class_names, info.preprocessing, device, precision)

    def index_of(self, label: str) -> int:
        """The position of a class among the logits.

        Raises:
            ModelError: If there is no such class; the nearest names are offered.
        """
        if label in self.class_names:
            return self.class_names.index(label)
        near = difflib.get_close_matches(label, self.class_names, cutoff=0.5)
        known = self.class_names[:10]
        more = "" if len(self.class_names) <= 10 else ", ..."
        hint = f"did you mean {', '.join(near)}?" if near else f"it knows {', '.join(known)}{more}"
        raise ModelError(f"the network knows no class {label!r}: {hint}")

    def respond(self, image: Image.Image, scale: float = 1.0) -> ResponseMap:
        """The response map of a picture of mode RGB, resized by ``scale`` first.

        Raises:
            ModelError: If the picture is then smaller than the native size.
        """
        pixels = pil_to_tensor(image if scale == 1 else _resized(image, scale))
        return response_map(self.model, pixels, self.prepare)

    def winner(self, responses: Sequence[ResponseMap]) -> int:
        """The class with the highest probability at any cell of any scale; never background."""
        among = [i for i, name in enumerate(self.class_names) if name != NOTHING]
        best = max(responses, key=lambda response: response.peak(response.best_class(among))[0])
        return best.best_class(among)

    def locate(
        self,
        image: Image.Image,
        label: str | None = None,
        threshold: float = 0.25,
        scales: Sequence[float] = (1.0,),
    ) -> "Location":
        """Find a class in a picture, at one scale or at several.

        Args:
            image: Of mode RGB, any size.
            label: What to look for; by default the class with the highest probability anywhere.
            threshold: Probability from which a cell counts.
            scales: Sizes at which to look, relative to the picture's. Below 1 large things are
                found, above 1 small ones.

        Raises:
            ModelError: If the label does not exist, the threshold is no probability above 0, or
                the picture is smaller than the native size at one of the scales.
        """
        chosen = None if label is None else self.index_of(label)
        responses = [self.respond(image, scale) for scale in scales]
        index = self.winner(responses) if chosen is None else chosen
        best = max(responses, key=lambda response: response.peak(index)[0])
        found = detections_of(responses, index, threshold, image.size)
        return Location(index, self.class_names[index], best.peak(index)[0], tuple(found), best)


@dataclass(frozen=True)
class Location:
    """What was found of one class in one picture.

    Attributes:
        index: Of the class, among the logits.
        label: Its name.
        highest: Its highest probability at any cell of any scale, 0 to 1.
        detections: A box for each place, best first, in pixels of the picture.
        response: The map of the scale with the highest probability.
    """

    index: int
    label: str
    highest: float
    detections: tuple[Detection, ...]
    response: ResponseMap


def detections_of(
    responses: Sequence[ResponseMap], index: int, threshold: float, size: tuple[int, int]
) -> list[Detection]:
    """Boxes of a class from the responses of several scales, in pixels of the picture.

    Args:
        responses: Of the same picture at one scale or several.
        index: Of the class.
        threshold: Probability from which a cell counts.
        size: Width and height of the picture.
    """
    found = []
    for response in responses:
        across, down = size[0] / response.width, size[1] / response.height
        for detection in boxes(response, index, threshold):
            found.append(replace(detection, box=_enlarged(detection.box, across, down)))
    return suppress(found)


def enlarged_scales(
    path: Path | str, image: Image.Image, size: int, scales: Sequence[float], upscale: bool
) -> tuple[float, ...]:
    """The scales, multiplied so that the picture has ``size`` pixels each way at the smallest.

    Args:
        path: Of the picture, for the error.
        image: The picture.
        size: What the network needs, in pixels.
        scales: Relative to the picture's size.
        upscale: Whether a picture that is too small may be enlarged.

    Raises:
        ImageError: If the picture is too small and may not be enlarged, or would become too
            large.
    """
    shorter, smallest = min(image.size), min(scales)
    if round(shorter * smallest) >= size:
        return tuple(scales)
    least = math.ceil(size / smallest)
    at = "" if smallest == 1 else f" at the scale {smallest:g}"
    what = f"measures {image.width}×{image.height} pixels, and this network needs {least}{at}"
    if not upscale:
        raise ImageError(path, f"{what} each way: enlarge it, or let --upscale do it")
    factor = size / (shorter * smallest)
    if image.width * image.height * (factor * max(scales)) ** 2 > MAX_PIXELS:
        raise ImageError(path, f"{what} each way; too long to be enlarged: cut it into pieces")
    return tuple(scale * factor for scale in scales)


def _resized(image: Image.Image, scale: float) -> Image.Image:
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def _enlarged(box: Box, across: float, down: float) -> Box:
    left, top, right, bottom = box
    return left * across, top * down, right * across, bottom * down
