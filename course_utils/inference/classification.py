"""Path → image → tensor → logits → label, for one picture or for many."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from course_utils.data.loading import Batches
from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    Preprocessing,
    evaluation_transform,
)
from course_utils.errors import ModelError
from course_utils.inference.logits import PICTURES, require_logits, require_names
from course_utils.inference.predictors import OnError, Predictor, as_files, refuse


@dataclass(frozen=True)
class Score:
    """One class and its probability (softmax of the logits, 0 to 1)."""

    label: str
    index: int
    probability: float


@dataclass(frozen=True)
class Prediction:
    """What the network says about one picture.

    Attributes:
        path: The picture's file.
        label: Name of the most probable class.
        index: Its position among the logits.
        probability: Its softmax, 0 to 1.
        top: The most probable classes, best first; ``label`` is the first of them.
    """

    path: Path
    label: str
    index: int
    probability: float
    top: tuple[Score, ...]


class Classifier(Predictor):
    """A network together with its class names and its preprocessing.

    Args:
        model: Takes ``(N, 3, H, W)`` and returns logits ``(N, classes)``. It is put into
            ``eval`` mode and on the device.
        class_names: In the order of the logits.
        preprocessing: The one that the network was trained with.
        device: Where to compute.
        precision: As for ``prepare_for_inference``.
        engine: As for ``PreparedNetwork``.

    Attributes:
        model: As it was given.
        network: What predicts: the same network, prepared for it.

    Raises:
        CourseError: As ``Predictor``.
    """

    any_size = False

    def __init__(
        self,
        model: nn.Module,
        class_names: tuple[str, ...],
        preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
        device: torch.device | str = "cpu",
        precision: str = "fp32",
        engine: str = "torch",
    ) -> None:
        super().__init__(model, class_names, preprocessing, device, precision, engine)
        self.transform = evaluation_transform(preprocessing)

    def predict(
        self,
        paths: Iterable[Path | str] | Path | str,
        batch_size: int = 8,
        top_k: int = 1,
        on_error: OnError = refuse,
        *,
        reduced: bool = False,
    ) -> Iterator[Prediction]:
        """Predict pictures in their order; the next batch is read while one is computed.

        Args:
            paths: Files, or one. If taking one from them fails, those before it are predicted,
                and then the error is raised.
            batch_size: How many pictures go through the network together. The last batch may
                be smaller; none is dropped.
            top_k: How many classes to report for each picture; at most as many as there are.
            on_error: Called with each file that is no picture, which is then left out. By
                default the error is raised.
            reduced: Whether pictures that are many times larger than the network's are read
                reduced. A JPEG of 3 megapixels then takes a third of the time, and probabilities
                change in their second digit.

        Yields:
            A prediction for each good picture.

        Raises:
            ModelError: If ``batch_size`` or ``top_k`` is below 1, or the network does not give
                a logit for each class.
        """
        if batch_size < 1 or top_k < 1:
            raise ModelError("batch_size and top_k must be at least 1")
        files = as_files(paths)
        where = self.device, self.preprocessing
        batches = Batches.of_files(files, batch_size, on_error, *where, reduced=reduced)
        for images, good_paths in batches:  # (N, 3, crop, crop)
            scores = self.probabilities(images)
            yield from map(self._prediction, good_paths, self._best(scores, top_k))

    @torch.inference_mode()
    def probabilities(self, batch: Tensor) -> Tensor:
        """Softmax over the classes: ``(N, 3, H, W)`` → ``(N, classes)``, on the CPU.

        Raises:
            ModelError: If the network does not give a logit for each name, two at least, or they
                are no numbers.
        """
        logits = require_logits(self.network(batch.to(self.device)), PICTURES)
        require_names(logits.shape[1], len(self.class_names))
        probabilities: Tensor = logits.float().softmax(dim=1).cpu()
        return probabilities

    def _best(self, probabilities: Tensor, top_k: int) -> Iterator[tuple[Score, ...]]:
        values, indices = probabilities.topk(min(top_k, len(self.class_names)))  # (N, k)
        for row, where in zip(values.tolist(), indices.tolist(), strict=True):
            yield tuple(
                Score(self.class_names[index], index, value)
                for value, index in zip(row, where, strict=True)
            )

    @staticmethod
    def _prediction(path: Path, top: tuple[Score, ...]) -> Prediction:
        best = top[0]
        return Prediction(path, best.label, best.index, best.probability, top)
