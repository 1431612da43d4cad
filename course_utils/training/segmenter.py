"""Training a network for pixels on a set in the VOC layout."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import ClassVar, Literal

from course_utils.data.bad_files import drop_bad_pairs
from course_utils.data.datasets import root_of
from course_utils.data.masks import VOID
from course_utils.data.palettes import require_one_palette
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Scale, training_pair_transform
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import TrainingError
from course_utils.models.fcn import FCN, PixelNetwork
from course_utils.models.pretrained import load_trained_body
from course_utils.models.registry import build_segmenter
from course_utils.models.weights import PixelInfo
from course_utils.runtime import seed_everything
from course_utils.training.class_weights import settled
from course_utils.training.config import TrainingConfig
from course_utils.training.recipes import Network, Run, Task

KEEP_BYTES = 1 << 30, 1 << 28
"""Of the pictures to learn from, and of those to measure on, that stay in memory.

All 1,464 pictures of PASCAL VOC 2012 to learn from take about as much.
"""


def for_pixels(config: TrainingConfig) -> TrainingConfig:
    """The same training with what labels of pixels need: void ignored, mean IoU watched.

    Whole pictures are measured one by one, for their sizes may differ.
    """
    return replace(config, ignore_index=VOID, monitor="mean_iou", evaluation_batch_size=1)


@dataclass(frozen=True)
class SegmenterRun(Run):
    """What to train on pictures with a label for every pixel, in the VOC layout.

    Attributes:
        crop_size: Height and width of the part of each picture that the network sees, in pixels.
        small: Whether pictures whose files are smaller than that are dropped or padded.
        scale: The least and the greatest factor by which each picture is resized, at random,
            before it is cropped; what gets smaller than the crop is padded. ``None`` resizes none.

    With ``augment="none"`` the place of the crop is all that is random.

    Raises:
        TrainingError: If there is a ``scale`` all the same.
    """

    kind: ClassVar[str] = "segmenter"
    default_architecture: ClassVar[str] = "fcn8s-resnet18"
    decides: ClassVar[frozenset[str]] = frozenset(
        {"ignore_index", "monitor", "evaluation_batch_size"}
    )

    augments: ClassVar[tuple[str, ...]] = ("none", "standard")

    crop_size: tuple[int, int] = (160, 256)
    small: Literal["drop", "pad"] = "drop"
    scale: Scale | None = None

    def __post_init__(self) -> None:
        """Refuse a random scale where nothing should be random."""
        super().__post_init__()
        if self.augment == "none" and self.scale is not None:
            raise TrainingError("--scale resizes at random: leave it or --augment none out")

    def open(self, config: TrainingConfig) -> Task:
        """Open the pictures and build the network (see ``Run``); ``for_pixels`` is seen to.

        Raises:
            DataError: If the data is missing or not laid out as it should be, or more than a tenth
                of the pictures cannot be used.
            TrainingError: If an untrained body should be frozen, or there is not a weight for each
                class.
        """
        seed_everything(config.seed)
        training_set, validation_set = self._open_sets()
        theirs = self.weights_preprocessing()
        names = training_set.class_names
        model, name, stem_width = self.network(names)  # what it refuses is said at once
        notes = tuple(_about_small(training_set))
        left_out = drop_bad_pairs(training_set) + drop_bad_pairs(validation_set)
        palettes = chain(training_set.palettes(), validation_set.palettes())
        require_one_palette(training_set.root, palettes)
        notes += training_set.about_classes()
        notes += training_set.about_masks() + validation_set.about_masks()
        depthwise = isinstance(model, FCN) and model.depthwise
        info = self.describe(
            config,
            architecture=name,
            stem_width=stem_width,
            class_names=names,
            preprocessing=replace(IMAGENET_PREPROCESSING, mean=theirs.mean, std=theirs.std),
            pixels=PixelInfo(self.crop_size, depthwise),
        )
        settings = self.settings(
            training_set.names,
            crop_size=list(self.crop_size),
            small=self.small,
            classes=list(names),
            **({} if self.scale is None else {"scale": list(self.scale)}),
        )
        sets = training_set, validation_set
        how = settled(for_pixels(config), training_set.class_counts, names)
        about = tuple(left_out), notes
        return Task(model, *sets, how, info, settings, *about, self.dtype, self.decides)

    def own_options(self) -> dict[str, object]:
        """``--crop-size``, ``--small`` and ``--scale``."""
        return {
            "--crop-size": "x".join(map(str, self.crop_size)),
            "--small": self.small,
            "--scale": self.scale,
        }

    def build(self, name: str, class_names: tuple[str, ...]) -> PixelNetwork:
        """A fresh network of this name, head and backbone."""
        return build_segmenter(name, len(class_names), self.stem_width)

    def load(self, weights: str, class_names: tuple[str, ...]) -> Network:
        """A network with a trained body, and its head where it has the same classes."""
        return load_trained_body(weights, self.architecture, class_names)

    def _open_sets(self) -> tuple[VOCSegmentation, VOCSegmentation]:
        """Crops to learn from and whole pictures to measure on, as bytes."""
        root, (learnt, measured) = root_of(self.data), KEEP_BYTES
        training_set = VOCSegmentation(
            root,
            "train",
            self.crop_size,
            small=self.small,
            scale=self.scale,
            transform=None if self.augment == "none" else training_pair_transform(),
            keep_bytes=learnt,
        )
        return training_set, VOCSegmentation(root, "val", keep_bytes=measured)


def _about_small(pictures: VOCSegmentation) -> Iterator[str]:
    """A sentence about the pictures that are smaller than the crop."""
    count = len(pictures) + len(pictures.dropped)
    for names, treated in ((pictures.dropped, "are left out"), (pictures.padded, "are padded")):
        if names:
            yield (
                f"{len(names)} of {count} training pictures are smaller than the crop and {treated}"
            )
