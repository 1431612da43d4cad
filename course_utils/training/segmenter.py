"""Training a network for pixels on a set in the VOC layout: open, train, store."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from course_utils.data.bad_files import drop_bad_pairs
from course_utils.data.datasets import root_of
from course_utils.data.masks import VOID
from course_utils.data.transforms import (
    IMAGENET_PREPROCESSING,
    batch_transform,
    training_pair_transform,
)
from course_utils.data.voc import VOCSegmentation
from course_utils.errors import ImageError, TrainingError
from course_utils.models.fcn import FCN
from course_utils.models.pretrained import load_trained_body
from course_utils.models.registry import build_segmenter
from course_utils.models.transfer import freeze_all_but_head
from course_utils.models.weights import PixelInfo, WeightsInfo
from course_utils.runtime import seed_everything
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.recipes import (
    SegmenterRun,
    Task,
    command_line,
    name_of_set,
    train_and_store,
)
from course_utils.training.results import require_free

DEFAULT_SEGMENTER = "fcn8s-resnet18"

KEEP_BYTES = 1 << 30
"""Of training pictures in memory; all 1,464 of PASCAL VOC 2012 take about as much."""


def for_pixels(config: TrainingConfig) -> TrainingConfig:
    """The same training with what labels of pixels need: void ignored, mean IoU watched.

    Whole pictures are measured one by one, for their sizes may differ.
    """
    return replace(config, ignore_index=VOID, monitor="mean_iou", evaluation_batch_size=1)


def prepare_segmenter(
    run: SegmenterRun,
    config: TrainingConfig,
    on_error: Callable[[ImageError], None] = lambda error: None,
    on_note: Callable[[str], None] = lambda note: None,
) -> Task:
    """Open the pictures and build the network; the seed decides about its fresh weights.

    Args:
        run: What to train.
        config: How.
        on_error: Called with each picture or mask that cannot be used, and is left out.
        on_note: Called with a sentence about pictures that are smaller than the crop.

    Raises:
        DataError: If the data is missing or not laid out as it should be.
        TrainingError: If more than a tenth of the pictures are bad, or an untrained body should
            be frozen.
    """
    seed_everything(config.seed)
    training_set, validation_set = _open_sets(run, on_error, on_note)
    names = training_set.class_names
    model, architecture, stem_width = _network(run, names)
    info = WeightsInfo(
        architecture=architecture,
        class_names=names,
        preprocessing=IMAGENET_PREPROCESSING,
        stem_width=stem_width,
        data=name_of_set(run.data),
        command=command_line(run, config),
        seed=config.seed,
        pixels=PixelInfo(run.crop_size, model.depthwise),
    )
    settings = _settings(run, training_set)
    prepare = batch_transform(info.preprocessing)
    return Task(model, training_set, validation_set, info, settings, prepare)


def train_segmenter(
    run: SegmenterRun,
    config: TrainingConfig,
    out: Path,
    device: torch.device,
    on_epoch: Callable[[Epoch], None],
    on_error: Callable[[ImageError], None],
    on_note: Callable[[str], None],
    resume: bool = False,
) -> WeightsInfo:
    """Train, and write weights, class names, history and report into ``out`` (``task``).

    Raises:
        DataError: As ``prepare_segmenter``.
        TrainingError: As ``prepare_segmenter``; if the loss is no number; if ``out`` holds a
            training that is finished, or one that was stopped and is not to be resumed.
        CourseError: If ``out`` cannot be written to.
    """
    require_free(out, resume)
    config = for_pixels(config)
    task = prepare_segmenter(run, config, on_error, on_note)
    return train_and_store(task, config, out, device, on_epoch, resume)


def _open_sets(
    run: SegmenterRun, on_error: Callable[[ImageError], None], on_note: Callable[[str], None]
) -> tuple[VOCSegmentation, VOCSegmentation]:
    """Crops to learn from and whole pictures to measure on, without the bad ones."""
    root = root_of(run.data)
    change = training_pair_transform()
    training_set = VOCSegmentation(
        root, "train", run.crop_size, small=run.small, transform=change, keep_bytes=KEEP_BYTES
    )
    validation_set = VOCSegmentation(root, "val")
    for names, treated in (
        (training_set.dropped, "are left out"),
        (training_set.padded, "are padded"),
    ):
        if names:
            count = f"{len(names)} of {len(training_set) + len(training_set.dropped)}"
            on_note(f"{count} training pictures are smaller than the crop and {treated}")
    for error in drop_bad_pairs(training_set) + drop_bad_pairs(validation_set):
        on_error(error)
    return training_set, validation_set


def _network(run: SegmenterRun, class_names: tuple[str, ...]) -> tuple[FCN, str, int | None]:
    """A fresh network, or one with a trained body; its name and its stem's width."""
    if run.pretrained is None:
        if run.freeze:
            raise TrainingError(
                "a body without trained weights cannot be frozen: give --pretrained"
            )
        name = run.architecture or DEFAULT_SEGMENTER
        return build_segmenter(name, len(class_names), run.stem_width), name, run.stem_width
    network, name, stem_width = load_trained_body(run.pretrained, run.architecture, class_names)
    if run.freeze:
        freeze_all_but_head(network)
    return network, name, stem_width


def _settings(run: SegmenterRun, training_set: VOCSegmentation) -> dict[str, object]:
    """What a resumed training must have in common with the one that was stopped."""
    names = "\n".join(training_set.names)
    return {
        "model": run.architecture,
        "stem_width": run.stem_width,
        "pretrained": run.pretrained,
        "freeze": run.freeze,
        "crop_size": list(run.crop_size),
        "small": run.small,
        "classes": list(training_set.class_names),
        "names of the pictures": hashlib.sha256(names.encode()).hexdigest()[:12],
    }
