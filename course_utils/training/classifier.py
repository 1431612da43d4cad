"""Training a classifier on a folder of pictures."""

from dataclasses import dataclass
from typing import ClassVar

from torch import nn

from course_utils.data.bad_files import drop_bad_pictures
from course_utils.data.datasets import root_of
from course_utils.data.folders import ImageFolder
from course_utils.data.transforms import (
    Preprocessing,
    cut_transform,
    training_transform,
    up_to_bytes,
)
from course_utils.errors import TrainingError
from course_utils.models.pretrained import load_body
from course_utils.models.registry import build_classifier
from course_utils.models.transfer import replace_head
from course_utils.runtime import seed_everything
from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Network, Run, Task

RESIZE_TO_CROP = 256 / 224
"""Before the crop in the middle, the shorter side is a little longer, as is usual for ImageNet."""


@dataclass(frozen=True)
class ClassifierRun(Run):
    """What to train on a folder with ``train`` and ``val``, each with a folder for each class.

    Attributes:
        image_size: Side of the square that the network sees, in pixels.
    """

    kind: ClassVar[str] = "classifier"
    default_architecture: ClassVar[str] = "resnet18"

    image_size: int = 96

    def open(self, config: TrainingConfig) -> Task:
        """Open the pictures and build the network (see ``Run``).

        Raises:
            DataError: If the data is missing or not laid out as it should be, more than a tenth of
                the files are no pictures, or a class has none left.
            TrainingError: If training and validation name other classes, there is only one, or an
                untrained body should be frozen.
        """
        seed_everything(config.seed)
        preprocessing = Preprocessing(round(self.image_size * RESIZE_TO_CROP), self.image_size)
        training_set, validation_set = _open_sets(self.data, preprocessing)
        left_out = drop_bad_pictures(training_set) + drop_bad_pictures(validation_set)
        names = training_set.class_names
        model, name, stem_width = self.network(names)
        info = self.describe(
            config,
            architecture=name,
            stem_width=stem_width,
            class_names=names,
            preprocessing=preprocessing,
        )
        settings = self.settings(
            (path.name for path, _ in training_set.samples),
            image_size=self.image_size,
            classes=list(names),
            pictures=len(training_set),
        )
        sets = training_set, validation_set
        return Task(model, *sets, config, info, settings, tuple(left_out), dtype=self.dtype)

    def own_options(self) -> dict[str, object]:
        """``--image-size``."""
        return {"--image-size": self.image_size}

    def build(self, name: str, class_names: tuple[str, ...]) -> nn.Module:
        """A fresh network of this name."""
        return build_classifier(name, len(class_names), self.stem_width)

    def load(self, weights: str, class_names: tuple[str, ...]) -> Network:
        """A network with trained weights and a new head."""
        model, name, stem_width = load_body(weights, self.architecture)
        replace_head(model, len(class_names))
        return model, name, stem_width


def _open_sets(data: str, preprocessing: Preprocessing) -> tuple[ImageFolder, ImageFolder]:
    """The training and the validation pictures, as bytes."""
    root = root_of(data)
    change = up_to_bytes(training_transform(preprocessing))
    training_set = ImageFolder(root / "train", change)
    validation_set = ImageFolder(root / "val", cut_transform(preprocessing))
    require_same_classes(training_set, validation_set)
    require_two_classes(training_set)
    return training_set, validation_set


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
