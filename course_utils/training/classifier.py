"""Training a classifier on a folder of pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Self

from torch import nn

from course_utils.data.bad_files import GoodPictures, require_few_files
from course_utils.data.datasets import root_of
from course_utils.data.folders import ImageFolder, evaluation_folder
from course_utils.data.images import load_image
from course_utils.data.sources import is_from_above
from course_utils.data.transforms import (
    Preprocessing,
    enough_for_training,
    training_transform,
    up_to_bytes,
)
from course_utils.errors import TrainingError
from course_utils.models.pretrained import load_body
from course_utils.models.registry import build_classifier, needed_size
from course_utils.models.transfer import replace_head
from course_utils.runtime import seed_everything
from course_utils.training.class_weights import settled
from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Network, Run, Task

IMAGE_SIZE = 96
"""Side of the square that a network from scratch sees, in pixels, unless it is said."""

KEEP_BYTES = 1 << 30, 1 << 28
"""Of the pictures to learn from, and of those to measure on, that stay in memory."""


@dataclass(frozen=True)
class ClassifierRun(Run):
    """What to train on a folder with ``train`` and ``val``, each with a folder for each class.

    Attributes:
        image_size: Side of the square that the network sees, in pixels; ``None`` is that of the
            pretrained weights, or 96. The rest of the preprocessing is theirs, or ImageNet's.
        vertical_flip: Whether training pictures are turned upside down at random, too. The named
            sets ``insects`` and ``flowers``, which are seen from above, always are.
    """

    kind: ClassVar[str] = "classifier"
    default_architecture: ClassVar[str] = "resnet18"
    decides: ClassVar[frozenset[str]] = frozenset({"loss", "ignore_index"})

    image_size: int | None = None
    vertical_flip: bool = False

    def open(self, config: TrainingConfig) -> Task:
        """Open the pictures and build the network (see ``Run``).

        Raises:
            DataError: If the data is missing or not laid out as it should be. (What is no picture
                is found when it is read.)
            TrainingError: If training and validation name other classes, there is only one, there
                is not a weight for each, or an untrained body should be frozen.
        """
        if config.loss != "ce":
            raise TrainingError(f"loss={config.loss!r}: a classifier learns with 'ce'")
        if config.ignore_index != TrainingConfig.ignore_index:
            raise TrainingError(
                f"ignore_index={config.ignore_index}: a classifier learns from every picture; "
                "leave it out, and the folder of a class that should not count"
            )
        seed_everything(config.seed)
        root_of(self.data)  # data that is missing is told before weights are downloaded
        theirs = self.weights_preprocessing()
        preprocessing = theirs.at(self.settled().image_size or theirs.crop)
        training_set, validation_set = self._open_sets(preprocessing)
        names = training_set.class_names
        model, name, stem_width = self.network(names)  # what it refuses is said at once
        info = self.describe(
            config,
            architecture=name,
            stem_width=stem_width,
            class_names=names,
            preprocessing=preprocessing,
        )
        settings = self.settings(
            (path.name for path, _ in training_set.samples),
            image_size=preprocessing.crop,
            vertical_flip=self.vertical_flip,
            classes=list(names),
            pictures=len(training_set),
        )
        learning = GoodPictures(training_set, require_few_files, stand_in=True)
        measured = GoodPictures(validation_set, require_few_files)
        notes = tuple(self._about_size(theirs))
        how = settled(config, training_set.class_counts, names)
        more: dict[str, Any] = {"notes": notes, "dtype": self.dtype, "decided": self.decides}
        return Task(model, learning, measured, how, info, settings, **more)

    def settled(self) -> Self:
        """The same run, with what a network from scratch will have."""
        run = super().settled()
        if run.pretrained is not None or run.image_size is not None:
            return run
        needed = needed_size(run.architecture or "")
        return replace(run, image_size=needed or IMAGE_SIZE)

    def _about_size(self, theirs: Preprocessing) -> Iterator[str]:
        """A sentence where the size is another than that of the pretrained weights."""
        if self.pretrained is not None and self.image_size not in (None, theirs.crop):
            yield f"image size {self.image_size} instead of the weights' {theirs.crop}"

    def _open_sets(self, preprocessing: Preprocessing) -> tuple[ImageFolder, ImageFolder]:
        """The training and the validation pictures, as bytes."""
        root, (learnt, measured) = root_of(self.data), KEEP_BYTES
        training_set = training_folder(
            root / "train",
            preprocessing,
            self.augment,
            vertical_flip=self.vertical_flip or is_from_above(self.data),
            keep_bytes=learnt,
        )
        validation_set = evaluation_folder(root / "val", preprocessing, keep_bytes=measured)
        require_same_classes(training_set, validation_set)
        require_two_classes(training_set)
        return training_set, validation_set

    def own_options(self) -> dict[str, object]:
        """``--image-size`` and ``--vertical-flip``."""
        return {"--image-size": self.image_size, "--vertical-flip": self.vertical_flip}

    def build(self, name: str, class_names: tuple[str, ...]) -> nn.Module:
        """A fresh network of this name."""
        return build_classifier(name, len(class_names), self.stem_width)

    def load(self, weights: str, class_names: tuple[str, ...]) -> Network:
        """A network with trained weights and a new head."""
        model, name, stem_width = load_body(weights, self.architecture)
        replace_head(model, len(class_names))
        return model, name, stem_width


def training_folder(
    root: Path,
    preprocessing: Preprocessing,
    augment: str = "standard",
    *,
    vertical_flip: bool = False,
    keep_bytes: int,
) -> ImageFolder:
    """Pictures to learn from, as bytes: read as finely as it is needed, kept, and then changed.

    Args:
        root: Folder with a folder for each class.
        preprocessing: Size of the square.
        augment: As for ``training_transform``.
        vertical_flip: Likewise.
        keep_bytes: As for ``ImageFolder``.
    """
    if augment == "none":
        return evaluation_folder(root, preprocessing, keep_bytes=keep_bytes)
    change = training_transform(preprocessing, augment, vertical_flip=vertical_flip)
    read = partial(load_image, shorter_side=enough_for_training(preprocessing))
    return ImageFolder(root, up_to_bytes(change), read=read, keep_bytes=keep_bytes)


def require_two_classes(pictures: ImageFolder) -> None:
    """Raise a TrainingError if there is nothing to tell apart."""
    if len(pictures.class_names) < 2:
        raise TrainingError(
            f"{pictures.root}: holds only the class {pictures.class_names[0]}; a classifier needs "
            "at least two folders"
        )


def require_same_classes(training_set: ImageFolder, validation_set: ImageFolder) -> None:
    """Raise a TrainingError if the two sets do not name the same classes."""
    if training_set.class_names != validation_set.class_names:
        raise TrainingError(
            f"{training_set.root} has the classes {', '.join(training_set.class_names)}, but "
            f"{validation_set.root} has {', '.join(validation_set.class_names)}"
        )
