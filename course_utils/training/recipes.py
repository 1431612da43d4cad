"""What all trainings share, from what is asked for to the files that they leave in a folder."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import nn

from course_utils.data.bad_files import GoodPictures
from course_utils.data.readers import available_readers
from course_utils.data.sources import name_of_set
from course_utils.data.transforms import AUGMENTS, IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import ImageError, TrainingError
from course_utils.models.pretrained import preprocessing_of
from course_utils.models.registry import BUILDERS
from course_utils.models.transfer import freeze_all_but_head, freeze_until
from course_utils.models.weights import DTYPES, WeightsInfo
from course_utils.runtime import tensor_cores
from course_utils.training import distributed
from course_utils.training.command import command_line
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.loop import Checkpointing, evaluate, fit
from course_utils.training.metrics import Evaluation
from course_utils.training.rehearsal import require_trainable
from course_utils.training.report_page import training_page
from course_utils.training.results import CHECKPOINT, own_folder, round_as_stored, store, versions
from course_utils.training.seen import observer_for, together
from course_utils.training.state import LabeledSet

Network = tuple[nn.Module, str, int | None]
"""A network, its name, and its channels after the stem (``None`` for torchvision's)."""

SLIM = 16
"""Channels after the stem of the course's own networks from scratch, unless it is said."""


@dataclass(frozen=True)
class Run(ABC):
    """What to train, and on what; a ``TrainingConfig`` says how.

    Attributes:
        data: Name of a set, or a folder with one.
        architecture: Name of the network; ``None`` is that of the pretrained weights, or the
            usual one.
        stem_width: Its channels after the stem, for the course's networks from scratch; ``None``
            is 16, which is slim.
        pretrained: Weights to go on from, by name or file; ``None`` starts from scratch.
        freeze: Whether only the new head learns.
        freeze_until: Name of the last layer that does not learn, such as ``"layer2"``; ``None``
            lets all learn.
        dtype: Numbers of the stored weights: ``"float32"``, or ``"float16"``, which halves the
            file.
        augment: What is done at random to the pictures to learn from: one of ``augments``.
    """

    kind: ClassVar[str]
    default_architecture: ClassVar[str]
    decides: ClassVar[frozenset[str]] = frozenset()
    """Choices of the configuration that this kind of training makes itself."""
    augments: ClassVar[tuple[str, ...]] = AUGMENTS

    data: str
    architecture: str | None = None
    stem_width: int | None = None
    pretrained: str | None = None
    freeze: bool = False
    dtype: str = field(default="float32", kw_only=True)
    augment: str = field(default="standard", kw_only=True)
    freeze_until: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Refuse what there is not, and two choices that contradict each other."""
        if self.augment not in self.augments:
            raise TrainingError(
                f"augment={self.augment!r}: choose one of {', '.join(self.augments)}"
            )
        if self.dtype not in DTYPES:
            raise TrainingError(f"dtype={self.dtype!r}: choose one of {', '.join(DTYPES)}")
        if self.freeze and self.freeze_until is not None:
            raise TrainingError(
                "--freeze lets the head alone learn: leave it or --freeze-until out"
            )

    @abstractmethod
    def open(self, config: TrainingConfig) -> "Task":
        """Open the pictures and build the network; the seed decides about its fresh weights.

        Raises:
            DataError: If the data is missing or not laid out as it should be.
            TrainingError: If the run cannot be trained as it is asked for.
        """

    def settled(self) -> Self:
        """The same run, with the name and the width that a network from scratch will have."""
        if self.pretrained is not None:
            return self
        name = self.architecture or self.default_architecture
        slim = SLIM if name.rpartition("-")[2] in BUILDERS else None
        width = slim if self.stem_width is None else self.stem_width
        return replace(self, architecture=name, stem_width=width)

    def weights_preprocessing(self) -> Preprocessing:
        """That of the pretrained weights, or ImageNet's."""
        if self.pretrained is None:
            return IMAGENET_PREPROCESSING
        return preprocessing_of(self.pretrained, self.architecture)

    @abstractmethod
    def own_options(self) -> dict[str, object]:
        """What only this kind of training has, as options on the command line."""

    @abstractmethod
    def build(self, name: str, class_names: tuple[str, ...]) -> nn.Module:
        """A fresh network of this name."""

    @abstractmethod
    def load(self, weights: str, class_names: tuple[str, ...]) -> Network:
        """A network with trained weights, and a new head where it needs one."""

    def network(self, class_names: tuple[str, ...]) -> Network:
        """A fresh network, or a trained one, frozen if it is to be."""
        if self.pretrained is not None:
            model, name, stem_width = self.load(self.pretrained, class_names)
            self._require_width(name, stem_width)
            if self.freeze:
                freeze_all_but_head(model)
            if self.freeze_until is not None:
                freeze_until(model, self.freeze_until)
            return model, name, stem_width
        if self.freeze or self.freeze_until is not None:
            raise TrainingError(
                "a body without trained weights cannot be frozen: give --pretrained"
            )
        run = self.settled()
        assert run.architecture is not None
        return run.build(run.architecture, class_names), run.architecture, run.stem_width

    def _require_width(self, name: str, stem_width: int | None) -> None:
        """Raise a TrainingError if another width is asked for than the weights have."""
        if self.stem_width not in (None, stem_width):
            theirs = f"have {stem_width}" if stem_width else f"are of {name}, which has no choice"
            raise TrainingError(
                f"--stem-width {self.stem_width}: the weights {theirs}; leave it out with "
                "--pretrained"
            )

    def describe(self, config: TrainingConfig, **known: Any) -> WeightsInfo:
        """The weights to come, as far as they are known."""
        command = command_line(self, config)
        return WeightsInfo(data=name_of_set(self.data), command=command, seed=config.seed, **known)

    def settings(self, names: Iterable[str], **more: object) -> dict[str, object]:
        """What a resumed training must have in common; ``names`` are those of its pictures."""
        digest = hashlib.sha256("\n".join(names).encode(errors="surrogatepass")).hexdigest()[:12]
        return {
            "model": self.settled().architecture,
            "stem_width": self.settled().stem_width,
            "pretrained": self.pretrained,
            "freeze": self.freeze,
            "freeze_until": self.freeze_until,
            "augment": self.augment,
            "names of the pictures": digest,
            **more,
        }


@dataclass(frozen=True)
class Task:
    """All that a training begins with.

    Attributes:
        model: With fresh weights, or with trained ones and a new head.
        training_set: What to learn from; its pictures are bytes, cut and changed anew each time.
        validation_set: What to measure on.
        config: How to train.
        info: Of the weights to come, as far as it is known; it says how bytes are normalized.
        settings: What a resumed training must have in common with the one that was stopped.
        dropped: Why some of the files are in neither set; more of them may be found on the way.
        notes: Sentences about the pictures that somebody should read.
        dtype: Numbers of the stored weights, as in ``Run``.
        decided: Choices of ``config`` that this kind of training makes itself.
    """

    model: nn.Module
    training_set: LabeledSet
    validation_set: LabeledSet
    config: TrainingConfig
    info: WeightsInfo
    settings: dict[str, object]
    dropped: tuple[ImageError, ...] = ()
    notes: tuple[str, ...] = ()
    dtype: str = "float32"
    decided: frozenset[str] = frozenset()

    def left_out(self) -> tuple[ImageError, ...]:
        """What was not used, as far as it is known; of several processes all must ask."""
        sets = self.training_set, self.validation_set
        found = [error for pictures in sets for error in getattr(pictures, "left_out", ())]
        own = [(error.path, error.reason) for error in (*self.dropped, *found)]
        of_all = dict.fromkeys(chain.from_iterable(distributed.gather(own)))
        return tuple(ImageError(*one) for one in of_all)

    def memory(self) -> dict[str, object]:
        """How many pictures of each set stayed in the memory of this process, and their bytes."""
        sets = {"train": self.training_set, "val": self.validation_set}
        kept = {name: getattr(pictures, "kept", None) for name, pictures in sets.items()}
        return {
            name: {"pictures": len(one), "of": len(sets[name]), "bytes": one.nbytes}  # type: ignore[arg-type]
            for name, one in kept.items()
            if one is not None
        }


def train_and_store(
    task: Task,
    output: Path,
    device: torch.device,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    resume: bool = False,
    workers: int | None = None,
) -> WeightsInfo:
    """Train, and write weights, class names, history, choices and reports into ``output``.

    While it trains, ``checkpoint.pt`` holds its state after each epoch; with ``resume`` it goes
    on from there. The checkpoint is removed when the rest is written. Of several processes the
    first one writes.

    Args:
        task: What to train.
        output: The folder.
        device: Where to compute.
        on_epoch: Called after each epoch, to report.
        resume: Whether to go on.
        workers: Threads of each process that read pictures; by default together one for each core.

    Returns:
        The description of the weights; what it says of their quality is that of the stored file.

    Raises:
        WeightsError: If a number is too large for the file's ``dtype``; the checkpoint stays.
        TrainingError: If the loss is no number; if ``output`` holds a training that is finished,
            or one that was stopped and is not to be resumed; if there is nothing to resume from; if
            what the training gives could not be stored.
        CourseError: If ``output`` cannot be written to, or another training is writing there.
    """

    def after_epoch(epoch: Epoch) -> None:
        _judge_alike(task)
        on_epoch(epoch)

    model, config, preprocessing = task.model, task.config, task.info.preprocessing
    readers = workers or max(1, available_readers() // distributed.size())
    with own_folder(output, resume, model, task.info):
        require_trainable(model, task.info, len(task.training_set), config)  # type: ignore[arg-type]
        if isinstance(task.validation_set, GoodPictures):
            own = distributed.own_pictures(len(task.validation_set))
            task.validation_set.read_early(own, readers)
            _judge_alike(task)
        keeping = Checkpointing(output / CHECKPOINT, task.settings, resume)
        with tensor_cores(config.precision == "bf16"):
            history = fit(
                model,
                task.training_set,
                task.validation_set,
                config,
                device,
                preprocessing=preprocessing,
                readers=readers,
                on_epoch=after_epoch,
                checkpointing=keeping,
            )
        round_as_stored(model, task.dtype)
        measure = config.evaluation_batch_size, config.ignore_index, preprocessing, readers
        seen = observer_for(task.info, config.ignore_index)
        evaluation = evaluate(model, task.validation_set, device, *measure, seen)
        seen = together(distributed.gather(seen))
        info, left_out = _measured(task.info, evaluation), task.left_out()
        if distributed.is_first():
            sets = task.training_set, task.validation_set
            page = training_page(
                info, config, sets, history, evaluation, seen, left_out, task.notes
            )
            reading: dict[str, object] = {
                "memory": task.memory(),
                "left_out": list(map(str, left_out)),
            }
            found = model.state_dict(), info, history, evaluation, reading
            store(output, *found, config, task.decided, DTYPES[task.dtype], page)
            keeping.path.unlink()
        distributed.wait_for_all()  # torchrun ends all as soon as one leaves with an error
    return info


def _judge_alike(task: Task) -> None:
    """Tell all processes which files any of them has found bad."""
    for pictures in (task.training_set, task.validation_set):
        if isinstance(pictures, GoodPictures):
            pictures.learn_of(distributed.gather(dict(pictures.bad)))


def _measured(info: WeightsInfo, evaluation: Evaluation) -> WeightsInfo:
    pixels = info.pixels and replace(info.pixels, mean_iou=evaluation.mean_iou)
    made_with = versions(info.architecture)
    return replace(info, accuracy=evaluation.accuracy, pixels=pixels, versions=made_with)
