"""The training loop: forward, loss, backward, step; then a look at pictures it has not seen.

It serves labels of pictures ``(N,)`` and of pixels ``(N, H, W)`` alike, for the cross-entropy
does. Several processes run it together, each with its part of the pictures (``distributed``).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from course_utils.data.loading import Batches, PicturesOfSet
from course_utils.data.transforms import IMAGENET_PREPROCESSING, Preprocessing
from course_utils.errors import TrainingError
from course_utils.models.transfer import keep_frozen_norms_in_eval
from course_utils.runtime import is_lack_of_memory
from course_utils.training import distributed
from course_utils.training.checkpoint import load_checkpoint, save_checkpoint
from course_utils.training.config import TrainingConfig
from course_utils.training.history import Epoch
from course_utils.training.losses import training_loss
from course_utils.training.metrics import NOTHING_IGNORED, Counter, Evaluation, added
from course_utils.training.parts import Answer, answers, enough_memory_for
from course_utils.training.progress import ProgressBar
from course_utils.training.state import LabeledSet, TrainingState

Observer = Callable[[Sequence[int], Answer], None]
"""Is told the positions in the set of some pictures, and what the network says of them."""


@dataclass(frozen=True)
class Checkpointing:
    """Where a training keeps its state after each epoch.

    Attributes:
        path: The file.
        settings: What must be the same when the training is resumed, besides its config.
        resume: Whether to go on from the file instead of starting anew.
    """

    path: Path
    settings: dict[str, object] = field(default_factory=dict)
    resume: bool = False


def fit(
    model: nn.Module,
    training_set: LabeledSet,
    validation_set: LabeledSet,
    config: TrainingConfig,
    device: torch.device | str = "cpu",
    *,
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    readers: int | None = None,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    checkpointing: Checkpointing | None = None,
    until: int | None = None,
) -> list[Epoch]:
    """Train a network. A training that is resumed ends with the weights of one never stopped.

    Args:
        model: From pictures ``(N, 3, H, W)`` to logits ``(N, classes)``, or to
            ``(N, classes, H, W)`` for masks; changed in place.
        training_set: Pairs (picture ``(3, H, W)``, class index or mask ``(H, W)``).
        validation_set: Likewise; never trained on.
        config: How to train.
        device: Where to compute.
        preprocessing: Says how pictures that are bytes are normalized.
        readers: Threads that read pictures; by default one for each core. The weights do not
            depend on it.
        on_epoch: Called after each epoch, to report.
        checkpointing: Where to keep the state after each epoch; by default nowhere.
        until: Leave after this epoch, in the middle of the schedule; by default at its end.

    Returns:
        One entry for each epoch, those before a resumption included.

    Raises:
        TrainingError: If the loss or a weight is no longer a number (it names the epoch and the
            remedy), no epoch gave a number to compare, or there is no fitting checkpoint to resume
            from.
        CourseError: If the checkpoint cannot be written.
    """
    state = TrainingState(model.to(device), training_set, config, preprocessing, readers)
    if checkpointing is not None and checkpointing.resume:
        path = checkpointing.path
        state.load_state_dict(load_checkpoint(path, _settings(state, checkpointing)), path)
    with ProgressBar(state.history, config.epochs, len(state.batches)) as bar:
        while len(state.history) < (until or config.epochs) and not state.stopping.over:
            loss = train_one_epoch(state, bar)
            found = evaluate(
                model,
                validation_set,
                device,
                config.evaluation_batch_size,
                config.ignore_index,
                preprocessing,
                readers,
            )
            number = len(state.history) + 1
            state.note(Epoch(number, loss, found.loss, found.accuracy, found.mean_iou))
            if checkpointing is not None and distributed.is_first():
                settings = _settings(state, checkpointing)
                save_checkpoint(checkpointing.path, state.state_dict(), settings)
            bar.end_epoch(state.history[-1])
            on_epoch(state.history[-1])
    state.finish()
    return state.history


def _settings(state: TrainingState, checkpointing: Checkpointing) -> dict[str, object]:
    steps = {"steps in an epoch": len(state.batches)}
    return {**asdict(state.config), **steps, **checkpointing.settings}


def train_one_epoch(state: TrainingState, bar: ProgressBar) -> float:
    """Take a step for each batch; return the mean loss a picture."""
    state.model.train()
    keep_frozen_norms_in_eval(state.model)
    number = len(state.history) + 1
    distributed.own_randomness(state.config.seed, number)
    total, count = 0.0, 0.0
    for step, (images, labels) in enumerate(state.batches, start=1):
        try:  # (N, 3, H, W) and (N,) or (N, H, W)
            loss = take_step(state, images, labels)
        except (RuntimeError, MemoryError) as error:
            if not is_lack_of_memory(error):
                raise
            size = state.config.batch_size
            raise TrainingError(
                f"the device's memory is too small for batches of {size}: "
                f"try a batch size of {max(1, size // 2)}"
            ) from error
        if not math.isfinite(loss):
            raise _no_number(state, loss, number, step)
        total, count = total + loss * len(labels), count + len(labels)
        bar.end_step(number, loss)
    distributed.average_norms(state.model)
    total, count = distributed.totals(total, count)
    return total / count


def _no_number(state: TrainingState, loss: float, number: int, step: int) -> TrainingError:
    """What to do about a loss that is no number."""
    if (number, step) == (1, 1):
        return TrainingError(
            f"the loss is {loss} before the first step: the weights to go on from, or the "
            "pictures, hold what is no number; take others"
        )
    rate = state.schedule.get_last_lr()[0]
    return TrainingError(
        f"the loss is {loss} in epoch {number}, step {step}, at a learning rate of {rate:.2g}: try "
        "a rate ten times smaller"
    )


def take_step(state: TrainingState, images: Tensor, labels: Tensor) -> float:
    """Forward, loss, backward, step; return the loss. Without a number there is no step.

    Where several processes train, ``images`` and ``labels`` are this one's part of a batch; the
    loss and the step are those of the whole batch.
    """
    config = state.config
    with torch.autocast(images.device.type, torch.bfloat16, enabled=config.precision == "bf16"):
        loss = training_loss(state.learner(images), labels, config)
    value = loss.item()
    if math.isfinite(value):
        state.optimizer.zero_grad()
        torch.autograd.backward(loss * distributed.size())  # whose mean is the gradient
        if config.clip_norm is not None:
            nn.utils.clip_grad_norm_(state.model.parameters(), config.clip_norm)
        state.optimizer.step()
        state.schedule.step()
    return value


@torch.inference_mode()
def evaluate(
    model: nn.Module,
    pictures: LabeledSet,
    device: torch.device | str = "cpu",
    batch_size: int = 64,
    ignore_index: int = NOTHING_IGNORED,
    preprocessing: Preprocessing = IMAGENET_PREPROCESSING,
    readers: int | None = None,
    observer: Observer | None = None,
) -> Evaluation:
    """Measure a network in ``eval`` mode; on large pictures in parts, with the same result.

    Where several processes train, all call it: each measures its part, and all get the whole.

    Args:
        model: As for ``fit``.
        pictures: Pairs (picture ``(3, H, W)``, class index or mask ``(H, W)``).
        device: Where to compute.
        batch_size: Pictures that go through the network together.
        ignore_index: The label that does not count.
        preprocessing: As for ``fit``.
        readers: Likewise.
        observer: Told all answers, one after the other; of a large picture part by part. Where
            several processes train, each is told those to its own pictures.

    Raises:
        TrainingError: If the memory is too small for the pictures.
    """
    model.to(device).eval()
    counter, loss = Counter(ignore_index), 0.0
    own = distributed.own_pictures(len(pictures))  # type: ignore[arg-type]
    order = PicturesOfSet(pictures, readers, batch_size=batch_size, sampler=own)
    for images, labels in Batches(order, device, preprocessing, whole_numbers=False):
        positions = order.positions
        with enough_memory_for(images, pictures, positions[0]):
            for answer in answers(model, images, labels):
                loss += F.cross_entropy(
                    answer.logits, answer.labels, ignore_index=ignore_index, reduction="sum"
                ).item()
                counter.add(answer.logits, answer.labels)
                if observer is not None:
                    observer(positions[answer.pictures], answer)
                del answer
    (loss,) = distributed.totals(loss)
    confusion = added(distributed.gather(counter.confusion()))
    return Evaluation(loss / max(confusion.total, 1), confusion)
