"""Where something is: path → image → response maps, one a scale → boxes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import torch
from PIL import Image
from torch import nn
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing, batch_transform
from course_utils.errors import ModelError, did_you_mean, some_of
from course_utils.inference.detections import Detection, detections_of, require_probability
from course_utils.inference.logits import require_names
from course_utils.inference.predictors import OnError, Predictor, for_each_picture, refuse
from course_utils.inference.response_maps import ResponseMap, response_map
from course_utils.inference.scales import enlarged_scales, resized
from course_utils.models.conversion import FullyConvolutional, to_fully_convolutional

NOTHING = "background"
"""The class of a crop that shows no thing; it is found only when it is asked for."""


@dataclass(frozen=True)
class Location:
    """What was found of one class in one picture.

    Attributes:
        path: The picture's file; ``None`` where the picture was given as such.
        picture: The picture.
        index: Of the class, among the logits.
        label: Its name.
        highest: Its highest probability at any position of any scale, 0 to 1.
        detections: A box for each place, best first, in pixels of the picture.
        response: The map of the scale with the highest probability.
    """

    path: Path | None
    picture: Image.Image
    index: int
    label: str
    highest: float
    detections: tuple[Detection, ...]
    response: ResponseMap


class Localizer(Predictor):
    """A classifier, made fully convolutional, with its class names and its preprocessing.

    Args:
        model: A classifier that ``to_fully_convolutional`` can convert. It is put into ``eval``
            mode and on the device.
        class_names: In the order of the logits.
        preprocessing: The one that the network was trained with. Its crop is the native size;
            pictures are not resized to it.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.
        engine: As for ``PreparedNetwork``.

    Attributes:
        model: As it was given.
        network: What predicts: the converted network, prepared for it.
        native_size: Side of the smallest picture that it takes, in pixels.
        prepare: Normalizes a batch of pictures, numbers from 0 to 255.

    Raises:
        ModelError: If the network cannot be converted.
        CourseError: As ``Predictor``.
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
        self.native_size = preprocessing.crop
        self.prepare = batch_transform(preprocessing)
        super().__init__(model, class_names, preprocessing, device, precision, engine)
        self.network.unprepared()  # a network that cannot be converted is refused here

    def _converted(self, model: nn.Module) -> FullyConvolutional:
        return to_fully_convolutional(model, native_size=self.native_size)

    def index_of(self, label: str) -> int:
        """The position of a class among the logits.

        Args:
            label: Its name, in any case of letters; or its position, as a text.

        Raises:
            ModelError: If there is no such class (names that hold it, or are written alike, are
                offered), or several are called so.
        """
        exactly = [i for i, name in enumerate(self.class_names) if name == label]
        key = label.strip().casefold()
        found = exactly or [i for i, name in enumerate(self.class_names) if name.casefold() == key]
        if len(found) > 1:
            numbers = " or ".join(map(str, found))
            raise ModelError(f"{len(found)} classes are called {label!r}: give a number, {numbers}")
        if found:
            return found[0]
        if label.isdecimal() and len(label) < 10 and int(label) < len(self.class_names):
            return int(label)
        raise ModelError(f"the network knows no class {label!r}: {self._names_like(label)}")

    def _names_like(self, label: str) -> str:
        near = did_you_mean(label, self.class_names)
        return near or f"it knows {some_of(self.class_names)}"

    def respond(self, image: Image.Image, scale: float = 1.0) -> ResponseMap:
        """The response map of a picture of mode RGB, resized by ``scale`` first.

        Raises:
            ModelError: If the picture is then smaller than the native size, or too large for a
                network that has to see it whole; or the network does not give a logit for each
                name, two at least, or they are no numbers.
        """
        picture = resized(image, scale)
        network = cast("FullyConvolutional", self.network.current(self.corner_of(picture)))
        response = response_map(network, pil_to_tensor(picture), self.prepare)
        require_names(len(response.probabilities), len(self.class_names))
        return response

    def winner(self, responses: Sequence[ResponseMap]) -> int:
        """The class with the highest probability at any position of any scale; never background."""
        among = [i for i, name in enumerate(self.class_names) if name != NOTHING]
        best = max(responses, key=lambda response: response.peak(response.best_class(among))[0])
        return best.best_class(among)

    def locate(
        self,
        image: Image.Image,
        label: str | None = None,
        threshold: float = 0.25,
        scales: Sequence[float] = (1.0,),
    ) -> Location:
        """Find a class in a picture, at one scale or at several.

        Args:
            image: Of mode RGB, any size.
            label: What to look for; by default the class with the highest probability anywhere.
            threshold: Probability from which a position counts.
            scales: Sizes at which to look, relative to the picture's. Below 1 large things are
                found, above 1 small ones.

        Raises:
            ModelError: If the label does not exist, the threshold is no probability above 0, or
                ``respond`` refuses the picture at one of the scales.
        """
        chosen = None if label is None else self.index_of(label)
        responses = [self.respond(image, scale) for scale in scales]
        index = self.winner(responses) if chosen is None else chosen
        best = max(responses, key=lambda response: response.peak(index)[0])
        found = tuple(detections_of(responses, index, threshold, image.size))
        name = self.class_names[index]
        return Location(None, image, index, name, best.peak(index)[0], found, best)

    def predict(
        self,
        paths: Iterable[Path | str] | Path | str,
        label: str | None = None,
        threshold: float = 0.25,
        scales: Sequence[float] = (1.0,),
        upscale: bool = False,
        on_error: OnError = refuse,
    ) -> Iterator[Location]:
        """Find a class in pictures, in their order; the next is read while one is searched.

        Args:
            paths: Files, or one.
            label: As for ``locate``, like ``threshold`` and ``scales``.
            threshold: Likewise.
            scales: Likewise.
            upscale: Whether pictures that are too small are enlarged.
            on_error: Called with each file that is no picture, too small, or too large for a
                network that has to see it whole. The file is left out. By default the error is
                raised.

        Yields:
            A location for each good picture, also where nothing was found.

        Raises:
            ModelError: If the label does not exist, or the threshold is no probability above 0.
        """
        if label is not None:
            self.index_of(label)
        require_probability(threshold)

        def find(path: Path, image: Image.Image) -> Location:
            sizes = enlarged_scales(path, image, self.native_size, scales, upscale)
            return replace(self.locate(image, label, threshold, sizes), path=path)

        for _, _, location in for_each_picture(paths, find, on_error):
            yield location
