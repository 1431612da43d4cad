"""What all predictors share: how they are made, and how they go through pictures."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Self, TypeVar

import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.transforms.v2.functional import pil_to_tensor

from course_utils.data.images import load_image
from course_utils.data.readers import read_ahead
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing, batch_transform
from course_utils.errors import AnswerError, ImageError, ModelError
from course_utils.inference.preparation import PreparedNetwork
from course_utils.models.pretrained import load_classifier
from course_utils.models.weights import WeightsInfo

T = TypeVar("T")

OnError = Callable[[ImageError], None]
"""What is done about a picture that cannot be read, or does not suit the network."""


def refuse(error: ImageError) -> None:
    """The default for bad pictures: raise."""
    raise error


class Predictor:
    """A network together with its class names and its preprocessing.

    Args:
        model: The network; a subclass says what it takes and returns. It is put into ``eval``
            mode and on the device.
        class_names: In the order of the logits.
        preprocessing: The one that the network was trained with.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.
        engine: As for ``PreparedNetwork``.

    Attributes:
        model: As it was given.
        network: What predicts: the same network, prepared for it; made again where weights of
            ``model`` change.

    Raises:
        CourseError: If the engine is not installed, or neither it nor the device computes in this
            precision.
    """

    any_size: ClassVar[bool] = True
    """Whether pictures come to the network at their own sizes."""

    def __init__(
        self,
        model: nn.Module,
        class_names: tuple[str, ...],
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
        engine: str = "torch",
    ) -> None:
        self.model = model.to(device).eval()
        self.class_names = class_names
        self.preprocessing = preprocessing
        self.device = torch.device(device)
        self.network = PreparedNetwork(
            self.model,
            precision,
            preprocessing.crop,
            self._converted,
            engine,
            any_size=self.any_size,
        )

    @classmethod
    def from_checkpoint(
        cls,
        path_or_name: Path | str,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
        engine: str = "torch",
    ) -> Self:
        """Load a weights file that describes itself, or weights by name.

        Args:
            path_or_name: A ``.safetensors`` of this package, a folder that a training wrote,
                or a name such as ``insects-resnet18`` or one of torchvision's.
            device: Where to compute.
            precision: As for ``prepare_for_inference``.
            engine: As for ``PreparedNetwork``.

        Raises:
            CourseError: As the class.
            WeightsError: If the weights do not exist, are damaged, do not describe themselves,
                or are of another kind of network.
        """
        model, info = cls._load(path_or_name)
        return cls(model, info.class_names, info.preprocessing, device, precision, engine)

    @staticmethod
    def _load(path_or_name: Path | str) -> tuple[nn.Module, WeightsInfo]:
        return load_classifier(path_or_name)

    def corner_of(self, picture: Image.Image) -> Tensor | None:
        """The upper left of a picture of mode RGB, as the network takes it: to compare it on.

        ``(1, 3, crop, crop)``, on the device; none if the picture is smaller.
        """
        side = self.preprocessing.crop
        if min(picture.size) < side:
            return None
        pixels = pil_to_tensor(picture.crop((0, 0, side, side)))[None].to(self.device)
        return batch_transform(self.preprocessing)(pixels)

    def _converted(self, model: nn.Module) -> nn.Module:
        """The form in which the network predicts."""
        return model


def as_files(paths: Iterable[Path | str] | Path | str) -> Iterable[Path | str]:
    """The files one by one, also where one is given alone: a text is no list of letters."""
    return [paths] if isinstance(paths, str | Path) else paths


def for_each_picture(
    paths: Iterable[Path | str] | Path | str,
    work: Callable[[Path, Image.Image], T],
    on_error: OnError,
) -> Iterator[tuple[Path, Image.Image, T]]:
    """Do something with each picture, in their order; the next is read meanwhile.

    Args:
        paths: Files, or one.
        work: Takes a file and its picture, of mode RGB.
        on_error: Called with each file that is no picture, or that ``work`` refuses with an
            ``ImageError`` or a ``ModelError``. The file is left out. (An ``AnswerError`` is
            raised: it is about the network.)

    Yields:
        Each good file, its picture, and what was made of it.
    """
    files = map(Path, as_files(paths))
    for path, picture in read_ahead(files, load_image, on_error, ahead=1):
        try:
            result = work(path, picture)
        except ImageError as error:
            on_error(error)
        except AnswerError:  # of every picture: there is nothing to go on with
            raise
        except ModelError as error:
            on_error(ImageError(path, str(error)))
        else:
            yield path, picture, result
