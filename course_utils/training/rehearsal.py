"""One step without numbers before a training begins: what cannot be trained is said at once.

Forward, loss and backward are followed on the device ``meta``, where tensors have a shape and
nothing else. So it costs little, draws no random number, and leaves the network as it is.
"""

import re
from collections.abc import Iterator

import torch
from torch import nn
from torch.func import functional_call

from course_utils.errors import CourseError, TrainingError, first_line, is_of_network
from course_utils.models.registry import classifier_names, native_preprocessing
from course_utils.models.timm_networks import is_of_timm
from course_utils.models.transfer import keep_frozen_norms_in_eval
from course_utils.models.weights import WeightsInfo
from course_utils.training import distributed
from course_utils.training.config import TrainingConfig
from course_utils.training.losses import training_loss


def require_trainable(
    model: nn.Module, info: WeightsInfo, count: int, config: TrainingConfig
) -> None:
    """Refuse a network that cannot learn from pictures of this size, or from a batch of one.

    Args:
        model: Which is to be trained.
        info: Says its name and the size of the pictures.
        count: Of the pictures to learn from.
        config: Says how many go through it together.

    Raises:
        TrainingError: If it cannot; it says what would be right.
    """
    crop, pixels = info.preprocessing.crop, info.pixels is not None
    size = info.pixels.crop_size if info.pixels else (crop, crop)
    problem = _problem(model, 2, size, config, pixels=pixels)
    if problem:
        height, width = size
        raise TrainingError(
            f"{info.architecture} cannot train on pictures of {width}×{height} pixels ({problem}): "
            f"{_other_size(model, info)}"
        )
    if 1 in _sizes(count, config.batch_size) and _problem(model, 1, size, config, pixels=pixels):
        raise TrainingError(
            f"{info.architecture} cannot train on one picture alone at this size, for its batch "
            f"norms need two values of each channel, and {_which_batch(count, config.batch_size)}"
        )


def _problem(
    model: nn.Module, pictures: int, size: tuple[int, int], config: TrainingConfig, *, pixels: bool
) -> str:
    """What a step with so many pictures runs into; ``""`` if it is nothing."""
    was_training = model.training
    model.train()
    keep_frozen_norms_in_eval(model)
    try:
        _follow(model, pictures, size, config, pixels=pixels)
    except Exception as error:
        if not isinstance(error, CourseError) and not is_of_network(error):
            raise
        if isinstance(error, NotImplementedError) or re.search(r"\bmeta\b", str(error)):
            return ""  # it depends on numbers, or on tensors that are none of its own
        return first_line(error).rstrip(".!")
    finally:
        model.train(was_training)
    return ""


def _follow(
    model: nn.Module, pictures: int, size: tuple[int, int], config: TrainingConfig, *, pixels: bool
) -> None:
    """Forward, loss and backward of a batch without numbers."""
    tensors = [*model.named_parameters(), *model.named_buffers()]
    shadow = {
        name: torch.empty_like(tensor, device="meta").requires_grad_(tensor.requires_grad)
        for name, tensor in tensors
    }
    images = torch.empty(pictures, 3, *size, device="meta")
    labels = torch.zeros(pictures, *(size if pixels else ()), dtype=torch.int64, device="meta")
    torch.autograd.backward(training_loss(functional_call(model, shadow, images), labels, config))


def _sizes(count: int, batch_size: int) -> Iterator[int]:
    """How many pictures a process has in a full batch, and in the last one of an epoch."""
    processes = distributed.size()
    for pictures in (min(count, batch_size), count % batch_size):
        if pictures >= processes:
            yield pictures // processes


def _other_size(model: nn.Module, info: WeightsInfo) -> str:
    """What to do about pictures of a size that the network does not take."""
    if info.pixels is not None:
        return "give a larger --crop-size"
    if info.architecture not in classifier_names() and not is_of_timm(info.architecture):
        return "give another --image-size"
    own = getattr(model, "image_size", native_preprocessing(info.architecture).crop)
    if own == info.preprocessing.crop:
        return "choose another network"
    return f"give --image-size {own}"


def _which_batch(count: int, batch_size: int) -> str:
    """Which batch has one picture, and a size that leaves none of one."""
    processes = distributed.size()
    fitting = (n for n in range(batch_size, 2 * count + 2, processes) if 1 not in _sizes(count, n))
    hint = next(fitting, None)
    remedy = f"give another --batch-size, such as {hint}" if hint else "take more pictures"
    if 1 in _sizes(count // batch_size * batch_size, batch_size):
        return f"--batch-size {batch_size} gives no more: {remedy}"
    given = f"{count} pictures, --batch-size {batch_size}"
    return f"the last batch of an epoch has no more ({given}): {remedy}"
